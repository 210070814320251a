//! The recorded helpers of the Agent Toolkit's command line: the command that ran, and its outcome.

use std::{collections::BTreeMap, sync::LazyLock, time::Duration};

use clap::{Arg, ArgAction, Command};
use serde_json::Value;
use telemetry_examples::agent_toolkit::{
    ExitReason, Invocation, Outcome, command_event, command_labels, command_path,
    is_configure_telemetry, settings,
};
use telemetry_runtime::{Label, SessionId, TelemetryEvent, privacy::registered_path};
use telemetry_tests::vectors::{assert_differences, canonical, difference, document};

/// Only fails a test.
const PATIENCE: Duration = Duration::from_secs(60);

static HELPERS: LazyLock<Value> = LazyLock::new(|| document("helpers"));

fn section(name: &str) -> &'static [Value] {
    HELPERS["sections"][name].as_array().expect("vectors")
}

fn argv(vector: &Value) -> Vec<&str> {
    let words = vector["argv"].as_array().expect("words");
    words
        .iter()
        .map(|word| word.as_str().expect("a word"))
        .collect()
}

/// The words of a command line that the original takes for commands: `first`, and the first word
/// after it that is not a flag.
fn first_words<'v>(argv: &[&'v str], first: &'v str) -> Vec<&'v str> {
    let words = argv
        .iter()
        .skip(1)
        .skip_while(|word| **word != first)
        .skip(1);
    let second = words.copied().find(|word| !word.starts_with('-'));
    let is_there = argv.iter().skip(1).any(|word| *word == first);
    is_there
        .then_some(first)
        .into_iter()
        .chain(second)
        .collect()
}

fn tree(vector: &Value) -> &'static Value {
    match vector["tree"].as_str() {
        Some("default") => &HELPERS["subcommand_tree"],
        _ => &Value::Null,
    }
}

#[test]
fn only_names_of_registered_commands_are_sent() {
    for vector in section("resolve_subcommand") {
        let tree = tree(vector);
        let words = first_words(&argv(vector), vector["top_level"].as_str().expect("a word"));
        let path = registered_path(tree, words, |node, word| {
            let (name, child) = node.as_object()?.get_key_value(word)?;
            Some((name.as_str(), child))
        });
        let recorded = vector["expected"].as_str();
        assert_eq!(path.get(1).copied(), recorded, "{}", vector["id"]);
    }
}

const A_VALUE: &str = "the value of an option is not a command: clap knows, the original guesses";
const NO_COMMAND: &str = "clap does not take this command line, so no command runs";
const DASH: &str = "clap has no commands that begin with a dash";

/// Command lines that a parser understands differently from a look at the words.
const PARSED_DIFFERENTLY: &[(&str, &str)] = &[
    ("resolve_subcommand/010", A_VALUE),
    ("resolve_subcommand/011", A_VALUE),
    ("resolve_subcommand/048", NO_COMMAND),
    ("resolve_subcommand/050", NO_COMMAND),
    ("resolve_subcommand/051", DASH),
];

#[test]
fn clap_finds_the_command_that_ran() {
    let mut different = BTreeMap::new();
    for vector in section("resolve_subcommand") {
        let tree = tree(vector);
        let root = Command::new("nat")
            .arg(Arg::new("log-level").long("log-level").global(true))
            .arg(Arg::new("filter").long("filter").global(true))
            .arg(Arg::new("x").long("x").global(true))
            .arg(
                Arg::new("verbose")
                    .short('v')
                    .long("verbose")
                    .global(true)
                    .action(ArgAction::SetTrue),
            );
        let status = Arg::new("status").long("status").action(ArgAction::SetTrue);
        let root = with_children(root.arg(status.global(true)), tree);
        let matches = root.clone().try_get_matches_from(argv(vector)).ok();
        let path = matches.as_ref().map(|matches| command_path(&root, matches));
        let ours = path.as_ref().and_then(|path| path.get(1).copied());
        let recorded = vector["expected"].as_str();
        if ours != recorded {
            let id = vector["id"].as_str().expect("an id").to_owned();
            different.insert(id, format!("{ours:?} instead of {recorded:?}"));
        }
    }
    assert_differences("helpers.json", &different, PARSED_DIFFERENTLY);
}

