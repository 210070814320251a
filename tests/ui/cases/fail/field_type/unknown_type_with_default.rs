// An invalid field type is one error, even with a `default` or a `constant`.
use telemetry_runtime::TelemetryEvent;

struct Opaque;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(default = vec![Opaque])]
    first: Vec<Opaque>,
    #[event(constant = Opaque)]
    second: Opaque,
}

fn main() {}
