//! A small gateway: it keeps names of sandboxes and providers in memory, and runs nothing.

use std::collections::BTreeMap;

use telemetry_examples::openshell::{
    ComputeDriver, LifecycleEvent, LifecycleOperation, LifecycleResource, Outcome,
    PolicyDecisionEvent, PolicyDecisionOperation, ProviderLifecycleEvent, ProviderProfile,
    SandboxActivitySummaryEvent, SandboxCreateEvent, SandboxTemplateSource,
};
use telemetry_runtime::{Client, Summary};

use crate::script::Line;

/// The result of an operation, for the user.
pub(crate) type Done = Result<String, String>;

pub(crate) struct Gateway {
    client: Client,
    activity: Summary<SandboxActivitySummaryEvent>,
    driver: ComputeDriver,
    /// Names of the sandboxes; true for one that runs.
    sandboxes: BTreeMap<String, bool>,
    providers: BTreeMap<String, ProviderProfile>,
    proposed: u64,
    approved: u64,
}

impl Gateway {
    pub(crate) fn new(
        client: Client,
        activity: Summary<SandboxActivitySummaryEvent>,
        driver: &str,
    ) -> Self {
        Self {
            client,
            activity,
            driver: ComputeDriver::from_name(driver),
            sandboxes: BTreeMap::new(),
            providers: BTreeMap::new(),
            proposed: 0,
            approved: 0,
        }
    }

    /// Performs one line and records its event.
    pub(crate) fn perform(&mut self, line: &Line<'_>) -> Done {
        match *line {
            Line::Create(name, ref options) => self.create(name, options),
            Line::Sandbox(operation, name) => {
                let done = self.operate(operation, name);
                self.lifecycle(LifecycleResource::Sandbox, operation, &done);
                done
            }
            Line::Policy(name) => {
                let done = self.find(name).map(|_| "policy updated".to_owned());
                let update = LifecycleOperation::Update;
                self.lifecycle(LifecycleResource::SandboxPolicy, update, &done);
                done
            }
            Line::Provider(operation, name, profile) => self.provider(operation, name, profile),
            Line::Propose => {
                self.proposed += 1;
                Ok("rule proposed".to_owned())
            }
            Line::Decide(decision) => self.decide(decision),
            Line::Activity(denied) => {
                self.activity.update(|event| event.add(denied));
                let done = if denied.is_some() {
                    "denied"
                } else {
                    "allowed"
                };
                Ok(done.to_owned())
            }
        }
    }

    fn find(&mut self, name: &str) -> Result<&mut bool, String> {
        let sandbox = self.sandboxes.get_mut(name);
        sandbox.ok_or_else(|| format!("no sandbox {name}"))
    }

    /// Creates a sandbox. A request without a name has no specification.
    fn create(&mut self, name: &str, options: &[&str]) -> Done {
        let done = if name.is_empty() {
            Err("the request has no specification".to_owned())
        } else if self.sandboxes.contains_key(name) {
            Err(format!("sandbox {name} exists"))
        } else {
            self.sandboxes.insert(name.to_owned(), true);
            Ok(format!("sandbox {name} created"))
        };
        let value = |key: &str| options.iter().find_map(|it| it.strip_prefix(key));
        let template = if name.is_empty() {
            SandboxTemplateSource::Undefined
        } else {
            SandboxTemplateSource::of_image(value("image=").unwrap_or_default())
        };
        let providers = value("providers=").and_then(|number| number.parse::<u64>().ok());
        self.client.record_with(|| {
            SandboxCreateEvent::builder()
                .outcome(Outcome::of(&done))
                .requested_gpu(options.contains(&"gpu"))
                .provider_count(providers.unwrap_or_default().into())
                .has_custom_policy(options.contains(&"policy"))
                .template_source(template)
                .compute_driver(self.driver)
                .build()
        });
        done
    }

    /// Stops, starts or deletes a sandbox.
    fn operate(&mut self, operation: LifecycleOperation, name: &str) -> Done {
        let running = self.find(name)?;
        match operation {
            LifecycleOperation::Stop => *running = false,
            LifecycleOperation::Start => *running = true,
            LifecycleOperation::Delete => _ = self.sandboxes.remove(name),
            other => return Err(format!("a sandbox has no {}", other.as_str())),
        }
        Ok(format!("sandbox {name}: {}", operation.as_str()))
    }

    fn lifecycle(&self, resource: LifecycleResource, operation: LifecycleOperation, done: &Done) {
        self.client.record_with(|| {
            LifecycleEvent::builder()
                .resource(resource)
                .operation(operation)
                .outcome(Outcome::of(done))
                .build()
        });
    }

    fn provider(&mut self, operation: LifecycleOperation, name: &str, profile: &str) -> Done {
        let known = self.providers.get(name).copied();
        let named = (!profile.is_empty()).then(|| ProviderProfile::from_name(profile));
        let profile = named.or(known).unwrap_or(ProviderProfile::Custom);
        let done = match (operation, known) {
            (LifecycleOperation::Create, Some(_)) => Err(format!("provider {name} exists")),
            (LifecycleOperation::Create, None) | (LifecycleOperation::Update, Some(_)) => {
                self.providers.insert(name.to_owned(), profile);
                Ok(format!("provider {name}: {}", operation.as_str()))
            }
            (LifecycleOperation::Delete, Some(_)) => {
                self.providers.remove(name);
                Ok(format!("provider {name}: {}", operation.as_str()))
            }
            _ => Err(format!("no provider {name}")),
        };
        self.client.record_with(|| {
            ProviderLifecycleEvent::builder()
                .operation(operation)
                .outcome(Outcome::of(&done))
                .provider_profile(profile)
                .build()
        });
        done
    }

    /// Decides about one rule, or about all of them. An approval and its undo also update the policy.
    fn decide(&mut self, decision: PolicyDecisionOperation) -> Done {
        use PolicyDecisionOperation::{Approve, ApproveAll, Reject, Undo};
        let available = match decision {
            Undo => self.approved,
            _ => self.proposed,
        };
        let rules = match decision {
            ApproveAll => available,
            _ => 1,
        };
        let done = if available == 0 {
            Err("there is no such rule".to_owned())
        } else {
            match decision {
                Undo => self.approved -= rules,
                Reject => self.proposed -= rules,
                _ => {
                    self.proposed -= rules;
                    self.approved += rules;
                }
            }
            Ok(format!("rules: {}", decision.as_str()))
        };
        self.client.record_with(|| {
            PolicyDecisionEvent::builder()
                .operation(decision)
                .outcome(Outcome::of(&done))
                .rule_count(rules.into())
                .build()
        });
        if done.is_ok() && matches!(decision, Approve | Undo) {
            let update = LifecycleOperation::Update;
            self.lifecycle(LifecycleResource::SandboxPolicy, update, &done);
        }
        done
    }
}
