//! The environment variables for programs that the host starts.

use super::{Client, switch::Look};
use crate::decision::{Decision, DecisionSource};

/// The meaning of a decision for a program that the host starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ForChild {
    /// Its own signals decide.
    Nothing,
    /// Telemetry is off there, too.
    Refusal,
    /// It runs on a build server or under a test runner. An explicit yes overrides that.
    Environment,
}

impl Client {
    /// The environment variables that a program started by this one needs, to respect the decision of the
    /// user. Pass them to [`Command::envs`](std::process::Command::envs) after a change of its environment
    /// such as `env_clear`.
    ///
    /// - If telemetry is off because of a refusal, the variables turn it off in the child: `DO_NOT_TRACK`
    ///   is `1`, and the variables that turn this product and its [family](crate::Family) on are `0`.
    /// - If it is off because of a build server or a test runner, `CI` is `1`.
    /// - If it is on, nothing turns it on in the child, whose own signals decide.
    /// - If it is on and the product declares a [session variable](crate::Product::session_variable), that
    ///   variable has the random id of this session, without its prefix.
    ///
    /// The call reads the product's files, so that it finds a refusal that another process has stored. If
    /// they cannot be read, the child is off.
    ///
    /// ```
    /// use std::process::Command;
    /// use telemetry_runtime::{Client, Product};
    ///
    /// static MY_TOOL: Product = Product::new("my-tool").enable_variable("MY_TOOL_TELEMETRY");
    /// let telemetry = Client::builder(&MY_TOOL).disabled().build();
    ///
    /// let variables = telemetry.child_env();
    /// assert!(variables.contains(&("DO_NOT_TRACK", "1".to_owned())));
    /// assert!(variables.contains(&("MY_TOOL_TELEMETRY", "0".to_owned())));
    /// let mut command = Command::new("my-helper");
    /// command.envs(variables);
    /// ```
    #[must_use]
    pub fn child_env(&self) -> Vec<(&'static str, String)> {
        let product = self.of_process.product();
        let shared = self.shared();
        let epoch = shared.switch.state().epoch();
        let look = shared.switch.look(&shared.queue, epoch);
        #[cfg(feature = "spool")]
        if look == Look::Refused {
            shared.purge();
        }
        let decision = shared.switch.decision();
        let for_child = match look {
            Look::Unknown => ForChild::Refusal,
            Look::Allowed | Look::Refused => for_child(&decision),
        };
        let mut variables = Vec::new();
        match for_child {
            ForChild::Refusal => {
                variables.push(("DO_NOT_TRACK", "1".to_owned()));
                let off = product.refusing_variables();
                variables.extend(off.map(|name| (name, "0".to_owned())));
            }
            ForChild::Environment => variables.push(("CI", "1".to_owned())),
            ForChild::Nothing => {}
        }
        let session = shared.switch.session();
        let id = session.random_part().filter(|_| decision.on);
        variables.extend(product.session_variable.zip(id.map(str::to_owned)));
        variables
    }
}

pub(super) fn for_child(decision: &Decision) -> ForChild {
    use DecisionSource::{
        AdministratorFile, Ci, CompiledOut, Consent, DoNotTrack, EnableVariable, FamilyVariable,
        MarkerFile, Misconfigured, NotInstalled, OptOutVariable, OwnerDropped, ProductDefault,
        Program, TestRunner,
    };
    match decision.source {
        _ if decision.on => ForChild::Nothing,
        AdministratorFile | Program | OptOutVariable | EnableVariable | DoNotTrack
        | FamilyVariable | MarkerFile | Consent => ForChild::Refusal,
        Ci | TestRunner => ForChild::Environment,
        ProductDefault | Misconfigured | OwnerDropped | NotInstalled | CompiledOut => {
            ForChild::Nothing
        }
    }
}
