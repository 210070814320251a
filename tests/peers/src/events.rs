//! The event of 18 fields that every library records, and the events that only encoders see.

use std::borrow::Cow;

use serde::Serialize;
use telemetry_runtime::{Label, TelemetryEnum, TelemetryEvent, envelope::Timestamp};

#[path = "../../../telemetry-runtime/benches/encode/events.rs"]
pub(crate) mod encoded;

/// The name of the event. It appears once in each encoded event, so the collector counts it.
pub(crate) const NAME: &str = "model_request";

pub(crate) const SESSION: &str = "0c8f4a525c1e4f0e";
pub(crate) const VERSION: &str = "0.17";
pub(crate) const RUNTIME: &str = "3.12";
pub(crate) const PLATFORM: &str = "x86_64";
pub(crate) const OS: &str = "Linux";
pub(crate) const COMMAND: &str = "chat";
pub(crate) const MODEL: &str = "llama-3.3-70b";
pub(crate) const TEMPERATURE: f64 = 0.7;
pub(crate) const INPUT_TOKENS: u32 = 4096;
pub(crate) const OUTPUT_TOKENS: u32 = 512;
pub(crate) const FILES: u32 = 7;
pub(crate) const RETRIES: u32 = 2;

#[derive(TelemetryEnum, Clone, Copy)]
#[event(name = "OriginEnum", rename_all = "lowercase")]
pub(crate) enum Origin {
    Service,
}

#[derive(TelemetryEnum, Clone, Copy)]
#[event(name = "OutcomeEnum", rename_all = "lowercase")]
pub(crate) enum Outcome {
    Success,
}

/// Eighteen fields, 380 bytes with the name and the time of the event.
#[derive(TelemetryEvent, Clone)]
#[event(name = "model_request", schema = "1.0")]
pub(crate) struct Served {
    #[event(required)]
    source: Origin,
    #[event(free_text = "a random id")]
    session: Cow<'static, str>,
    #[event(free_text = "a version number")]
    version: Cow<'static, str>,
    #[event(free_text = "a version number")]
    runtime: Cow<'static, str>,
    #[event(free_text = "constants of the build target")]
    platform: Cow<'static, str>,
    os: Label,
    command: Label,
    #[event(required)]
    outcome: Outcome,
    model: Label,
    #[event(default = 0)]
    duration_ms: u32,
    exit: i32,
    #[event(default = 0)]
    input_tokens: u32,
    #[event(default = 0)]
    output_tokens: u32,
    #[event(default = 0)]
    files: u32,
    temperature: f64,
    stream: bool,
    cached: bool,
    #[event(default = 0)]
    retries: u32,
}

/// The event with a number that differs from call to call.
pub(crate) fn served(number: u32) -> Served {
    Served {
        source: Origin::Service,
        session: Cow::Borrowed(SESSION),
        version: Cow::Borrowed(VERSION),
        runtime: Cow::Borrowed(RUNTIME),
        platform: Cow::Borrowed(PLATFORM),
        os: Label(OS),
        command: Label(COMMAND),
        outcome: Outcome::Success,
        model: Label(MODEL),
        duration_ms: number,
        exit: 0,
        input_tokens: INPUT_TOKENS,
        output_tokens: OUTPUT_TOKENS,
        files: FILES,
        temperature: TEMPERATURE,
        stream: true,
        cached: false,
        retries: RETRIES,
    }
}

/// Fails unless this library and serde write the same fields in 380 bytes per event.
pub(crate) fn check() -> Result<(), String> {
    let ours = served(100).parameters().to_json();
    let theirs = serde_json::to_string(&parameters(100)).map_err(|error| error.to_string())?;
    if ours != theirs {
        return Err(format!("the encoders differ: {ours} and {theirs}"));
    }
    let event = serde_json::to_string(&entry(100)).map_err(|error| error.to_string())?;
    match event.len() {
        380 => Ok(()),
        bytes => Err(format!("the event has {bytes} bytes: {event}")),
    }
}

/// The same fields, for serde.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Parameters {
    source: &'static str,
    session: &'static str,
    version: &'static str,
    runtime: &'static str,
    platform: &'static str,
    os: &'static str,
    command: &'static str,
    outcome: &'static str,
    model: &'static str,
    duration_ms: u32,
    exit: i32,
    input_tokens: u32,
    output_tokens: u32,
    files: u32,
    temperature: f64,
    stream: bool,
    cached: bool,
    retries: u32,
}

pub(crate) fn parameters(number: u32) -> Parameters {
    Parameters {
        source: "service",
        session: SESSION,
        version: VERSION,
        runtime: RUNTIME,
        platform: PLATFORM,
        os: OS,
        command: COMMAND,
        outcome: "success",
        model: MODEL,
        duration_ms: number,
        exit: 0,
        input_tokens: INPUT_TOKENS,
        output_tokens: OUTPUT_TOKENS,
        files: FILES,
        temperature: TEMPERATURE,
        stream: true,
        cached: false,
        retries: RETRIES,
    }
}

/// Declares the envelope with its constants, for serde.
macro_rules! envelope {
    ($($key:ident: $value:expr,)*) => {
        /// The thirty keys of an envelope.
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        pub(crate) struct Envelope {
            $($key: &'static str,)*
            sent_ts: String,
            session_id: &'static str,
            user_id: &'static str,
            events: Vec<Entry>,
        }

        /// An envelope around these events.
        pub(crate) fn envelope(events: Vec<Entry>) -> Envelope {
            Envelope {
                $($key: $value,)*
                sent_ts: Timestamp::now().as_str().to_owned(),
                session_id: SESSION,
                user_id: "undefined",
                events,
            }
        }
    };
}

envelope! {
    browser_type: "undefined",
    client_id: "undefined",
    client_type: "Native",
    client_variant: "Release",
    client_ver: "undefined",
    cpu_architecture: std::env::consts::ARCH,
    device_gdpr_beh_opt_in: "None",
    device_gdpr_func_opt_in: "None",
    device_gdpr_tech_opt_in: "None",
    device_id: "undefined",
    device_make: "undefined",
    device_model: "undefined",
    device_os: "undefined",
    device_os_version: "undefined",
    device_type: "undefined",
    event_protocol: "1.6",
    event_schema_ver: "1.0",
    event_sys_ver: "undefined",
    external_user_id: "undefined",
    gdpr_beh_opt_in: "None",
    gdpr_func_opt_in: "None",
    gdpr_tech_opt_in: "None",
    idp_id: "undefined",
    integration_id: "undefined",
    product_name: "undefined",
    product_version: "undefined",
}

/// An event in an envelope, for serde.
#[derive(Serialize)]
pub(crate) struct Entry {
    ts: String,
    parameters: Parameters,
    name: &'static str,
}

/// An event that happens now.
pub(crate) fn entry(number: u32) -> Entry {
    Entry {
        ts: Timestamp::now().as_str().to_owned(),
        parameters: parameters(number),
        name: NAME,
    }
}
