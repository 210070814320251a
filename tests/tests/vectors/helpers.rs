//! The recorded helpers: for the same names, addresses, counts and variables, ours return what the
//! original modules returned.

use std::{borrow::Cow, collections::BTreeMap, env, fs, path::Path, time::Duration};

use serde_json::Value;
use telemetry_examples::{
    agent_toolkit, anonymizer, data_designer, nemo::Deployment, safe_synthesizer,
};
use telemetry_runtime::{Client, Label, Product, SessionId, privacy, transport::Endpoint};
use telemetry_tests::{
    scratch::Scratch,
    vectors::{assert_differences, document, workspace},
};

/// Sections of `helpers.json` that this file does not run, and what they belong to.
const ELSEWHERE: &[(&str, &str)] = &[
    ("audit_file", "privacy/audit_log.rs"),
    ("audit_rotation_default_cap", "privacy/audit_log.rs"),
    ("cli_outcome", "commands.rs"),
    ("emit_command_event", "commands.rs"),
    ("guardrails_report", "guardrails_report"),
    ("guardrails_session", "guardrails_report"),
    ("heartbeat_loop", "heartbeat.rs"),
    ("invoking_configure_telemetry", "commands.rs"),
    ("resolve_subcommand", "commands.rs"),
];

const HERE: &[&str] = &[
    "bucket_columns",
    "bucket_records",
    "classify_model_host",
    "collect_model_hosts",
    "deployment_type_env",
    "endpoint",
    "heartbeat_interval",
    "nat_dry_run",
    "redact_endpoint",
    "sanitize_model",
    "session_prefix",
    "sort_join_aliases",
];

const OWN_PREFIX: &str = "Anonymizer's prefix is part of its `Product`: where the variable is not \
                          set, the original sets it before it makes its handler";
const NO_SESSION: &str = "an empty text is not a session id: it is \"undefined\"";
const WORD: &str = "the word `stdout` is known in any case: it is not an address";
const NOT_PLAIN: &str = "a prefix that makes more than 128 characters of an id, or others than \
                         `0-9 A-Z a-z . _ -`, is left away: an id must not carry text";
const KEEPS_CASE: &str = "the path of an address keeps its case: lower case is another path";

const PLAIN_NUMBER: &str = "an interval is a finite number in ASCII; other texts give the default";
const SHOWS_LESS: &str = "an `Endpoint` is shown without user, query and fragment";
const NOT_REPEATED: &str = "text that is not an address is not repeated";
const NOWHERE: &str = "an empty address means that nothing is sent, and is shown as `nowhere`";
const CONTROL: &str = "control characters are not white space: such a name is not an empty one";

/// Answers that are different on purpose, of which products, and why. Nothing else may differ.
const DIFFERENT: &[(&str, &str)] = &[
    (
        "endpoint/005 anonymizer guardrails nat safe_synthesizer",
        WORD,
    ),
    ("endpoint/009 datadesigner", KEEPS_CASE),
    ("heartbeat_interval/024", PLAIN_NUMBER),
    ("heartbeat_interval/025", PLAIN_NUMBER),
    ("heartbeat_interval/026", PLAIN_NUMBER),
    ("heartbeat_interval/041", PLAIN_NUMBER),
    ("heartbeat_interval/042", PLAIN_NUMBER),
    ("heartbeat_interval/061", PLAIN_NUMBER),
    ("heartbeat_interval/071", PLAIN_NUMBER),
    ("redact_endpoint/001", SHOWS_LESS),
    ("redact_endpoint/002", SHOWS_LESS),
    ("redact_endpoint/003", SHOWS_LESS),
    ("redact_endpoint/006", NOWHERE),
    ("redact_endpoint/007", NOT_REPEATED),
    ("redact_endpoint/009", SHOWS_LESS),
    ("redact_endpoint/011", NOT_REPEATED),
    ("redact_endpoint/012", NOT_REPEATED),
    ("redact_endpoint/013", SHOWS_LESS),
    ("sanitize_model/137", CONTROL),
    ("session_prefix/000 anonymizer", OWN_PREFIX),
    (
        "session_prefix/004 anonymizer datadesigner nat safe_synthesizer",
        NO_SESSION,
    ),
    ("session_prefix/005 nat", NO_SESSION),
    (
        "session_prefix/016 anonymizer datadesigner nat safe_synthesizer",
        NO_SESSION,
    ),
    ("session_prefix/017 nat", NO_SESSION),
    (
        "session_prefix/022 anonymizer datadesigner safe_synthesizer",
        NOT_PLAIN,
    ),
    ("session_prefix/023 nat", NOT_PLAIN),
    (
        "session_prefix/024 anonymizer datadesigner safe_synthesizer",
        NOT_PLAIN,
    ),
    ("session_prefix/027 nat", NOT_PLAIN),
    ("session_prefix/033 nat", NOT_PLAIN),
];

