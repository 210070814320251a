//! Ctrl-C, with a real SIGINT.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
};

use telemetry_runtime::testing::{Collector, ScriptedResponse};

use super::{
    NAT, YES,
    common::{Folder, Run, WAIT, only_event, recorded_helper},
};

/// Sends the signal of Ctrl-C.
pub(crate) fn interrupt(child: &Child) {
    let kill = format!("kill -INT {}", child.id());
    assert!(
        Command::new("sh")
            .args(["-c", &kill])
            .status()
            .unwrap()
            .success()
    );
}

/// Starts `serve`, sends it an expression, and interrupts it.
fn interrupted(folder: &Folder, endpoint: &str, options: &[&str]) -> Run {
    let serve = [&["serve", "--endpoint", endpoint], options].concat();
    let mut command = folder.command(NAT, &serve);
    let piped = command
        .envs([YES])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("serving on ").unwrap();

    let mut client = TcpStream::connect(address).unwrap();
    client.write_all(b"6 * 7\n").unwrap();
    let mut answer = String::new();
    BufReader::new(client).read_line(&mut answer).unwrap();
    assert_eq!(answer, "42\n");

    interrupt(&child);
    let output = child.wait_with_output().unwrap();
    Run {
        out: answer,
        err: String::from_utf8(output.stderr).unwrap(),
        code: output.status.code(),
    }
}

#[test]
fn an_interrupt_is_recorded() {
    let folder = Folder::new("nat-interrupt");
    let collector = Collector::start().unwrap();
    let run = interrupted(&folder, &collector.url(), &WAIT);
    run.ended(130, &["Aborted!", "1 of 1 recorded"]);
    let event = only_event(&collector, "nat");
    let recorded = recorded_helper("cli_outcome", "keyboard_interrupt");
    for field in ["taskStatus", "exitCode", "errorClass"] {
        assert_eq!(event[field], recorded[field]);
    }
    assert_eq!(event["command"], "serve");
}

#[test]
fn an_interrupted_program_does_not_wait_for_a_slow_collector() {
    let folder = Folder::new("nat-interrupt-held");
    let collector = Collector::script([ScriptedResponse::status(200).hold()]).unwrap();
    interrupted(&folder, &collector.url(), &[]).ended(130, &["Aborted!"]);
    // Only after the program has ended.
    collector.release();
}
