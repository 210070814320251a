//! The quickstart: `cargo run -p telemetry-examples --example quickstart`.

use std::process::ExitCode;

fn main() -> ExitCode {
    telemetry_examples::quickstart::main(std::env::args_os().skip(1), |name| std::env::var_os(name))
}
