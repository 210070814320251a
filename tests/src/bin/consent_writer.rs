//! Stores this many answers: `consent_writer PATH TIMES`. Yes and no alternate; a
//! byte on standard output follows every answer that was stored. Ends with 1 when storing failed.

use std::{
    env,
    io::{self, Write},
    process::ExitCode,
    time::SystemTime,
};

use telemetry_runtime::consent::{Answer, ConsentFile};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().collect();
    let [_, path, times] = arguments.as_slice() else {
        return ExitCode::from(2);
    };
    let Ok(times) = times.parse::<u64>() else {
        return ExitCode::from(2);
    };
    let file = ConsentFile::new(path, "1.0");
    let mut progress = io::stdout();
    for turn in 0..times {
        let answer = if turn % 2 == 0 {
            Answer::Yes
        } else {
            Answer::No
        };
        if file.write(answer, SystemTime::now()).is_err() {
            return ExitCode::FAILURE;
        }
        let shown = progress.write_all(b".").and_then(|()| progress.flush());
        if shown.is_err() {
            return ExitCode::from(3);
        }
    }
    ExitCode::SUCCESS
}
