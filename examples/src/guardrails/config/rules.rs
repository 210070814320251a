//! Rules across fields: configurations that the original refuses though every field is valid.

use std::env;

use fancy_regex::Regex;
use serde_json::Value as Json;

use super::error::ConfigError;
use super::flows;

/// Rails that need a prompt, by the exact text of the flow in the list where it is looked for.
const PROMPTS: [(&str, &str, &str); 6] = [
    ("input", "self check input", "self_check_input"),
    (
        "input",
        "llama guard check input",
        "llama_guard_check_input",
    ),
    ("output", "self check output", "self_check_output"),
    (
        "output",
        "llama guard check output",
        "llama_guard_check_output",
    ),
    ("output", "self check facts", "self_check_facts"),
    (
        "output",
        "patronus lynx check output hallucination",
        "patronus_lynx_check_output_hallucination",
    ),
];

/// Rails that need a prompt for the model they name, by the id of the flow.
const PROMPTS_BY_MODEL: [(&str, &str); 3] = [
    ("input", "content safety check input"),
    ("input", "topic safety check input"),
    ("output", "content safety check output"),
];

/// Refuses a validated configuration that breaks a rule.
pub(crate) fn check(config: &Json) -> Result<(), ConfigError> {
    items(config, "/models").try_for_each(check_model)?;
    items(config, "/prompts").try_for_each(check_prompt)?;
    check_flows_written_in_yaml(config)?;
    check_prompts_of_rails(config)?;
    check_models_of_rails(config)?;
    check_patterns(config)
}

/// The name stands in `model` or in the parameters, and nowhere twice.
fn check_model(model: &Json) -> Result<(), ConfigError> {
    let named = |pointer| text(model, pointer).is_some_and(|name| !name.is_empty());
    let in_field = named("/model");
    let in_parameters = named("/parameters/model_name") || named("/parameters/model");
    let name = ["/model", "/parameters/model_name", "/parameters/model"]
        .iter()
        .find_map(|pointer| text(model, pointer).filter(|name| !name.is_empty()));
    if in_field && in_parameters || name.is_none_or(|name| name.trim().is_empty()) {
        return Err(ConfigError::Model(
            "its name must be given in exactly one place",
        ));
    }
    match text(model, "/api_key_env_var") {
        Some(variable) if !variable.is_empty() && !is_set(variable) => {
            Err(ConfigError::Model("the variable of its key is not set"))
        }
        _ => Ok(()),
    }
}

/// Whether a variable of the environment has a value; the value itself is never kept.
fn is_set(variable: &str) -> bool {
    env::var_os(variable).is_some_and(|value| !value.is_empty())
}

fn check_prompt(prompt: &Json) -> Result<(), ConfigError> {
    let has_content = text(prompt, "/content").is_some_and(|content| !content.is_empty());
    let has_messages = items(prompt, "/messages").next().is_some();
    if has_content == has_messages {
        let reason = "/prompts: needs either content or messages".to_owned();
        return Err(ConfigError::Field(reason));
    }
    Ok(())
}

/// Colang 1.0 flows in YAML are converted, which only mappings can be.
fn check_flows_written_in_yaml(config: &Json) -> Result<(), ConfigError> {
    let is_v1 = text(config, "/colang_version") == Some("1.0");
    if is_v1 && !items(config, "/flows").all(Json::is_object) {
        return Err(ConfigError::Field("/flows: not mappings".to_owned()));
    }
    Ok(())
}

fn check_prompts_of_rails(config: &Json) -> Result<(), ConfigError> {
    let has_prompt =
        |task: &str| items(config, "/prompts").any(|prompt| text(prompt, "/task") == Some(task));
    let require = |task: &str| {
        if has_prompt(task) {
            Ok(())
        } else {
            Err(ConfigError::Rail(format!("no prompt {task}")))
        }
    };
    for (rail, flow, task) in PROMPTS {
        if flows::of_rail(config, rail).any(|text| text == flow) {
            require(task)?;
        }
    }
    for (rail, id) in PROMPTS_BY_MODEL {
        for text in flows::of_rail(config, rail).filter(|text| flows::normalize(text) == id) {
            // A rail without a model asks for the prompt of the model `None`.
            let model = flows::model(text).unwrap_or("None");
            require(&format!("{} $model={model}", id.replace(' ', "_")))?;
        }
    }
    Ok(())
}

fn check_models_of_rails(config: &Json) -> Result<(), ConfigError> {
    for text in ["input", "output"]
        .iter()
        .flat_map(|rail| flows::of_rail(config, rail))
    {
        let Some(model) = flows::model(text).filter(|model| !model.is_empty()) else {
            continue;
        };
        let is_known =
            items(config, "/models").any(|known| self::text(known, "/type") == Some(model));
        if !is_known {
            return Err(ConfigError::Rail(format!("no model {model}")));
        }
    }
    Ok(())
}

/// Patterns of the regex rails must compile.
fn check_patterns(config: &Json) -> Result<(), ConfigError> {
    for rail in ["input", "output", "retrieval"] {
        let pointer = format!("/rails/config/regex_detection/{rail}/patterns");
        if !items(config, &pointer)
            .filter_map(Json::as_str)
            .all(|text| Regex::new(text).is_ok())
        {
            return Err(ConfigError::Field(pointer));
        }
    }
    Ok(())
}

fn items<'a>(json: &'a Json, pointer: &str) -> impl Iterator<Item = &'a Json> {
    json.pointer(pointer)
        .and_then(Json::as_array)
        .into_iter()
        .flatten()
}

fn text<'a>(json: &'a Json, pointer: &str) -> Option<&'a str> {
    json.pointer(pointer).and_then(Json::as_str)
}