/// Holds every answer of a section against the recorded one. `answers` gives a name for each answer
/// of a vector (empty where there is one), ours, and the recorded one.
fn hold(section: &str, answers: impl Fn(&Value) -> Vec<(String, Value, Value)>) {
    let document = document("helpers");
    let vectors = document["sections"][section].as_array().expect("vectors");
    assert!(!vectors.is_empty());
    let mut different = BTreeMap::new();
    for vector in vectors {
        let mut answers = answers(vector);
        answers.retain(|(_, ours, recorded)| ours != recorded);
        answers.sort_by(|(a, ..), (b, ..)| a.cmp(b));
        let mut name = vector["id"].as_str().expect("an id").to_owned();
        for (of, ..) in answers.iter().filter(|(of, ..)| !of.is_empty()) {
            name.extend([" ", of]);
        }
        if !answers.is_empty() {
            different.insert(name, format!("(of, ours, recorded) is {answers:?}"));
        }
    }
    let of_the_section = |id: &str| id.starts_with(&format!("{section}/"));
    let listed: Vec<_> = DIFFERENT
        .iter()
        .copied()
        .filter(|(id, _)| of_the_section(id))
        .collect();
    assert_differences("helpers.json", &different, &listed);
}

/// As [`hold`], for a helper with one answer.
fn hold_one<A: Into<Value>>(section: &str, answer: impl Fn(&Value) -> A) {
    hold(section, |vector| {
        vec![(
            String::new(),
            answer(vector).into(),
            vector["expected"].clone(),
        )]
    });
}

/// As [`hold`], for a helper that the products answer differently.
fn hold_products(section: &str, answer: impl Fn(&Value, &str) -> Option<Value>) {
    hold(section, |vector| {
        let products = vector["expected"].as_object().expect("products");
        products
            .iter()
            .map(|(product, recorded)| {
                let ours = answer(vector, product).unwrap_or_else(|| panic!("no {product}"));
                (product.clone(), ours, recorded.clone())
            })
            .collect()
    });
}

fn texts(list: &Value) -> impl Iterator<Item = Option<&str>> {
    list.as_array().expect("a list").iter().map(Value::as_str)
}

#[test]
fn every_section_runs_or_is_listed() {
    let document = document("helpers");
    let mut sections: Vec<&str> = document["sections"]
        .as_object()
        .expect("sections")
        .keys()
        .map(String::as_str)
        .collect();
    sections.sort_unstable();
    let elsewhere = ELSEWHERE.iter().map(|(section, _)| *section);
    let mut known: Vec<&str> = elsewhere.chain(HERE.iter().copied()).collect();
    known.sort_unstable();
    assert_eq!(sections, known);
    let of_a_section = |id: &str| HERE.iter().any(|here| id.starts_with(&format!("{here}/")));
    assert!(DIFFERENT.iter().all(|(id, _)| of_a_section(id)));
}

#[test]
fn bucket_records() {
    hold_one("bucket_records", |vector| {
        let count = vector["n"].as_i64().expect("a count");
        safe_synthesizer::InputRecords::of(count).as_str()
    });
}

#[test]
fn bucket_columns() {
    hold_one("bucket_columns", |vector| {
        let count = vector["n"].as_i64().expect("a count");
        safe_synthesizer::InputColumns::of(count).as_str()
    });
}

/// Where the releases of `huggingface_hub` give different answers, the later one counts: its ids
/// are ASCII.
///
/// The one test of this program that changes the working directory; the others use full paths.
#[test]
fn sanitize_model() {
    let scratch = || Scratch::new(env!("CARGO_TARGET_TMPDIR"), "helpers-sanitize-model");
    hold("sanitize_model", |vector| {
        let folder = scratch();
        env::set_current_dir(folder.path()).expect("a working directory");
        texts(&vector["existing_paths"]).flatten().for_each(create);
        let label = privacy::repository_label(vector["input"].as_str());
        // Where the original stops with an error, nothing of the name may leave.
        let later = vector.get("expected_huggingface_hub_1_33");
        let expected = later.or(vector.get("expected")).cloned();
        let expected = expected.unwrap_or_else(|| "local_path".into());
        env::set_current_dir("/").expect("a working directory");
        vec![(String::new(), label.into(), expected)]
    });
}

fn create(path: &str) {
    let folder = match path.strip_suffix('/') {
        Some(folder) => Path::new(folder),
        None => Path::new(path).parent().expect("a parent"),
    };
    fs::create_dir_all(folder).expect("a folder");
    if !path.ends_with('/') {
        fs::write(path, "").expect("a file");
    }
}

#[test]
fn classify_model_host() {
    hold_one("classify_model_host", |vector| {
        let endpoint = vector["provider"]["endpoint"].as_str();
        anonymizer::classify_model_host(endpoint).as_str()
    });
}

