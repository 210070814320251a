//! `data_designer preview|batch`: makes records with a model, on several threads, and reports each
//! call of the model in one event.
//!
//! The usage goes to standard output, what is said about telemetry to standard error.

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
    arguments::{endpoint, option, text},
    data_designer::{DATA_DESIGNER, DeploymentType, InferenceEvent, Model},
    destination::Destination,
    nemo::{Deployment, NemoSource, STOP, TaskStatus, finish},
};
use telemetry_runtime::{Client, Label};

/// Records of a preview.
const FEW: usize = 3;

fn main() -> ExitCode {
    let matches = command().get_matches();
    let ended = match matches.subcommand() {
        Some(("preview", matches)) => design(Label("preview"), FEW, matches),
        Some((_, matches)) => design(Label("batch"), number(matches, "records"), matches),
        None => Ok(()),
    };
    match ended {
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
    let threads = option("threads", "NUMBER", "Threads that call the model");
    let threads = whole(threads, 256, "4");
    let shared = [
        threads,
        option("model", "NAME", "Name of the model").default_value("example/harbour-1"),
        option(
            "model-group",
            "NAME",
            "Name of the group that the model belongs to",
        ),
        endpoint(),
    ];
    let records = option("records", "NUMBER", "Records to make");
    let records = whole(records, 1_000_000, "200");
    Command::new("data_designer")
        .about("Makes records with a language model")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(
            Command::new("preview")
                .about("Makes three records")
                .args(&shared),
        )
        .subcommand(
            Command::new("batch")
                .about("Makes all records")
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

/// One job on several threads.
fn design(task: Label, records: usize, matches: &ArgMatches) -> io::Result<()> {
    let given = |name: &str| text(matches, name);
    let lookup = |name: &str| env::var_os(name);
    let destination = Destination::choose(given("endpoint"), "NEMO_TELEMETRY_ENDPOINT", lookup)?;
    let telemetry = destination.apply(Client::builder(&DATA_DESIGNER)).build();
    let deployment = DeploymentType::from_environment(env::var_os("NEMO_DEPLOYMENT_TYPE"));
    let name = given("model").unwrap_or_default();
    let model = Model {
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
            let model = model.clone();
            // Every thread has each `threads`-th record.
            scope.spawn(move || {
                (first..records)
                    .step_by(threads)
                    .map(|id| record(&model, id))
                    .sum()
            })
        };
        let workers: Vec<_> = (0..threads).map(worker).collect();
        let used = workers.into_iter().map(|worker| worker.join());
        used.map(|used: thread::Result<Usage>| used.unwrap_or_default())
            .sum()
    });
    let written = writeln!(io::stdout(), "{}", usage.line(name));
    let _ = finish(&telemetry, STOP);
    destination.show(&telemetry);
    written
}

/// Makes one record: a story, and a verdict on it.
fn record(model: &Model, id: usize) -> Usage {
    let prompt = format!("Tell a story about the number {id}");
    let (told, usage) = call(model, &prompt);
    match told {
        // Long stories are longer than the model can judge.
        Some(story) => usage + call(model, &format!("Is this good: {story}")).1,
        None => usage,
    }
}

/// Calls the model and records the call.
fn call(model: &Model, prompt: &str) -> (Option<String>, Usage) {
    let input = (prompt.len(), model::tokens(prompt));
    let answer = model::complete(prompt).ok();
    let output = answer
        .as_ref()
        .map(|text| (text.len(), model::tokens(text)));
    model.called(input, output);
    let usage = Usage {
        calls: 1,
        failed: output.is_none().into(),
        input,
        output: output.unwrap_or_default(),
    };
    (answer, usage)
}

/// What a model was used for: bytes and tokens.
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
