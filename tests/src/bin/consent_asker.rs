//! A product that needs consent: `consent_asker PATH`. Its exit code says what came of it: 20 on,
//! 21 a no, 22 the end of the input, 23 nobody was asked, 24 an answer that could not be read.

use std::{env, process::ExitCode, time::SystemTime};

use telemetry_runtime::consent::{Asked, ConsentFile, Prompt, StandardStreams, settle};

fn main() -> ExitCode {
    let Some(path) = env::args_os().nth(1) else {
        return ExitCode::from(2);
    };
    let file = ConsentFile::new(path, "1.0");
    let prompt = Prompt::new("We count commands.\n", "Allow anonymous telemetry?");
    let mut person = StandardStreams;
    let settled = settle(None, Some(&file), &prompt, &mut person, SystemTime::now());
    ExitCode::from(match settled.asked {
        _ if settled.on => 20,
        Asked::Answered(_) => 21,
        Asked::Ended => 22,
        Asked::Nobody => 23,
        _ => 24,
    })
}
