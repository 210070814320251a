//! The client of the whole process.
//!
//! A separate binary with one test: a process installs one client, once.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

use std::thread;

use telemetry_runtime::{
    Client, decision::DecisionSource, global, health::RecordError, transport::MemoryTransport,
};
use telemetry_tests::client::{PATIENCE, Run, builder};

#[test]
fn the_installed_client_records_everywhere_until_its_owner_is_dropped() {
    let before: &'static Client = global::client();
    assert_eq!(before.try_record(&Run(0)), Err(RecordError::Off));
    let decision = before.decision();
    assert_eq!(
        (decision.on, decision.source),
        (false, DecisionSource::NotInstalled)
    );
    assert_eq!(
        decision.to_string(),
        "off: no client is installed; call `global::install` before `global::client`"
    );

    let memory = MemoryTransport::new();
    let owner = builder()
        .transport(memory.clone())
        .exit_budget(PATIENCE)
        .build();
    assert_eq!(global::install(&owner), Ok(()));
    thread::scope(|scope| {
        for number in 0..4 {
            scope.spawn(move || global::client().record(&Run(number)));
        }
    });
    assert_eq!(owner.health().accepted(), 4);
    assert_eq!(
        before.decision(),
        decision,
        "a stored reference remains off"
    );

    // A second client does not replace the first one, and its owner still works.
    let other_memory = MemoryTransport::new();
    let other = builder().transport(other_memory.clone()).build();
    let refused = global::install(&other).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "a telemetry client is already installed in this process"
    );
    assert!(global::install(&owner).is_err());
    global::client().record(&Run(4));
    drop(other);
    assert!(other_memory.bodies().is_empty());

    drop(owner);
    let client = global::client();
    assert_eq!(client.health().delivered(), 5);
    assert_eq!(client.try_record(&Run(5)), Err(RecordError::ShutDown));
    client.record(&Run(6));
    assert_eq!(client.health().refused_for(RecordError::ShutDown), 2);
    assert_eq!(client.decision().source, DecisionSource::OwnerDropped);
}
