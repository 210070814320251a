//! Runs the program in valgrind and reads what it counted.

use std::fs;

use serde_json::Value;
use telemetry_tests::scratch::Scratch;

use crate::{
    Runs,
    measured::{Measured, stdout},
};

/// Instructions of the main thread and of all others for one repetition.
///
/// With `only`, the pattern of a function of the main thread, it counts that function and what it calls.
pub(crate) fn instructions(
    program: &Measured,
    work: &str,
    subject: &str,
    runs: Runs,
    only: Option<&str>,
) -> [f64; 2] {
    per_repetition(runs, |times| {
        let folder = scratch("callgrind", work, subject, times);
        let out = format!("--callgrind-out-file={}/out", folder.path().display());
        let toggle = only.map(|function| format!("--toggle-collect={function}"));
        let mut tool = vec![
            "valgrind",
            "--tool=callgrind",
            "--fair-sched=yes",
            "--separate-threads=yes",
            &out,
        ];
        tool.extend(toggle.as_deref());
        stdout(&mut program.command(&tool, work, subject, times));
        let mut counts = [0.0, 0.0];
        // One file for each thread, from `out-01` on.
        for entry in fs::read_dir(folder.path()).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            let text = fs::read_to_string(entry.path()).unwrap();
            let total = text.lines().find_map(|line| line.strip_prefix("summary: "));
            let Some(total) = total else { continue };
            counts[usize::from(name != "out-01")] += total.trim().parse::<f64>().unwrap();
        }
        assert!(
            counts[0] > 0.0,
            "{work} {subject}: valgrind counted nothing"
        );
        counts
    })
}

/// Bytes that `memcpy` and its like copy in one repetition: while the main thread records, and
/// elsewhere. Copies that the compiler inlines are not counted.
pub(crate) fn copied_bytes(program: &Measured, work: &str, subject: &str, runs: Runs) -> [f64; 2] {
    per_repetition(runs, |times| {
        let folder = scratch("dhat", work, subject, times);
        let file = folder.path().join("out");
        let out = format!("--dhat-out-file={}", file.display());
        let tool = [
            "valgrind",
            "--tool=dhat",
            "--mode=copy",
            "--num-callers=50",
            "--fair-sched=yes",
            &out,
        ];
        stdout(&mut program.command(&tool, work, subject, times));
        let profile: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        let frames = profile["ftbl"].as_array().unwrap();
        let is_record = |frame: &Value| {
            let name = &frames[usize::try_from(frame.as_u64().unwrap()).unwrap()];
            name.as_str().unwrap().contains("measured_record")
        };
        let mut counts = [0.0, 0.0];
        for point in profile["pps"].as_array().unwrap() {
            let in_record = point["fs"].as_array().unwrap().iter().any(is_record);
            counts[usize::from(!in_record)] += point["tb"].as_f64().unwrap();
        }
        counts
    })
}

/// The difference between two runs, divided by the number of repetitions between them.
fn per_repetition((few, many): Runs, count: impl Fn(usize) -> [f64; 2]) -> [f64; 2] {
    let (first, second) = (count(few), count(many));
    [0, 1].map(|index| (second[index] - first[index]) / (many - few) as f64)
}

fn scratch(tool: &str, work: &str, subject: &str, times: usize) -> Scratch {
    let name = format!("speed-{tool}-{work}-{subject}-{times}");
    Scratch::new(env!("CARGO_TARGET_TMPDIR"), &name)
}
