// A macro of another crate may contain the declaration.

telemetry_ui_tests::declare_event! {
    /// A run.
    pub Run = "run" { exit_code: i64 }
}

mod elsewhere {
    telemetry_ui_tests::declare_event! {
        /// The same names in another module.
        pub(super) Run = "run" { exit_code: bool }
    }
}

fn main() {
    let run = Run::builder().command("build").outcome(Outcome::Success).exit_code(3).build();
    assert_eq!((run.exit_code, run.command), (3, "build"));
    let shared = telemetry_ui_tests::Shared::builder().attempts(4).build();
    let run = Run::builder().command("build").outcome(Outcome::Success).shared(shared).build();
    let json = telemetry_ui_tests::__rt::TelemetryEvent::parameters(&run).to_json();
    assert!(json.ends_with(r#","sharedAttempts":4}"#), "{json}");
    assert!(elsewhere::Run::builder().exit_code(true).command("x")
        .outcome(elsewhere::Outcome::Undefined).build().exit_code);
}
