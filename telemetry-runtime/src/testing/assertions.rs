//! Assertions about the declarations of a product, one line each in its tests.

use crate::schema::registry::Registry;

/// Asserts that `allowed` lists exactly the fields that hold free text. Fields are named
/// `event.field`, by their wire names; a field of the objects in a list is `event.list[].field`.
///
/// # Panics
///
/// With the fields that differ, and the reason in the declaration of each.
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
///         client_id = "000000000000000",
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
        let name = format!("{}.{}", field.event, field.path());
        match allowed.iter().position(|known| *known == name) {
            Some(at) => {
                allowed.swap_remove(at);
            }
            None => text.push_str(&format!(
                "\n`{name}` holds free text and is not in the list: \"{reason}\"\n\
                 help: use a field type with a closed set of values, or have the reason reviewed \
                 and add `{name}` to the list"
            )),
        }
    }
    allowed.sort_unstable();
    for name in allowed {
        text.push_str(&format!(
            "\n`{name}` is in the list and holds no free text\nhelp: remove it from the list"
        ));
    }
    if !text.is_empty() {
        panic!("the list of fields that hold free text differs from the declarations{text}");
    }
}

/// Asserts that the prompt version and its digest belong to the current disclosure. Passes for a
/// product that does not require consent.
///
/// # Panics
///
/// When the disclosure changed without the prompt version, or the version without its digest. The
/// message contains the line to write.
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
/// static MY_TOOL: Product = Product::new("my-tool").events(&[&[ToolRun::DESCRIPTOR]]).requires_consent(
///     ProductConsent::new("1.1", ".config/my-tool/telemetry.toml")
///         .digest("1.1:e9d444d41abd00dd"),
/// );
///
/// // With another field this fails, and the message contains "1.2" with its digest.
/// assert_digest(&Disclosure::new(&MY_TOOL));
/// ```
#[cfg(feature = "consent")]
#[track_caller]
#[expect(clippy::panic, reason = "an assertion of the test kit")]
pub fn assert_digest(disclosure: &crate::disclosure::Disclosure) {
    if let Some(problem) = disclosure.digest_problem() {
        panic!("{problem}");
    }
}
