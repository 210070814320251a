//! The registry: all events that the NeMo products send.
//!
//! The documents in `schemas` are generated from this list; see `bin/schema.rs`.

use telemetry_runtime::{schema::WireInteger, telemetry_registry};

use crate::{
    agent_toolkit::NatCliCommand,
    anonymizer::{AnonymizerEvent, Task},
    data_designer::InferenceEvent,
    disclosures::{AGENT_TOOLKIT, ANONYMIZER, DATA_DESIGNER, GUARDRAILS, SAFE_SYNTHESIZER},
    guardrails::{EventType, GuardrailsUsageEvent, RailsEngine},
    nemo::{CLIENT_ID, DeploymentType, NemoSource, TaskStatus},
    safe_synthesizer::TrainAndGenerationEvent,
};

telemetry_registry! {
    /// The five events of the NeMo products.
    pub static REGISTRY = {
        client_name = "NeMo_Anonymous_Telemetry_Client",
        client_id = CLIENT_ID,
        version = "1.10",
        description = "Anonymous usage events of the NeMo products.",
        types = [
            NemoSource,
            DeploymentType,
            TaskStatus,
            WireInteger,
            RailsEngine,
            EventType,
            Task,
        ],
        events = [
            InferenceEvent,
            TrainAndGenerationEvent,
            NatCliCommand,
            GuardrailsUsageEvent,
            AnonymizerEvent,
        ],
        disclosures = [
            DATA_DESIGNER,
            SAFE_SYNTHESIZER,
            AGENT_TOOLKIT,
            GUARDRAILS,
            ANONYMIZER,
        ],
    }
}
