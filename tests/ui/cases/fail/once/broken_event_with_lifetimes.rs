// The stub keeps lifetimes and where clauses.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(schema = "1.0")]
struct Run<'a, 'b: 'a>
where
    'a: 'b,
{
    #[event(required, free_text = "a name built into the program")]
    command: &'a str,
    #[event(free_text = "a name built into the program")]
    model: &'b str,
}

fn emit<E: TelemetryEvent>(_: &E) {}

fn main() {
    let model = String::from("large");
    let run = Run::builder().command("build").maybe_model(Some(&model)).build();
    emit(&run);
}
