//! The five NeMo products on the telemetry framework.
