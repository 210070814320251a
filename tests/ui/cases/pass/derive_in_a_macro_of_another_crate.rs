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
    assert!(elsewhere::Run::builder().exit_code(true).command("x")
        .outcome(elsewhere::Outcome::Undefined).build().exit_code);
}
