//! The text of the declarations, in the format of rustfmt.

use super::{
    PLACEHOLDER,
    names::{camel_case, identifier, is_default_value},
    plan::{Enum, EventPlan, FieldPlan, Kind, Part, Plan},
    text::{INDENT, KEYS_WIDTH, WIDTH, docs, keys, literal},
};

/// The longest single key in `gdpr(...)` on one line.
const SINGLE_WIDTH: usize = 90;

/// A module with every declaration of the plan.
pub(super) fn module(plan: &Plan, registry: &str) -> String {
    let mut text = String::from("//! Events that `telemetry-tool import` has declared.\n");
    let placeholders = plan.placeholders();
    if placeholders > 0 {
        text.push_str(&format!(
            "//!\n//! Replace each text that begins with `{}`. A test below fails until then.\n",
            PLACEHOLDER.trim_end()
        ));
    }
    text.push('\n');
    imports(plan, &mut text);
    for item in &plan.enums {
        enumeration(item, &mut text);
    }
    for item in &plan.parts {
        part(item, plan, &mut text);
    }
    for item in &plan.events {
        event(item, plan, registry, &mut text);
    }
    registry_of(plan, &mut text);
    if placeholders > 0 {
        text.push_str(TEST);
    }
    text
}

fn imports(plan: &Plan, text: &mut String) {
    let used = [
        ("TelemetryEnum", !plan.enums.is_empty()),
        ("TelemetryEvent", !plan.events.is_empty()),
        ("TelemetryFields", !plan.parts.is_empty()),
        ("schema::WireInteger", plan.listed.contains(&None)),
        ("telemetry_registry", true),
    ];
    let names: Vec<_> = used
        .iter()
        .filter(|(_, is_used)| *is_used)
        .map(|(name, _)| *name)
        .collect();
    let names = names.join(", ");
    let line = format!("use telemetry_runtime::{{{names}}};");
    if line.len() > WIDTH {
        text.push_str(&format!(
            "use telemetry_runtime::{{\n{INDENT}{names},\n}};\n"
        ));
    } else {
        text.push_str(&line);
        text.push('\n');
    }
}

fn enumeration(item: &Enum, text: &mut String) {
    text.push('\n');
    docs(&item.docs.text, "", text);
    text.push_str("#[derive(TelemetryEnum, Clone, Copy, Debug, PartialEq, Eq)]\n");
    keys(&[format!("name = {}", literal(&item.name))], "", text);
    text.push_str(&format!("pub enum {} {{\n", item.ident));
    for value in &item.values {
        let mut written = Vec::new();
        if !is_default_value(&value.ident, &value.wire) {
            written.push(format!("rename = {}", literal(&value.wire)));
        }
        if value.is_fallback {
            written.push("fallback".to_owned());
        }
        keys(&written, INDENT, text);
        text.push_str(&format!("{INDENT}{},\n", value.ident));
    }
    text.push_str("}\n");
}

fn part(item: &Part, plan: &Plan, text: &mut String) {
    text.push('\n');
    docs(&item.docs, "", text);
    text.push_str("#[derive(TelemetryFields, Clone, Debug)]\n");
    structure(&item.ident, &item.fields, plan, text);
}

fn event(item: &EventPlan, plan: &Plan, registry: &str, text: &mut String) {
    text.push('\n');
    docs(&item.docs.text, "", text);
    text.push_str("#[derive(TelemetryEvent, Clone, Debug)]\n");
    let mut written = vec![
        format!("name = {}", literal(&item.name)),
        format!("schema = \"{}\"", plan.meta.version),
        format!("registry = {}", literal(registry)),
    ];
    let mut gdpr = Vec::new();
    if item.category != "functional" {
        gdpr.push(format!("category = {}", literal(&item.category)));
    }
    if !item.purpose.trim().is_empty() {
        gdpr.push(format!("purpose = {}", literal(&item.purpose)));
    }
    let inside = gdpr.join(", ");
    let width = if gdpr.len() == 1 {
        SINGLE_WIDTH
    } else {
        KEYS_WIDTH
    };
    if inside.chars().count() > width {
        let separator = format!(",\n{INDENT}{INDENT}");
        let lines = gdpr.join(&separator);
        written.push(format!("gdpr(\n{INDENT}{INDENT}{lines}\n{INDENT})"));
    } else if !inside.is_empty() {
        written.push(format!("gdpr({inside})"));
    }
    keys(&written, "", text);
    structure(&item.ident, &item.fields, plan, text);
}

