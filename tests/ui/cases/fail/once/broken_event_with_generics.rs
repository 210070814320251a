// The stub keeps lifetimes, parameters and where clauses.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run")]
struct Run<'a, T: Clone>
where
    T: 'a,
{
    value: &'a T,
}

fn emit<E: TelemetryEvent>(_: &E) {}

fn main() {
    emit(&Run { value: &1 });
}
