//! An event with parts is, for every reader, the event that declares the same fields itself.

use std::{borrow::Cow, fs, time::Duration};

use proptest::prelude::*;
use telemetry_runtime::{
    Disclosure, Label, Product, TelemetryEnum, TelemetryEvent,
    schema::{Document, FieldClass},
    testing::{assert_no_free_text_beyond, capture},
};

/// Outcome of a call.
#[derive(TelemetryEnum, Clone, Copy, Debug, PartialEq)]
#[event(name = "OutcomeEnum")]
enum Outcome {
    /// The call succeeded.
    Success,
    /// The call failed.
    #[event(since = "1.10")]
    Failure,
    /// Unknown.
    #[event(fallback)]
    Undefined,
}

/// All fields in one struct.
mod flat {
    use super::{Cow, Duration, Label, Outcome};
    use telemetry_runtime::{TelemetryEvent, telemetry_registry};

    /// One call of a model.
    #[derive(TelemetryEvent, Clone, Debug)]
    #[event(name = "call", schema = "1.9", owner = "team", never("prompts"))]
    pub(super) struct Call<'a> {
        /// The program.
        #[event(constant = "tool")]
        pub(super) source: Label,
        /// Outcome of the call.
        #[event(required)]
        pub(super) outcome: Outcome,
        /// Time of the call.
        #[event(unit = "ms", range(min = -1, max = 60_000))]
        pub(super) duration_ms: Duration,
        /// Name of the model.
        #[event(required, free_text = "a name in the program", max_len = 9)]
        pub(super) model_name: &'a str,
        /// Share of the cache.
        #[event(default = 0.5, range(min = 0, max = 1), since = "1.8")]
        pub(super) model_cache_hit_share: f64,
        /// Port of the host.
        pub(super) model_host_port: i32,
        /// Region of the host.
        #[event(default = "eu", free_text = "a region of the provider")]
        pub(super) model_host_region: Cow<'a, str>,
        /// Number of attempts.
        #[event(default = 1)]
        pub(super) attempts: u32,
    }

    telemetry_registry! {
        pub(super) static REGISTRY = {
            client_name = "Example",
            client_id = "0",
            version = "1.10",
            description = "Events of an example.",
            types = [Outcome],
            events = [Call],
        }
    }
}

/// The same event, built from parts.
mod parted {
    use super::{Cow, Duration, Label, Outcome};
    use telemetry_runtime::{TelemetryEvent, TelemetryFields, telemetry_registry};

    /// Fields of every event.
    #[derive(TelemetryFields, Clone, Debug)]
    pub(super) struct Common {
        /// The program.
        #[event(constant = "tool")]
        pub(super) source: Label,
        /// Outcome of the call.
        #[event(required)]
        outcome: Outcome,
        /// Time of the call.
        #[event(unit = "ms", range(min = -1, max = 60_000))]
        duration_ms: Duration,
    }

    /// A host.
    #[derive(TelemetryFields, Clone, Debug)]
    pub(super) struct Host<'a> {
        /// Port of the host.
        port: i32,
        /// Region of the host.
        #[event(default = "eu", free_text = "a region of the provider")]
        region: Cow<'a, str>,
    }

    /// A model.
    #[derive(TelemetryFields, Clone, Debug)]
    pub(super) struct Model<'a> {
        /// Name of the model.
        #[event(required, free_text = "a name in the program", max_len = 9)]
        name: &'a str,
        /// Share of the cache.
        #[event(default = 0.5, range(min = 0, max = 1), since = "1.8")]
        cache_hit_share: f64,
        #[event(flatten, prefix = "host")]
        host: Host<'a>,
    }

    /// One call of a model.
    #[derive(TelemetryEvent, Clone, Debug)]
    #[event(name = "call", schema = "1.9", owner = "team", never("prompts"))]
    pub(super) struct Call<'a> {
        #[event(flatten)]
        pub(super) common: Common,
        #[event(flatten, prefix = "model")]
        model: Model<'a>,
        /// Number of attempts.
        #[event(default = 1)]
        attempts: u32,
    }

    impl<'a> Call<'a> {
        pub(super) fn of(flat: &super::flat::Call<'a>) -> Self {
            let host = Host::builder()
                .port(flat.model_host_port)
                .region(flat.model_host_region.clone())
                .build();
            let model = Model::builder()
                .name(flat.model_name)
                .cache_hit_share(flat.model_cache_hit_share)
                .host(host)
                .build();
            let common = Common::builder()
                .outcome(flat.outcome)
                .duration_ms(flat.duration_ms)
                .build();
            Self::builder()
                .attempts(flat.attempts)
                .model(model)
                .common(common)
                .build()
        }
    }

    telemetry_registry! {
        pub(super) static REGISTRY = {
            client_name = "Example",
            client_id = "0",
            version = "1.10",
            description = "Events of an example.",
            types = [Outcome],
            events = [Call],
        }
    }
}