#[test]
fn collect_model_hosts() {
    const KINDS: [Label; 5] = [
        Label("nvidia-build"),
        Label("nvidia-internal"),
        Label("openrouter"),
        Label("local"),
        Label("other"),
    ];
    hold_one("collect_model_hosts", |vector| {
        let hosts = texts(&vector["hosts"]).map(|host| {
            let host = host?;
            let kind = KINDS.into_iter().find(|kind| kind.as_str() == host);
            Some(kind.expect("a kind of host"))
        });
        let kinds = anonymizer::collect_model_hosts(hosts);
        kinds.iter().map(Label::as_str).collect::<Vec<_>>()
    });
}

#[test]
fn sort_join_aliases() {
    hold_one("sort_join_aliases", |vector| {
        anonymizer::sort_join_aliases(texts(&vector["aliases"]).flatten())
    });
}

/// The interval for a recorded number of seconds: at least 1 s, and unbounded for `inf`.
#[test]
fn heartbeat_interval() {
    const DEFAULT: Duration = Duration::from_secs(600);
    hold("heartbeat_interval", |vector| {
        let recorded = match vector["expected"].as_f64() {
            Some(seconds) => Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX),
            None => Duration::MAX,
        };
        let recorded = recorded.max(Duration::from_secs(1));
        let ours = privacy::interval(vector["env"].as_str(), DEFAULT);
        let text = |pause: Duration| format!("{pause:?}").into();
        vec![(String::new(), text(ours), text(recorded))]
    });
}

/// An [`Endpoint`] is all that may be shown of an address.
#[test]
fn redact_endpoint() {
    hold_one("redact_endpoint", |vector| {
        match Endpoint::parse_insecure(vector["endpoint"].as_str().expect("text")) {
            Ok(endpoint) => endpoint.to_string(),
            Err(error) => error.to_string(),
        }
    });
}

#[test]
fn session_prefix() {
    hold_products("session_prefix", |vector, product| {
        let variable = vector["variable"].as_str()?.to_owned();
        let prefix = vector["value"].as_str().map(str::to_owned);
        let session = vector["session_id"].as_str()?;
        // Off, because nothing is recorded here. A session it has all the same.
        let telemetry = Client::builder(by_name(product)?)
            .env(move |name| prefix.clone().filter(|_| name == variable).map(Into::into))
            .session_id(SessionId::parse_or_unknown(session))
            .disabled()
            .build();
        Some(telemetry.client().session_id().as_str().into())
    });
}

fn by_name(product: &str) -> Option<&'static Product> {
    Some(match product {
        "anonymizer" => &anonymizer::ANONYMIZER,
        "datadesigner" => &data_designer::DATA_DESIGNER,
        "nat" => &agent_toolkit::AGENT_TOOLKIT,
        "safe_synthesizer" => &safe_synthesizer::SAFE_SYNTHESIZER,
        _ => return None,
    })
}

/// The recorded text and the value of the variable must mean the same place.
#[test]
fn endpoint() {
    // No test uses the products' address: this reads what they declare, and only compares it.
    let declaration = fs::read_to_string(workspace().join("examples/src/nemo.rs")).expect("text");
    let declared = declaration
        .split('"')
        .find(|text| text.starts_with("https:"));
    let declared = declared.expect("an address").to_owned();
    hold("endpoint", |vector| {
        let place = |text: &str| match Endpoint::parse_insecure(text) {
            Ok(place) => place.to_string(),
            Err(error) => error.to_string(),
        };
        // The originals compare the word as it is, and take any other for an address.
        let is_the_word = |text: &str| text == "stdout" || !text.eq_ignore_ascii_case("stdout");
        let recorded_place = |text: &str| match is_the_word(text) {
            true => place(text),
            false => format!("the address {text}"),
        };
        let set = vector["value"].as_str();
        let ours = place(set.unwrap_or(&declared));
        let products = vector["expected"].as_object().expect("products");
        products
            .iter()
            .map(|(product, recorded)| {
                let recorded = recorded_place(recorded.as_str().expect("an endpoint"));
                (product.clone(), ours.clone().into(), recorded.into())
            })
            .collect()
    });
}

#[test]
fn nat_dry_run() {
    hold_one("nat_dry_run", |vector| {
        agent_toolkit::is_dry_run(vector["value"].as_str())
    });
}

#[test]
fn deployment_type_env() {
    hold_products("deployment_type_env", |vector, product| {
        let value = vector["value"].as_str();
        let ours: Cow<'static, str> = match product {
            "anonymizer" => anonymizer::DeploymentType::from_env(value).as_str().into(),
            "datadesigner" => data_designer::DeploymentType::from_env(value)
                .as_str()
                .into(),
            "safe_synthesizer" => safe_synthesizer::DeploymentType::from_env(value)
                .as_str()
                .into(),
            _ => return None,
        };
        Some(ours.into())
    });
}
