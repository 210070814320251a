//! The hand-written event and the product of tests and benchmarks. The package `telemetry-tests`
//! includes this file, too.
#![allow(
    unreachable_pub,
    reason = "public in one of the crates that include it"
)]

use telemetry_runtime::{
    Client, ClientBuilder, Product, TelemetryEvent, descriptor::EventDescriptor,
    field::FieldVisitor,
};

/// The product `my-tool`.
pub static TOOL: Product = Product::new("my-tool")
    .client_id("184482118588404")
    .version("1.2.3")
    .enable_variable("MY_TELEMETRY")
    .endpoint_variable("MY_ENDPOINT")
    .session_prefix("tool-")
    .default_on(true);

/// A builder of the product `my-tool`, in an empty environment.
pub fn builder() -> ClientBuilder {
    Client::builder(&TOOL).env(|_| None)
}

/// An event with one number, written without the derive: the runtime's tests build without it.
#[derive(Clone, Default)]
pub struct Run(pub i64);

impl TelemetryEvent for Run {
    const EVENT_NAME: &'static str = "run";
    const SCHEMA_VERSION: &'static str = "1.0";
    const DESCRIPTOR: &'static EventDescriptor =
        &telemetry_runtime::__private::event_descriptor("run", "1.0", "", &[]).0;

    fn visit<V: FieldVisitor>(&self, visitor: &mut V) {
        visitor.integer(",\"number\":", self.0);
    }
}
