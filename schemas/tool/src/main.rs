//! `telemetry-tool`: registry documents of telemetry events over time.

use std::{
    env,
    io::{self, IsTerminal},
    process::ExitCode,
};

use telemetry_tool::cli::{Console, run};

fn main() -> ExitCode {
    let out = io::stdout();
    // https://no-color.org: the presence of a value turns colour off.
    let plain = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let mut console = Console {
        colour: out.is_terminal() && !plain,
        out: &mut out.lock(),
        err: &mut io::stderr().lock(),
    };
    ExitCode::from(run(env::args_os(), &mut console))
}