fn with_children(mut command: Command, tree: &Value) -> Command {
    let Some(children) = tree.as_object() else {
        return command.arg(Arg::new("words").num_args(0..));
    };
    for (name, below) in children.iter().filter(|(name, _)| !name.starts_with('-')) {
        let name: &'static str = name.clone().leak();
        let child = Command::new(name).arg(Arg::new("config").long("config_file"));
        command = command.subcommand(with_children(child, below));
    }
    command
}

#[test]
fn a_user_who_sets_the_answer_is_not_asked_first() {
    for vector in section("invoking_configure_telemetry") {
        let invoked = vector["invoked_subcommand"].as_str();
        let path = invoked.map(|invoked| first_words(&argv(vector), invoked));
        let ours = is_configure_telemetry(&path.unwrap_or_default());
        assert_eq!(Value::from(ours), vector["expected"], "{}", vector["id"]);
    }
}

#[test]
fn only_declared_names_become_labels() {
    assert_eq!(
        command_labels(&["info", "list-components"]),
        (Label("info"), Label("list-components"))
    );
    assert_eq!(command_labels(&["run"]), (Label("run"), Label("undefined")));
    assert_eq!(
        command_labels(&["secret", "plan"]),
        (Label("unknown"), Label("undefined"))
    );
    assert_eq!(command_labels(&[]), (Label("unknown"), Label("undefined")));
}

#[test]
fn an_external_command_is_not_a_command_of_the_program() {
    let root = Command::new("nat")
        .allow_external_subcommands(true)
        .subcommand(
            Command::new("info")
                .alias("i")
                .allow_external_subcommands(true),
        );
    let path = |line: &[&str]| {
        let matches = root.clone().try_get_matches_from(line).expect("taken");
        command_path(&root, &matches).join(" ")
    };
    assert_eq!(path(&["nat", "/home/alice/tool", "info"]), "");
    assert_eq!(path(&["nat", "i", "my-secret"]), "info");
}

/// The ending that the recorded command has in Rust's words.
fn ending(case: &str) -> Option<ExitReason> {
    let usage = |class| {
        Some(ExitReason::Failed {
            class: Label(class),
            exit_code: 2,
        })
    };
    let error = |class| Some(ExitReason::error(Label(class)));
    if let Some(value) = case.strip_prefix("returns_") {
        // Text that is not a number sets no exit code.
        return Some(ExitReason::Returned(match value {
            "negative" => -1,
            "true" => 1,
            value => value.parse().unwrap_or(0),
        }));
    }
    if let Some(value) = case.strip_prefix("sys_exit_") {
        return Some(ExitReason::Exited(match value {
            "None" | "False" => 0,
            value => value.parse().unwrap_or(1),
        }));
    }
    match case {
        "keyboard_interrupt" => Some(ExitReason::Interrupted),
        "abort" => Some(ExitReason::Aborted),
        "usage_error" => usage("UsageError"),
        "bad_parameter" => usage("BadParameter"),
        "missing_parameter" => usage("MissingParameter"),
        "no_such_option" => usage("NoSuchOption"),
        "click_exception" => error("ClickException"),
        "file_error" => error("FileError"),
        "custom" => error("MyErr"),
        "generator_exit" => error("GeneratorExit"),
        "system_error" => error("SystemError"),
        _ => None,
    }
}

#[test]
fn a_command_ends_as_it_did_in_the_original() {
    for vector in section("cli_outcome") {
        let case = vector["case"].as_str().expect("a case");
        let outcome = ending(case)
            .unwrap_or_else(|| panic!("no ending for {case}"))
            .outcome();
        let expected = &vector["expected"];
        assert_eq!(outcome.status.as_str(), expected["taskStatus"], "{case}");
        assert_eq!(i64::from(outcome.exit_code), expected["exitCode"], "{case}");
        assert_eq!(
            outcome.error_class.as_str(),
            expected["errorClass"],
            "{case}"
        );
        for end in ["returns", "exits_with"] {
            if let Some(code) = expected["process"][end].as_i64() {
                assert_eq!(i64::from(outcome.exit_code), code, "{case}");
            }
        }
    }
}

