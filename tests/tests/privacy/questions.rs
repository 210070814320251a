//! The questions that fields answer, where users and reviewers read them.

use serde_json::Value;
use telemetry_runtime::{Product, TelemetryEvent, telemetry_registry};

static PLAIN: Product = Product::new("plain");

/// The registry requires the question of the newer field only.
#[test]
fn the_question_of_a_field_is_in_the_disclosure_the_report_and_the_schema() {
    /// A run of the asker.
    #[derive(TelemetryEvent)]
    #[event(name = "asker_run", schema = "1.10")]
    struct AskerRun {
        /// Exit code of the process.
        exit_code: i64,
        /// Plugins that were loaded.
        #[event(since = "1.10", why = "How many plugins | extensions\ndo runs load")]
        plugins: i64,
        /// Names of the plugins.
        #[event(
            since = "1.10",
            free_text = "names in the store",
            why = "Which plugins are used?"
        )]
        names: Vec<String>,
    }
    telemetry_registry! {
        static ASKER = {
            client_name = "Asker",
            client_id = "0",
            version = "1.10",
            description = "Events of the asker.",
            require_why_since = "1.10",
            events = [AskerRun],
        }
    }
    let text = ASKER.disclosure(&PLAIN).text(usize::MAX);
    for line in [
        "- exitCode: Exit code of the process. [whole number]\n",
        "- plugins: Plugins that were loaded. [whole number] It answers the question: How many plugins | \
         extensions do runs load.\n",
        "[a list; each text: names in the store] It answers the question: Which plugins are used?\n",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    let report = ASKER.privacy_report();
    let questions: Vec<_> = report.fields.iter().map(|row| row.why.is_some()).collect();
    assert_eq!(questions, [false, true, true]);
    let table = report.to_string();
    for line in [
        "| event | field | class | bits | reason for free text | question that it answers |\n\
         | --- | --- | --- | --- | --- | --- |\n\
         | `asker_run` | `exitCode` | number | 64.0 |  |  |\n",
        "|  | How many plugins \\| extensions do runs load |\n",
        "| names in the store | Which plugins are used? |\n",
    ] {
        assert!(table.contains(line), "{line}: {table}");
    }
    let schema: Value = serde_json::from_str(&ASKER.json_schema()).unwrap();
    assert_eq!(schema["schemaMeta"]["requireWhySince"], "1.10");
    let fields = &schema["definitions"]["events"]["asker_run"]["properties"];
    assert_eq!(fields["exitCode"].get("$comment"), None);
    assert_eq!(
        fields["plugins"]["$comment"],
        "How many plugins | extensions\ndo runs load"
    );
    assert_eq!(fields["names"]["$comment"], "Which plugins are used?");
}