fn structure(ident: &str, fields: &[FieldPlan], plan: &Plan, text: &mut String) {
    if fields.is_empty() {
        text.push_str(&format!("pub struct {ident} {{}}\n"));
        return;
    }
    text.push_str(&format!("pub struct {ident} {{\n"));
    for field in fields {
        docs(&field.docs.text, INDENT, text);
        keys(&field_keys(field), INDENT, text);
        let (name, ty) = (identifier(&field.name), field_type(field.kind, plan));
        text.push_str(&format!("{INDENT}pub {name}: {ty},\n"));
    }
    text.push_str("}\n");
}

fn field_keys(field: &FieldPlan) -> Vec<String> {
    let mut keys = Vec::new();
    if field.is_required {
        keys.push("required".to_owned());
    }
    if camel_case(&field.name) != field.wire {
        keys.push(format!("rename = {}", literal(&field.wire)));
    }
    let [min, max] = &field.range;
    let ends = [("min", min), ("max", max)];
    let ends: Vec<_> = ends
        .iter()
        .filter_map(|(key, end)| Some(format!("{key} = {}", end.as_ref()?)))
        .collect();
    if !ends.is_empty() {
        keys.push(format!("range({})", ends.join(", ")));
    }
    if let Some(most) = field.max_len {
        keys.push(format!("max_len = {most}"));
    }
    if let Some(most) = field.max_items {
        keys.push(format!("max_items = {most}"));
    }
    if field.is_free_text() {
        keys.push(format!(
            "free_text = \"{PLACEHOLDER}state why this text cannot contain user data\""
        ));
    }
    if let Some(why) = &field.why {
        keys.push(format!("why = {}", literal(why)));
    }
    keys
}

fn field_type(kind: Kind, plan: &Plan) -> String {
    let of_enum = |index: usize| plan.enums.get(index).map_or("", |item| &item.ident);
    match kind {
        Kind::Boolean => "bool".to_owned(),
        Kind::Integer => "i64".to_owned(),
        Kind::Number => "f64".to_owned(),
        Kind::Text => "String".to_owned(),
        Kind::Texts => "Vec<String>".to_owned(),
        Kind::Enum(index) => of_enum(index).to_owned(),
        Kind::Enums(index) => format!("Vec<{}>", of_enum(index)),
        Kind::Objects(index) => {
            let item = plan.parts.get(index).map_or("", |item| &item.ident);
            format!("Vec<{item}>")
        }
    }
}

fn registry_of(plan: &Plan, text: &mut String) {
    let meta = &plan.meta;
    let pairs = [
        (
            "client_name",
            literal(meta.client_name.as_deref().unwrap_or_default()),
        ),
        (
            "client_id",
            literal(meta.client_id.as_deref().unwrap_or_default()),
        ),
        ("version", format!("\"{}\"", meta.version)),
        ("description", literal(&plan.description)),
    ];
    text.push_str("\ntelemetry_registry! {\n    /// Every event of the document.\n");
    text.push_str("    pub static REGISTRY = {\n");
    for (key, value) in pairs {
        text.push_str(&format!("        {key} = {value},\n"));
    }
    if let Some(since) = meta.require_why_since {
        text.push_str(&format!("        require_why_since = \"{since}\",\n"));
    }
    let types: Vec<_> = plan
        .listed
        .iter()
        .map(|ty| match ty {
            None => "WireInteger",
            Some(index) => plan.enums.get(*index).map_or("", |item| &item.ident),
        })
        .collect();
    let events: Vec<_> = plan.events.iter().map(|event| &*event.ident).collect();
    for (key, names) in [("types", types), ("events", events)] {
        if !names.is_empty() {
            let lines: String = names
                .iter()
                .map(|name| format!("            {name},\n"))
                .collect();
            text.push_str(&format!("        {key} = [\n{lines}        ],\n"));
        }
    }
    text.push_str("    }\n}\n");
}

/// The text to search for is written in two parts, so that a search finds only what is left.
const TEST: &str = r#"
#[cfg(test)]
mod tests {
    use super::REGISTRY;

    #[test]
    fn every_placeholder_is_replaced() {
        let placeholder = concat!("REVIEW", ":");
        let report = REGISTRY.privacy_report().to_string();
        for text in [REGISTRY.json_schema(), report] {
            let left: Vec<_> = text.lines().filter(|it| it.contains(placeholder)).collect();
            assert!(left.is_empty(), "replace these texts:\n{}", left.join("\n"));
        }
    }
}
"#;
