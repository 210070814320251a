//! Requests that are compressed.

use std::io::Read;

use flate2::read::GzDecoder;
use telemetry_runtime::{
    Client, Product,
    health::FlushOutcome,
    testing::{Collector, ScriptedResponse},
    transport::MemoryTransport,
};
use telemetry_tests::client::{PATIENCE, Run};

use super::{TOOL, decoded::decode};

static COMPRESSED: Product = TOOL.gzip();

#[test]
fn a_compressed_request_has_the_same_body() {
    let collector = Collector::script([ScriptedResponse::status(503)]).unwrap();
    let telemetry = Client::builder(&COMPRESSED)
        .env(|_| None)
        .endpoint(collector.url())
        .build();
    for number in 0..50 {
        telemetry.record(&Run(number));
    }
    assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Incomplete);
    assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Complete);
    let requests = collector.requests();
    assert_eq!(requests.len(), 2);
    for request in requests {
        assert_eq!(request.header("content-encoding"), Some("gzip"));
        assert_eq!(request.header("content-type"), Some("application/json"));
        let mut body = Vec::new();
        GzDecoder::new(&*request.body)
            .read_to_end(&mut body)
            .unwrap();
        assert_eq!(decode(&body).records.len(), 50);
        assert!(
            request.body.len() * 5 < body.len(),
            "{}",
            request.body.len()
        );
    }
}

#[test]
fn other_requests_and_custom_transports_are_not_compressed() {
    let collector = Collector::start().unwrap();
    let plain = super::builder().endpoint(collector.url()).build();
    plain.record(&Run(1));
    assert_eq!(plain.flush(PATIENCE), FlushOutcome::Complete);
    let request = collector.requests().remove(0);
    assert_eq!(request.header("content-encoding"), None);
    assert_eq!(decode(&request.body).records.len(), 1);

    let memory = MemoryTransport::new();
    let custom = Client::builder(&COMPRESSED)
        .env(|_| None)
        .transport(memory.clone())
        .build();
    custom.record(&Run(1));
    assert_eq!(custom.flush(PATIENCE), FlushOutcome::Complete);
    assert_eq!(decode(&memory.bodies()[0]).records.len(), 1);
}
