// The subcommand needs a disclosure, so a derive of clap cannot build it.

use telemetry_runtime::TelemetryCommand;

fn parsed_by_a_derive<T: clap::Args>() {}

fn main() {
    parsed_by_a_derive::<TelemetryCommand<'static>>();
}
