// Lists of custom text, of parts with lifetimes, from a macro and in a function; a newtype around `CountBy`.
#![deny(warnings, missing_docs, unused, unused_qualifications, unreachable_pub, nonstandard_style)]
#![deny(clippy::all, clippy::pedantic, clippy::nursery)]
//! A crate.

use telemetry_runtime::{
    Allowlisted, Label, TelemetryEnum, TelemetryEvent, TelemetryFields,
    descriptor::FieldType,
    field::{ClosedField, CountBy, CountKey, FieldVisitor, HasSentinel, TelemetryField, TextField},
    telemetry_labels,
};

telemetry_labels! { Commands = ["build"] }

struct Short(&'static str);
impl TelemetryField for Short {
    const TYPE: FieldType = <Label as TelemetryField>::TYPE;
    fn visit<V: FieldVisitor>(&self, key: &'static str, visitor: &mut V) {
        Label(self.0).visit(key, visitor);
    }
}
impl ClosedField for Short {}
impl TextField for Short {
    fn as_text(&self) -> &str {
        self.0
    }
}

struct Wrapped<T>(CountBy<T>);
impl<T: CountKey> TelemetryField for Wrapped<T> {
    const TYPE: FieldType = <CountBy<T> as TelemetryField>::TYPE;
    fn visit<V: FieldVisitor>(&self, key: &'static str, visitor: &mut V) {
        self.0.visit(key, visitor);
    }
}
impl<T: CountKey> ClosedField for Wrapped<T> {}
impl<T: CountKey> HasSentinel for Wrapped<T> {
    fn sentinel() -> Self {
        Self(CountBy::new())
    }
}

macro_rules! declare {
    ($part:ident, $list:ty, $most:literal) => {
        /// By macro.
        #[derive(TelemetryEvent)]
        #[event(name = "by_macro", schema = "1.0")]
        struct ByMacro<'a> {
            /// Items.
            #[event(max_items = $most)]
            list: $list,
            /// Items.
            #[event(max_items = $most)]
            parts: std::vec::Vec<$part<'a>>,
        }
    };
}

/// A part.
#[derive(TelemetryFields)]
struct Borrowing<'a> {
    /// Text.
    #[event(free_text = "a constant")]
    r#type: &'a str,
}
declare!(Borrowing, Vec<Borrowing<'a>>, 3);

/// A part with a slice.
#[derive(TelemetryFields)]
struct WithSlice<'a, 'b> {
    /// Items.
    #[event(max_items = 3, rename = "all", since = "1.0")]
    slice: &'a [Borrowing<'b>],
}

/// An event.
#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run<'a, 'b> {
    /// Shorts.
    #[event(max_items = 3)]
    shorts: Vec<Short>,
    /// Shorts.
    more_shorts: Vec<Short>,
    /// A part.
    #[event(flatten)]
    part: WithSlice<'a, 'b>,
    /// Counts.
    wrapped: Wrapped<Allowlisted<Commands>>,
    /// Items.
    #[event(max_items = 1, default = vec![])]
    labels: Vec<Label>,
    /// Items.
    #[deprecated]
    #[event(max_items = 1)]
    r#loop: Vec<Borrowing<'static>>,
}

fn main() {
    /// Local.
    #[derive(TelemetryEnum)]
    #[event(name = "LocalEnum")]
    enum Local {
        /// It.
        #[event(fallback)]
        It,
    }
    /// Local.
    #[derive(TelemetryFields)]
    struct Item {
        /// It.
        it: Local,
    }
    /// Local.
    #[derive(TelemetryEvent)]
    #[event(name = "local", schema = "1.0")]
    struct Inner {
        /// It.
        #[event(max_items = 1)]
        list: Vec<Item>,
        /// It.
        counts: CountBy<Local>,
    }
    let mut inner = Inner::builder().list(vec![Item::default()]).build();
    inner.counts.count(Local::It);
    assert_eq!(
        inner.parameters().to_json(),
        r#"{"list":[{"it":"it"}],"counts":[{"value":"it","count":1}]}"#
    );
    let name = String::from("x");
    let borrowing = [Borrowing { r#type: &name }];
    let run = Run::builder()
        .shorts(vec![Short("a"), Short("b")])
        .more_shorts(vec![Short("c")])
        .part(WithSlice { slice: &borrowing })
        .build();
    assert_eq!(
        run.parameters().to_json(),
        r#"{"shorts":["a","b"],"moreShorts":["c"],"all":[{"type":"x"}],"wrapped":[],"labels":[],"loop":[]}"#
    );
    let by_macro = ByMacro::builder().list(vec![Borrowing { r#type: &name }]).build();
    assert_eq!(by_macro.parameters().to_json(), r#"{"list":[{"type":"x"}],"parts":[]}"#);
}
