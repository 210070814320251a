//! The released Python handler beside this library: the same event, batches of 50, the same collector.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

use crate::{
    collector::Collector,
    events::encoded,
    measure::{clock::process_cpu, stats::Spread},
    peers::ours::flush,
    report::{Goal, Section},
    rows::Plan,
};

const PACKAGE: &str = "nemo-anonymizer==0.4.0";
const BATCH: usize = 50;
const BATCHES: usize = 20;

pub(crate) fn measure(plan: Plan) -> Section {
    let mut section = Section::new(
        "Beside the Python original",
        "Microseconds of CPU time of the whole process per event of 38 fields, from building the event to the \
         answer of the collector, in batches of 50. The original is the handler of the released Anonymizer; the \
         start of Python and the imports are not counted.",
        &["program", "CPU microseconds per event"],
    );
    match compare(plan) {
        Ok((ours, theirs)) => {
            let times = Spread::ratio(&theirs, &ours);
            section
                .lines
                .push(vec!["this library".to_owned(), Spread::of(ours).show(2)]);
            section
                .lines
                .push(vec![format!("`{PACKAGE}`"), Spread::of(theirs).show(0)]);
            section.goals.push(Goal {
                name: "beside the Python original",
                goal: "at least 50 times fewer CPU seconds per event",
                reached: format!("{} times", times.show(0)),
                met: Some(times.median >= 50.0),
            });
        }
        Err(reason) => {
            println!("the Python original was skipped: {reason}");
            section.goals.push(Goal {
                name: "beside the Python original",
                goal: "at least 50 times fewer CPU seconds per event",
                reached: format!("skipped: {reason}"),
                met: None,
            });
        }
    }
    section
}

/// CPU microseconds per event of this library and of the original, in the same rounds.
fn compare(plan: Plan) -> Result<(Vec<f64>, Vec<f64>), String> {
    let python = install()?;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/anonymizer.py");
    let collector = |marker| Collector::start(marker).map_err(|error| error.to_string());
    let (for_ours, for_theirs) = (
        collector("\"name\":\"run\"")?,
        collector("anonymizer_event")?,
    );
    static PRODUCT: telemetry_runtime::Product = telemetry_runtime::Product::new("anonymizer")
        .events(&[&[<encoded::Run as telemetry_runtime::TelemetryEvent>::DESCRIPTOR]])
        .default_on(true);
    let builder = telemetry_runtime::Client::builder(&PRODUCT).env(|_| None);
    let client = builder
        .endpoint(for_ours.url())
        .max_batch_events(BATCH)
        .build();
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let per_event = 1e6 / (BATCHES * BATCH) as f64;
    for _ in 0..plan.rounds(10) {
        let start = process_cpu();
        for _ in 0..BATCHES {
            (0..BATCH).for_each(|_| client.record(&encoded::run()));
            flush(&client);
        }
        ours.push((process_cpu() - start) / 1e9 * per_event);
        let seconds = run(Command::new(&python)
            .arg(&script)
            .arg(BATCHES.to_string())
            .env("NEMO_TELEMETRY_ENDPOINT", for_theirs.url())
            .env("NEMO_TELEMETRY_ENABLED", "true")
            .env("NO_PROXY", "127.0.0.1"))?;
        let seconds = String::from_utf8_lossy(&seconds.stdout)
            .trim()
            .parse::<f64>();
        theirs.push(seconds.map_err(|error| error.to_string())? * per_event);
    }
    let rounds = ours.len();
    // The original sends one batch more, before its clock starts.
    for (collector, batches) in [(for_ours, BATCHES), (for_theirs, BATCHES + 1)] {
        let sent = (rounds * batches * BATCH) as u64;
        let lost = sent.saturating_sub(collector.wait_for(sent));
        if lost > 0 {
            return Err(format!("lost {lost}, no figure"));
        }
    }
    Ok((ours, theirs))
}

/// A virtual environment with the package, made once.
fn install() -> Result<PathBuf, String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("python");
    let python = folder.join("bin/python");
    let check = Command::new(&python)
        .args(["-c", "import httpx, pydantic"])
        .output();
    let package = Command::new(&python)
        .args(["-m", "pip", "show", "-q", "nemo-anonymizer"])
        .output();
    if check.is_ok_and(|it| it.status.success()) && package.is_ok_and(|it| it.status.success()) {
        return Ok(python);
    }
    println!("installing {PACKAGE} with pip");
    run(Command::new("python3")
        .args(["-m", "venv", "--clear"])
        .arg(&folder))?;
    let pip = |arguments: &[&str]| {
        run(Command::new(&python)
            .args(["-m", "pip", "install", "-q"])
            .args(arguments))
    };
    pip(&["--no-deps", PACKAGE])?;
    pip(&["httpx", "pydantic"])?;
    Ok(python)
}

fn run(command: &mut Command) -> Result<Output, String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command
        .output()
        .map_err(|error| format!("{program}: {error}"))?;
    if output.status.success() {
        return Ok(output);
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    let last = errors.lines().last().unwrap_or("no message");
    Err(format!("{program} failed: {last}"))
}
