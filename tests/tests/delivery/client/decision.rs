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

#[test]
fn a_declared_version_or_prefix_is_never_replaced_without_a_sign() {
    static VERSION: Product = Product::new("my-tool").version("v1 (abc)").default_on(true);
    static PREFIX: Product = Product::new("my-tool")
        .session_prefix("my tool/")
        .default_on(true);
    let at = |product| {
        let builder = Client::builder(product).env(|_| None);
        builder.transport(MemoryTransport::new())
    };
    let too_long = "1".repeat(65);
    for invalid in ["v1 (abc)", "", " 1.0", "1.0\n", too_long.as_str()] {
        let decision = at(&TOOL).client_version(invalid).build().decision();
        assert_eq!(
            (decision.on, decision.source, &*decision.sentence),
            (
                false,
                DecisionSource::Misconfigured,
                "off: the client version is not valid: \
                 expected 1 to 64 characters of `0-9 A-Z a-z . + _ -`"
            ),
            "{invalid:?}"
        );
    }
    let of_product = at(&VERSION).build().decision();
    assert_eq!(of_product.source, DecisionSource::Misconfigured);
    // The builder's version replaces the product's.
    assert!(at(&VERSION).client_version("1.0").build().is_on());

    let prefix = at(&PREFIX).build().decision();
    assert_eq!(
        prefix.to_string(),
        "off: the session id with the product's prefix is not valid"
    );
    let long = SessionId::parse_or_unknown(&"1".repeat(128));
    assert!(
        at(&VERSION)
            .client_version("1")
            .session_id(long.clone())
            .build()
            .is_on()
    );
    assert!(
        !at(&TOOL).session_id(long).build().is_on(),
        "129 or more characters with its prefix"
    );
    // Another reason for being off is not replaced.
    let off = at(&VERSION).disabled().build().decision();
    assert_eq!(off.source, DecisionSource::Program);
}
