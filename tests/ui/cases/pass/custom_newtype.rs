// A newtype is a field type by delegation, alone, in a list and with a default.

use telemetry_runtime::{
    TelemetryEvent, descriptor::FieldType,
    field::{ClosedField, FieldVisitor, HasDefault, HasSentinel, TelemetryField},
};

struct Size(i64);

impl TelemetryField for Size {
    const TYPE: FieldType = i64::TYPE;
    fn visit<V: FieldVisitor>(&self, key: &'static str, visitor: &mut V) {
        self.0.visit(key, visitor);
    }
}
impl ClosedField for Size {}
impl HasSentinel for Size {
    fn sentinel() -> Self {
        Self(i64::sentinel())
    }
}
impl HasDefault for Size {
    type Value = i64;
    fn from_default(value: i64) -> Self {
        Self(value)
    }
}

type Alias = Size;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(required)]
    required: Size,
    size: Alias,
    #[event(default = 5)]
    other: Size,
    #[event(constant = 6)]
    constant: self::Size,
}

fn main() {
    let run = Run::builder().required(Size(1)).build();
    assert_eq!((run.required.0, run.size.0, run.other.0, run.constant.0), (1, -1, 5, 6));
}
