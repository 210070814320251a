//! Values of fields built from those of the vectors.

use std::borrow::Cow;

use serde_json::Value;
use telemetry_examples::{
    anonymizer, data_designer,
    guardrails::{self, EventType, RailsEngine},
    nemo::{NemoSource, TaskStatus},
    safe_synthesizer,
};
use telemetry_runtime::Label;

use super::{NotExpressible, historical};

/// A field's value built from a vector's.
pub(super) trait FromVector: Sized {
    fn from_vector(value: &Value) -> Option<Self>;
}

impl FromVector for bool {
    fn from_vector(value: &Value) -> Option<Self> {
        value.as_bool()
    }
}

impl FromVector for i64 {
    fn from_vector(value: &Value) -> Option<Self> {
        value.as_i64()
    }
}

impl FromVector for f64 {
    fn from_vector(value: &Value) -> Option<Self> {
        value.as_f64().filter(|_| value.is_f64())
    }
}

impl FromVector for Cow<'static, str> {
    fn from_vector(value: &Value) -> Option<Self> {
        value.as_str().map(|text| Cow::Owned(text.to_owned()))
    }
}

impl FromVector for Vec<Cow<'static, str>> {
    fn from_vector(value: &Value) -> Option<Self> {
        value.as_array()?.iter().map(Cow::from_vector).collect()
    }
}

/// A label is program text, so the texts of the vectors are leaked to live as long.
impl FromVector for Label {
    fn from_vector(value: &Value) -> Option<Self> {
        let text: &'static str = Box::leak(value.as_str()?.into());
        Some(Label(text))
    }
}

impl FromVector for Vec<Label> {
    fn from_vector(value: &Value) -> Option<Self> {
        value.as_array()?.iter().map(Label::from_vector).collect()
    }
}

macro_rules! enums {
    ($($ty:ty,)*) => {$(
        impl FromVector for $ty {
            fn from_vector(value: &Value) -> Option<Self> {
                value.as_str()?.parse().ok()
            }
        }
    )*};
}

enums! {
    NemoSource,
    TaskStatus,
    guardrails::DeploymentType,
    RailsEngine,
    EventType,
    anonymizer::DeploymentType,
    anonymizer::Task,
    safe_synthesizer::DeploymentType,
    historical::AnonymizerDeployment,
    historical::SafeSynthesizerDeployment,
    data_designer::DeploymentType,
}

pub(super) fn value_of<T: FromVector>(
    name: &str,
    value: Option<&Value>,
) -> Result<T, NotExpressible> {
    let Some(value) = value else {
        return Err(NotExpressible(format!("`{name}` is required")));
    };
    T::from_vector(value).ok_or_else(|| NotExpressible(format!("`{name}` cannot be {value}")))
}
