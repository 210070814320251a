//! Owners that are dropped too early: the client says so.

use telemetry_runtime::TelemetryGuard;

use super::*;

const OWNER_DROPPED: &str = "off: the owner of this client was dropped; \
                             keep the TelemetryGuard until the end of `main`";

fn assert_owner_dropped(client: &Client) {
    assert_named(client);
    let before = client.health().refused_for(RecordError::ShutDown);
    client.record(&Run(1));
    assert_eq!(client.try_record(&Run(2)), Err(RecordError::ShutDown));
    client.record_with(|| -> Run { panic!("the closure must not run") });
    assert_eq!(
        client.health().refused_for(RecordError::ShutDown),
        before + 3
    );
    assert_named(client);
}

fn assert_named(client: &Client) {
    let decision = client.decision();
    assert_eq!(
        (decision.on, decision.source),
        (false, DecisionSource::OwnerDropped)
    );
    assert_eq!(decision.to_string(), OWNER_DROPPED);
    assert_eq!(client.recheck(), decision);
    assert!(!client.is_on());
}

#[test]
fn the_decision_of_a_client_without_owner_names_the_reason() {
    let at_once = builder().transport(MemoryTransport::new()).build().client();
    assert_owner_dropped(&at_once);

    fn returns_only_the_client(builder: ClientBuilder) -> Client {
        let owner = builder.build();
        owner.record(&Run(0));
        owner.client()
    }
    let memory = MemoryTransport::new();
    let returned = returns_only_the_client(builder().transport(memory.clone()));
    assert_eq!(memory.bodies().len(), 1, "the drop delivered the event");
    // A program that reports after the drop, and loses nothing, reads what decided.
    assert!(returned.decision().on);
    assert_eq!(returned.try_record(&Run(1)), Err(RecordError::ShutDown));
    assert_owner_dropped(&returned);

    // A thread-local owner ends with its thread.
    thread_local! {
        static OWNER: TelemetryGuard = builder().transport(MemoryTransport::new()).build();
    }
    let of_thread = std::thread::spawn(|| OWNER.with(TelemetryGuard::client));
    let of_thread = of_thread.join().unwrap();
    assert_owner_dropped(&of_thread);
}

#[test]
fn other_reasons_are_not_replaced_when_the_owner_is_dropped() {
    let off = builder().transport(MemoryTransport::new()).disabled();
    let off = off.build().client();
    assert_eq!(off.decision().source, DecisionSource::Program);

    let owner = builder().transport(MemoryTransport::new()).build();
    let opted_out = owner.client();
    opted_out.opt_out();
    drop(owner);
    assert_eq!(opted_out.decision().source, DecisionSource::Program);

    // A shutdown alone does not change the decision.
    let owner = builder().transport(MemoryTransport::new()).build();
    assert!(owner.shutdown(PATIENCE).is_complete());
    assert!(owner.decision().on);
    let ended = owner.client();
    drop(owner);
    assert_owner_dropped(&ended);
}
