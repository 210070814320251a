//! A client that is off, and which signal turned it off.

use super::*;

#[test]
fn a_client_that_is_off_does_nothing() {
    let memory = MemoryTransport::new();
    let telemetry = builder().transport(memory.clone()).disabled().build();
    telemetry.record(&Run(1));
    telemetry.record_with(|| -> Run { panic!("the closure must not run") });
    assert_eq!(telemetry.try_record(&Run(1)), Err(RecordError::Off));
    assert!(telemetry.flush(PATIENCE).is_complete());
    assert!(telemetry.shutdown(PATIENCE).is_complete());
    assert_eq!(telemetry.decision().source, DecisionSource::Program);
    assert!(memory.bodies().is_empty());
}

#[test]
fn refusals_win_and_are_named() {
    let with = |name: &'static str, value: &'static str| {
        let lookup = move |asked: &str| match asked {
            "MY_TELEMETRY" => Some(OsString::from("1")),
            _ => (asked == name).then(|| OsString::from(value)),
        };
        Client::builder(&TOOL)
            .env(lookup)
            .transport(MemoryTransport::new())
            .build()
    };
    let telemetry = with("DO_NOT_TRACK", "yes");
    assert!(!telemetry.is_on());
    assert_eq!(
        telemetry.decision().to_string(),
        "off: DO_NOT_TRACK=yes is set"
    );
    assert!(with("CI", "true").is_on(), "an explicit yes outranks CI");
}

#[test]
fn a_configuration_that_cannot_work_is_off_and_says_why() {
    let sentence = |builder: ClientBuilder| {
        let decision = builder.build().decision();
        assert_eq!(
            (decision.on, decision.source),
            (false, DecisionSource::Misconfigured)
        );
        decision.sentence
    };
    assert_eq!(sentence(builder()), "off: no endpoint is configured");
    let secret = sentence(builder().endpoint("http://user:secret@a.example/?token=secret"));
    assert!(!secret.contains("secret"), "{secret}");
    assert!(builder().endpoint("").build().is_on());
    let by_variable =
        Client::builder(&TOOL).env(|name| (name == "MY_ENDPOINT").then(|| "stdou".into()));
    let shown = sentence(by_variable);
    assert!(
        shown.starts_with("off: MY_ENDPOINT is set, but the endpoint is"),
        "{shown}"
    );
}