#[test]
fn usage_errors_of_clap_are_recorded_like_those_of_click() {
    let command = Command::new("nat")
        .subcommand_required(true)
        .version("1")
        .arg(
            Arg::new("level")
                .long("level")
                .value_parser(["low", "high"]),
        )
        .subcommand(Command::new("run").arg(Arg::new("file").required(true)));
    for (line, class, exit_code) in [
        (&["nat", "--nope"][..], "NoSuchOption", 2),
        (&["nat", "--level", "/home/alice"], "BadParameter", 2),
        (&["nat", "run"], "MissingParameter", 2),
        (&["nat", "fly"], "UsageError", 2),
        (&["nat"], "UsageError", 2),
        (&["nat", "--help"], "undefined", 0),
        (&["nat", "--version"], "undefined", 0),
    ] {
        let error = command
            .clone()
            .try_get_matches_from(line)
            .expect_err("refused");
        let outcome = ExitReason::from(&error).outcome();
        assert_eq!(outcome.error_class.as_str(), class, "{line:?}");
        assert_eq!(outcome.exit_code, exit_code, "{line:?}");
    }
}

const FLOATS: &str =
    "the original multiplies seconds as a binary fraction and cuts: 1.001 s is 1000 ms";
const BACKWARDS: &str = "a monotonic clock does not run backwards: no time has passed";

/// Events that are different on purpose, and why.
const EVENTS_DIFFERENT: &[(&str, &str)] = &[
    ("emit_command_event/011", FLOATS),
    ("emit_command_event/013", BACKWARDS),
];

fn recorded_event(vector: &Value) -> String {
    let context = &vector["context"];
    let command = context["telemetry_command"].as_str().unwrap_or_default();
    let path = registered_path(
        &HELPERS["subcommand_tree"],
        first_words(&argv(vector), command),
        {
            |node, word| {
                let (name, child) = node.as_object()?.get_key_value(word)?;
                Some((name.as_str(), child))
            }
        },
    );
    let now = vector["monotonic_now"].as_f64().expect("seconds");
    let start = context["telemetry_start_time"].as_f64();
    let duration = start.map(|start| Duration::from_secs_f64((now - start).max(0.0)));
    let class = vector["error_class"]
        .as_str()
        .filter(|class| !class.is_empty());
    let outcome = Outcome {
        status: vector["task_status"]
            .as_str()
            .and_then(|it| it.parse().ok())
            .expect("a status"),
        exit_code: vector["exit_code"]
            .as_i64()
            .and_then(|it| it.try_into().ok())
            .expect("a code"),
        error_class: Label(class.map_or("undefined", |class| String::leak(class.to_owned()))),
    };
    let mut event = command_event(&path, duration, outcome);
    event.python_version = "3.13.1".into();
    event.parameters().to_json()
}

#[test]
fn a_command_is_reported_as_in_the_original() {
    let mut different = BTreeMap::new();
    for vector in section("emit_command_event") {
        let session = vector["context"]["telemetry_session_id"].as_str();
        let enabled = vector["telemetry_enabled"] == true;
        let mut builder = settings(move |name| {
            (name == "NAT_TELEMETRY_ENABLED").then(|| enabled.to_string().into())
        });
        builder = builder.endpoint("");
        if let Some(session) = session {
            builder = builder.session_id(SessionId::parse_or_unknown(session));
        }
        let mut invocation = Invocation::start(builder, &[]);
        invocation.exit_timeout = PATIENCE;
        let client = invocation.telemetry.client();
        let _ = invocation.end(ExitReason::Returned(0));
        let expected = &vector["expected"];
        assert_eq!(client.health().delivered(), u64::from(!expected.is_null()));
        if expected.is_null() {
            continue;
        }
        let id = vector["id"].as_str().expect("an id").to_owned();
        // Where none is given, both make one up.
        if session.is_some() {
            assert_eq!(client.session_id().as_str(), expected["session_id"], "{id}");
        } else {
            assert_ne!(client.session_id().as_str(), "undefined", "{id}");
        }
        let (ours, recorded) = (recorded_event(vector), canonical(&expected["parameters"]));
        if ours != recorded {
            different.insert(id, difference(&ours, &recorded));
        }
    }
    assert_differences("helpers.json", &different, EVENTS_DIFFERENT);
}
