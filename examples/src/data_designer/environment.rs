//! What Data Designer makes of the variables that a person set.

use super::DeploymentType;

impl DeploymentType {
    /// The deployment that `NEMO_DEPLOYMENT_TYPE` names, in any case; `library` when it is not set,
    /// `undefined` for what Data Designer does not know.
    #[must_use]
    pub fn from_environment(value: Option<&str>) -> Self {
        value.map_or(Self::Library, |name| Self::from_wire(&name.to_lowercase()))
    }
}
