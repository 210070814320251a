//! `data_designer preview|batch`: generates records with a model on several threads, and records one
//! event for each call of the model.
//!
//! Usage goes to standard output, the telemetry report to standard error.

mod model;

use std::{
    env,
    io::{self, Write},
    iter::Sum,
    ops::Add,
    process::ExitCode,
    thread,
};

use clap::{Arg, ArgMatches, Command, value_parser};
use telemetry_examples::{
    arguments::{destination, endpoint, option, parse, text, view},
    data_designer::{CallRecorder, DATA_DESIGNER, DeploymentType, InferenceEvent},
    destination::Destination,
    nemo::{Deployment, JOB_EXIT_TIMEOUT, NemoSource, TaskStatus, finish},
};
use telemetry_runtime::{Client, Label};

/// Number of records of a preview.
const PREVIEW: usize = 3;

fn main() -> ExitCode {
    let matches = match parse(command()) {
        Ok(matches) => matches,
        Err(code) => return code,
    };
    let result = match matches.subcommand() {
        Some(("preview", matches)) => design(Label("preview"), PREVIEW, matches),
        Some((_, matches)) => design(Label("batch"), number(matches, "records"), matches),
        None => Ok(()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "data_designer: {error}");
            ExitCode::FAILURE
        }
    }
}

fn command() -> Command {
    let whole = |arg: Arg, most, default: &'static str| {
        arg.value_parser(value_parser!(u32).range(1..=most))
            .default_value(default)
    };
    let threads = option("threads", "NUMBER", "Number of threads that call the model");
    let threads = whole(threads, 256, "4");
    let shared = [
        threads,
        option("model", "NAME", "Name of the model").default_value("example/harbour-1"),
        option("model-group", "NAME", "Name of the model's group"),
        endpoint(),
        view(),
    ];
    let records = option("records", "NUMBER", "Number of records to generate");
    let records = whole(records, 1_000_000, "200");
    Command::new("data_designer")
        .about("Generates records with a language model")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(
            Command::new("preview")
                .about("Generates 3 records")
                .args(&shared),
        )
        .subcommand(
            Command::new("batch")
                .about("Generates all records")
                .args(&shared)
                .arg(records),
        )
}

fn number(matches: &ArgMatches, name: &str) -> usize {
    let number = matches.get_one::<u32>(name).copied();
    number
        .and_then(|number| number.try_into().ok())
        .unwrap_or(1)
}

/// Runs one job on several threads.
fn design(task: Label, records: usize, matches: &ArgMatches) -> io::Result<()> {
    let given = |name: &str| text(matches, name);
    let lookup = |name: &str| env::var_os(name);
    let destination =
        Destination::resolve(destination(matches), "NEMO_TELEMETRY_ENDPOINT", lookup)?;
    let telemetry = destination
        .configure(Client::builder(&DATA_DESIGNER))
        .build();
    let deployment = DeploymentType::from_env(env::var_os("NEMO_DEPLOYMENT_TYPE"));
    let name = given("model").unwrap_or_default();
    let recorder = CallRecorder {
        client: telemetry.client(),
        event: InferenceEvent::builder()
            .nemo_source(NemoSource::DataDesigner)
            .task(task)
            .task_status(TaskStatus::Failure)
            .model(name.to_owned())
            .deployment_type(deployment)
            .maybe_model_group(given("model-group").map(|group| group.to_owned().into()))
            .build(),
    };
    let threads = number(matches, "threads");
    let usage: Usage = thread::scope(|scope| {
        let worker = |first| {
            let recorder = recorder.clone();
            // Thread `first` of 4 generates the records first, first + 4, first + 8, ...
            scope.spawn(move || {
                (first..records)
                    .step_by(threads)
                    .map(|id| generate(&recorder, id))
                    .sum()
            })
        };
        let workers: Vec<_> = (0..threads).map(worker).collect();
        let used = workers.into_iter().map(|worker| worker.join());
        used.map(|used: thread::Result<Usage>| used.unwrap_or_default())
            .sum()
    });
    let written = writeln!(io::stdout(), "{}", usage.line(name));
    let _ = finish(&telemetry, JOB_EXIT_TIMEOUT);
    destination.print_report(&telemetry);
    written
}

/// Generates one record: a story and its rating.
fn generate(recorder: &CallRecorder, id: usize) -> Usage {
    let prompt = format!("Tell a story about the number {id}");
    let (story, usage) = call(recorder, &prompt);
    match story {
        // A long story exceeds the model's context, so some of these calls fail.
        Some(story) => usage + call(recorder, &format!("Is this good: {story}")).1,
        None => usage,
    }
}

/// Calls the model and records the call.
fn call(recorder: &CallRecorder, prompt: &str) -> (Option<String>, Usage) {
    let input = (prompt.len(), model::tokens(prompt));
    let answer = model::complete(prompt).ok();
    let output = answer
        .as_ref()
        .map(|text| (text.len(), model::tokens(text)));
    recorder.record(input, output);
    let usage = Usage {
        calls: 1,
        failed: output.is_none().into(),
        input,
        output: output.unwrap_or_default(),
    };
    (answer, usage)
}

/// Usage of a model. Sizes are bytes and tokens.
#[derive(Clone, Copy, Debug, Default)]
struct Usage {
    calls: usize,
    failed: usize,
    input: (usize, usize),
    output: (usize, usize),
}

impl Add for Usage {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let sum = |a: (usize, usize), b: (usize, usize)| (a.0 + b.0, a.1 + b.1);
        Self {
            calls: self.calls + other.calls,
            failed: self.failed + other.failed,
            input: sum(self.input, other.input),
            output: sum(self.output, other.output),
        }
    }
}

impl Sum for Usage {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), Add::add)
    }
}

impl Usage {
    fn line(&self, model: &str) -> String {
        let Self {
            calls,
            failed,
            input,
            output,
        } = self;
        format!(
            "{model}: {calls} calls, {failed} failed; in {} bytes, {} tokens; out {} bytes, {} tokens",
            input.0, input.1, output.0, output.1
        )
    }
}
