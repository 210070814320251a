//! What a product promises about its declarations, held in one line each.

use crate::schema::registry::Registry;

/// Fails when a field holds free text and is not in `allowed`, or is in it and holds none: the list
/// in the test is the whole list. Fields are named `event.field`, by their wire names.
///
/// # Panics
///
/// With the fields that differ, and the reason that the declaration gives for each.
///
/// ```
/// use telemetry_runtime::{TelemetryEvent, telemetry_registry, testing::assert_no_free_text_beyond};
///
/// /// One run.
/// #[derive(TelemetryEvent)]
/// #[event(name = "tool_run", schema = "1.0")]
/// struct ToolRun<'a> {
///     /// Version of the compiler.
///     #[event(free_text = "version number that the compiler reports")]
///     compiler_version: &'a str,
/// }
///
/// telemetry_registry! {
///     /// The tool's events.
///     static REGISTRY = {
///         client_name = "My_Tool",
///         client_id = "0",
///         version = "1.0",
///         description = "Events of the tool.",
///         events = [ToolRun<'_>],
///     }
/// }
///
/// assert_no_free_text_beyond(&REGISTRY, ["tool_run.compilerVersion"]);
/// ```
#[track_caller]
#[expect(clippy::panic, reason = "an assertion of the test kit")]
pub fn assert_no_free_text_beyond<'a>(
    registry: &Registry,
    allowed: impl IntoIterator<Item = &'a str>,
) {
    let mut allowed: Vec<&str> = allowed.into_iter().collect();
    let mut text = String::new();
    for field in registry.privacy_report().fields {
        let Some(reason) = field.free_text else {
            continue;
        };
        let name = format!("{}.{}", field.event, field.field);
        match allowed.iter().position(|known| *known == name) {
            Some(at) => {
                allowed.swap_remove(at);
            }
            None => text.push_str(&format!(
                "\n`{name}` holds free text that is not allowed here: \"{reason}\"\n\
                 help: close its set of values, or have the reason reviewed and add `{name}`"
            )),
        }
    }
    allowed.sort_unstable();
    for name in allowed {
        text.push_str(&format!(
            "\n`{name}` holds no free text (any more)\nhelp: take it out of the list"
        ));
    }
    if !text.is_empty() {
        panic!("the list of fields that hold free text is not as declared{text}");
    }
}

/// Fails when what is disclosed changed without the prompt version, or the version without the
/// digest beside it. Passes for a product that needs no consent.
///
/// # Panics
///
/// With what changed and what to write.
///
/// ```
/// use telemetry_runtime::{Disclosure, Product, TelemetryEvent, consent::ProductConsent};
/// use telemetry_runtime::testing::assert_digest;
///
/// /// One run of the tool.
/// #[derive(TelemetryEvent)]
/// #[event(name = "tool_run", schema = "1.0")]
/// struct ToolRun {
///     /// Exit code of the process.
///     exit_code: i32,
/// }
///
/// static MY_TOOL: Product = Product::new("my-tool").requires_consent(
///     ProductConsent::new("1.1", ".config/my-tool/telemetry.toml")
///         .digest("1.1:e9d444d41abd00dd"),
/// );
///
/// // Another field: this fails, and says to write "1.2" with the digest that belongs to it.
/// assert_digest(&Disclosure::new(&MY_TOOL, &[ToolRun::DESCRIPTOR]));
/// ```
#[cfg(feature = "consent")]
#[track_caller]
#[expect(clippy::panic, reason = "an assertion of the test kit")]
pub fn assert_digest(disclosure: &crate::disclosure::Disclosure) {
    if let Some(problem) = disclosure.digest_problem() {
        panic!("{problem}");
    }
}
