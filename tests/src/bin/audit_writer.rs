//! Logs numbered lines: `audit_writer PATH CAP NAME LINES`. A line that was not written because
//! others were at it is tried again; ends with 1 when a line cannot be written for another reason.
//! With a last argument `LIMIT`, files cannot grow over that many bytes once the log is open.

use std::{env, process::ExitCode};

use telemetry_runtime::{AuditLog, audit::AuditError};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().collect();
    let [_, path, cap, name, lines, limit @ ..] = arguments.as_slice() else {
        return ExitCode::from(2);
    };
    let (Ok(cap), Ok(lines)) = (cap.parse(), lines.parse::<u64>()) else {
        return ExitCode::from(2);
    };
    let log = AuditLog::new(path).cap(cap);
    for limit in limit {
        if !limit.parse().is_ok_and(limit_files) {
            return ExitCode::from(2);
        }
    }
    let padding = "x".repeat(40);
    for number in 0..lines {
        let line = format!(r#"{{"writer":"{name}","number":{number},"padding":"{padding}"}}"#);
        loop {
            match log.append(line.as_bytes()) {
                Ok(()) => break,
                Err(AuditError::Busy) => {}
                Err(_) => return ExitCode::FAILURE,
            }
        }
    }
    ExitCode::SUCCESS
}

/// Limits all files to this many bytes from now on. Not every system has a program for it.
#[cfg(target_os = "linux")]
fn limit_files(bytes: u64) -> bool {
    use rustix::process::{Resource, Rlimit, setrlimit};

    let limit = Rlimit {
        current: Some(bytes),
        maximum: Some(bytes),
    };
    setrlimit(Resource::Fsize, limit).is_ok()
}

#[cfg(not(target_os = "linux"))]
fn limit_files(_: u64) -> bool {
    false
}
