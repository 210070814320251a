//! What Safe Synthesizer makes of the variables that a person set.

use super::DeploymentType;

impl DeploymentType {
    /// The deployment that `NEMO_DEPLOYMENT_TYPE` names, in any case; `sdk` when it is not set,
    /// `undefined` for what Safe Synthesizer does not know.
    #[must_use]
    pub fn from_environment(value: Option<&str>) -> Self {
        value.map_or(Self::Sdk, |value| Self::from_wire(&value.to_lowercase()))
    }
}