static FLAT: Product = product().events(&[&[flat::Call::DESCRIPTOR]]);
static PARTED: Product = product().events(&[&[parted::Call::DESCRIPTOR]]);

const fn product() -> Product {
    Product::new("example")
        .endpoint("https://collector.invalid/events")
        .version("1.0")
}

fn flat_call() -> flat::Call<'static> {
    flat::Call::builder()
        .outcome(Outcome::Success)
        .model_name("small")
        .build()
}

#[test]
fn the_documents_of_an_event_with_parts_are_those_of_the_flat_event() {
    assert_eq!(flat::Call::json_schema(), parted::Call::json_schema());
    let (flat, parted) = (&flat::REGISTRY, &parted::REGISTRY);
    assert_eq!(flat.json_schema(), parted.json_schema());
    let report = parted.privacy_report();
    assert_eq!(flat.privacy_report().to_string(), report.to_string());
    assert!(report.to_string().contains("modelHostRegion"));
    let descriptors = |event: &'static telemetry_runtime::descriptor::EventDescriptor| {
        let sentinels = event.fields.iter().map(|field| field.sentinel());
        format!("{:?}", sentinels.collect::<Vec<_>>())
    };
    let (flat, parted) = (flat::Call::DESCRIPTOR, parted::Call::DESCRIPTOR);
    assert_eq!(descriptors(flat), descriptors(parted));
    for (flat, parted) in flat.fields.iter().zip(parted.fields) {
        assert_eq!(flat.wire_name, parted.wire_name);
        assert_eq!(flat.since, parted.since);
        assert_eq!(flat.required, parted.required);
    }
}

#[test]
fn the_disclosure_of_an_event_with_parts_lists_the_flat_fields() {
    let flat = Disclosure::new(&FLAT);
    let parted = Disclosure::new(&PARTED);
    assert_eq!(flat.text(80), parted.text(80));
    assert_eq!(flat.markdown(), parted.markdown());
    assert_eq!(flat.digest("1.0"), parted.digest("1.0"));
    assert!(parted.text(80).contains("modelCacheHitShare"));
}

#[test]
fn the_test_kit_sees_the_flat_fields() {
    let call = parted::Call::of(&flat_call());
    assert_eq!(call.common.source, flat_call().source);
    let captured = capture(|client| client.record(&call));
    assert_eq!(
        captured.events::<parted::Call<'_>>(),
        [concat!(
            r#"{"source":"tool","outcome":"success","durationMs":-1,"modelName":"small","#,
            r#""modelCacheHitShare":0.5,"modelHostPort":-1,"modelHostRegion":"eu","attempts":1}"#
        )]
    );
    let report = parted::REGISTRY.privacy_report();
    let free: Vec<_> = report
        .fields
        .iter()
        .filter(|field| field.class == FieldClass::FreeText)
        .map(|field| field.field)
        .collect();
    assert_eq!(free, ["modelName", "modelHostRegion"]);
    let allowed = ["call.modelName", "call.modelHostRegion"];
    assert_no_free_text_beyond(&parted::REGISTRY, allowed);
}

#[test]
fn drift_of_a_part_is_reported_with_its_flat_name() {
    let folder = std::env::temp_dir().join(format!("telemetry-parts-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join("events.json");
    parted::REGISTRY.write(Document::Events, &file).unwrap();
    parted::REGISTRY.check(Document::Events, &file).unwrap();
    let stale = fs::read_to_string(&file).unwrap();
    fs::write(&file, stale.replace("\"modelHostPort\"", "\"modelPort\"")).unwrap();
    let error = parted::REGISTRY.check(Document::Events, &file).unwrap_err();
    fs::remove_dir_all(&folder).unwrap();
    assert!(error.to_string().contains("modelHostPort"), "{error}");
}

proptest! {
    #[test]
    fn an_event_with_parts_is_written_like_the_flat_event(
        outcome in prop::sample::select(vec![Outcome::Success, Outcome::Failure, Outcome::Undefined]),
        ms in prop_oneof![0..70_000_u64, Just(u64::MAX)],
        name in "\\PC{0,12}",
        share in prop_oneof![-0.5..1.5, Just(f64::NAN), Just(f64::INFINITY)],
        port in any::<i32>(),
        region in ".{0,9}",
        attempts in any::<u32>(),
    ) {
        let flat = flat::Call {
            outcome,
            duration_ms: Duration::from_millis(ms),
            model_name: &name,
            model_cache_hit_share: share,
            model_host_port: port,
            model_host_region: region.into(),
            attempts,
            ..flat_call()
        };
        let parted = parted::Call::of(&flat);
        let json = parted.parameters().to_json();
        prop_assert_eq!(&flat.parameters().to_json(), &json);
        let serde: serde_json::Value = serde_json::to_value(parted.parameters()).unwrap();
        let parsed: serde_json::Value = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(serde, parsed);
    }
}
