//! Transports that use no network: a failed write loses no event.

use std::{fs, path::PathBuf};

use telemetry_runtime::{
    health::{DropReason, FlushOutcome},
    transport::FileTransport,
};

use super::support::*;

fn scratch(name: &str) -> PathBuf {
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_file(&file);
    file
}

#[test]
fn a_file_gets_one_line_per_envelope() {
    let file = scratch("faults_network.jsonl");
    let telemetry = builder().transport(FileTransport::new(&file)).build();
    for number in 0..2 {
        telemetry.record(&Run(number));
        assert_flushed(&telemetry, FlushOutcome::Complete);
    }
    let text = fs::read_to_string(&file).unwrap();
    let lines: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[1]["events"][0]["parameters"]["number"], 1);
}

#[test]
fn a_file_that_cannot_be_opened_holds_the_events() {
    let missing = scratch("faults_network_missing").join("below/a/file");
    for file in [missing, PathBuf::from(env!("CARGO_TARGET_TMPDIR"))] {
        let telemetry = builder().transport(FileTransport::new(file)).build();
        telemetry.record(&Run(1));
        assert_flushed(&telemetry, FlushOutcome::Incomplete);
        assert_held(&telemetry, 1);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_holds_the_events() {
    let telemetry = builder().transport(FileTransport::new("/dev/full")).build();
    telemetry.record(&Run(1));
    assert_flushed(&telemetry, FlushOutcome::Incomplete);
    assert_held(&telemetry, 1);
    assert_eq!(telemetry.shutdown(PATIENCE), FlushOutcome::Incomplete);
    assert_dropped(&telemetry, DropReason::Shutdown, 1);
}
