//! The digest of the disclosure: it changes with everything that a user agrees to, and only then.

use std::panic;

use telemetry_examples::agent_toolkit::DISCLOSURE;
use telemetry_runtime::{
    Disclosure, Product, TelemetryEvent, consent::ProductConsent, descriptor::EventDescriptor,
    telemetry_labels, testing::assert_digest,
};

telemetry_labels! {
    /// Two commands.
    Two = ["build", "check"];
    /// The same in another order.
    Turned = ["check", "build"];
    /// One more.
    Three = ["build", "check", "run"]
}

/// A module with everything that the event in it may need.
macro_rules! variant {
    ($module:ident: $($item:tt)*) => {
        mod $module {
            #[allow(unused_imports, reason = "no variant needs all of them")]
            use super::{Three, Turned, Two};
            #[allow(unused_imports, reason = "no variant needs all of them")]
            use telemetry_runtime::{Allowlisted, TelemetryEvent};

            $($item)*
        }
    };
}

variant! { plain:
    /// One run.
    #[derive(TelemetryEvent)]
    #[event(name = "run", schema = "1.0")]
    pub(super) struct Run {
        /// The command.
        #[event(required)]
        command: Allowlisted<Two>,
        /// Duration.
        #[event(unit = "ms")]
        duration_ms: i64,
    }
}

// Other words, another order, a later version.
variant! { other_prose:
    /// A run, in other words.
    #[derive(TelemetryEvent)]
    #[event(
        name = "run",
        schema = "1.1",
        gdpr(category = "functional", purpose = "Other."),
        never("names")
    )]
    pub(super) struct Run {
        /// Duration of the run.
        #[event(unit = "ms")]
        duration_ms: i64,
        /// It.
        #[event(required)]
        command: Allowlisted<Turned>,
    }
}

// One difference each.
variant! { other_name:
    /// One run.
    #[derive(TelemetryEvent)]
    #[event(name = "runs", schema = "1.0")]
    pub(super) struct Run {
        /// The command.
        #[event(required)]
        command: Allowlisted<Two>,
        /// Duration.
        #[event(unit = "ms")]
        duration_ms: i64,
    }
}

variant! { other_category:
    /// One run.
    #[derive(TelemetryEvent)]
    #[event(name = "run", schema = "1.0", gdpr(category = "behavioral", purpose = "Any."))]
    pub(super) struct Run {
        /// The command.
        #[event(required)]
        command: Allowlisted<Two>,
        /// Duration.
        #[event(unit = "ms")]
        duration_ms: i64,
    }
}

variant! { one_value_more:
    /// One run.
    #[derive(TelemetryEvent)]
    #[event(name = "run", schema = "1.0")]
    pub(super) struct Run {
        /// The command.
        #[event(required)]
        command: Allowlisted<Three>,
        /// Duration.
        #[event(unit = "ms")]
        duration_ms: i64,
    }
}

variant! { other_field:
    /// One run.
    #[derive(TelemetryEvent)]
    #[event(name = "run", schema = "1.0")]
    pub(super) struct Run {
        /// The command.
        #[event(required)]
        command: Allowlisted<Two>,
        /// Duration.
        #[event(unit = "ms")]
        wall_ms: i64,
    }
}

variant! { other_unit:
    /// One run.
    #[derive(TelemetryEvent)]
    #[event(name = "run", schema = "1.0")]
    pub(super) struct Run {
        /// The command.
        #[event(required)]
        command: Allowlisted<Two>,
        /// Duration.
        #[event(rename = "durationMs")]
        duration: i64,
    }
}

variant! { other_type:
    /// One run.
    #[derive(TelemetryEvent)]
    #[event(name = "run", schema = "1.0")]
    pub(super) struct Run {
        /// The command.
        #[event(required)]
        command: Allowlisted<Two>,
        /// Duration.
        #[event(unit = "ms")]
        duration_ms: f64,
    }
}

variant! { other_class:
    /// One run.
    #[derive(TelemetryEvent)]
    #[event(name = "run", schema = "1.0")]
    pub(super) struct Run {
        /// The command.
        #[event(required, free_text = "reviewed")]
        command: String,
        /// Duration.
        #[event(unit = "ms")]
        duration_ms: i64,
    }
}

const FILE: &str = ".config/tool/telemetry.toml";

static TOOL: Product = Product::new("tool").recipient("Example Corporation");
static OTHER_RECIPIENT: Product = Product::new("tool").recipient("Another Corporation");
static DERIVED: Product = TOOL.derived_from_connection("the country");
static OTHER_DERIVED: Product = TOOL.derived_from_connection("the country and the town");
static SHARED_SESSION: Product = TOOL.session_variable("TOOL_SESSION_ID");
static RENAMED_VARIABLE: Product = TOOL.session_variable("OTHER_SESSION_ID");
static NO_SESSION: Product = TOOL.no_session();
static NO_SHARED_SESSION: Product = SHARED_SESSION.no_session();

/// The disclosure of these events.
fn disclosure(product: &Product, events: &'static [&'static EventDescriptor]) -> Disclosure {
    let lists = Vec::leak(vec![events]);
    Disclosure::new(Box::leak(Box::new(product.events(lists))))
}

fn digest<E: TelemetryEvent>(product: &'static Product) -> String {
    let events = Vec::leak(vec![E::DESCRIPTOR]);
    disclosure(product, events).digest("1.0")
}

#[test]
fn the_digest_changes_with_everything_that_a_user_agrees_to() {
    let plain = digest::<plain::Run>(&TOOL);
    let changed = [
        digest::<other_name::Run>(&TOOL),
        digest::<other_category::Run>(&TOOL),
        digest::<one_value_more::Run>(&TOOL),
        digest::<other_field::Run>(&TOOL),
        digest::<other_unit::Run>(&TOOL),
        digest::<other_type::Run>(&TOOL),
        digest::<other_class::Run>(&TOOL),
        digest::<plain::Run>(&OTHER_RECIPIENT),
        digest::<plain::Run>(&DERIVED),
        digest::<plain::Run>(&OTHER_DERIVED),
        digest::<plain::Run>(&SHARED_SESSION),
    ];
    let mut all: Vec<_> = changed.iter().chain([&plain]).collect();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 12, "{all:?}");
}

#[test]
fn the_digest_ignores_wording_order_and_schema_version() {
    assert_eq!(
        digest::<plain::Run>(&TOOL),
        digest::<other_prose::Run>(&TOOL)
    );
    for (product, same) in [
        (&SHARED_SESSION, &RENAMED_VARIABLE),
        (&NO_SESSION, &NO_SHARED_SESSION),
    ] {
        assert_eq!(digest::<plain::Run>(product), digest::<plain::Run>(same));
    }
}

/// The same on every machine and with every compiler: a recorded value.
#[test]
fn the_digest_is_stable() {
    assert_eq!(digest::<plain::Run>(&TOOL), "1.0:8ea0d9c06cd405f2");
}

const EVENTS: &[&EventDescriptor] = &[plain::Run::DESCRIPTOR];
const MORE: &[&EventDescriptor] = &[one_value_more::Run::DESCRIPTOR];
const DIGEST_1_0: &str = "1.0:8ea0d9c06cd405f2";

static WITHOUT: Product = TOOL.requires_consent(ProductConsent::new("1.0", FILE));
static DECLARED: Product =
    TOOL.requires_consent(ProductConsent::new("1.0", FILE).digest(DIGEST_1_0));
static RAISED: Product = TOOL.requires_consent(ProductConsent::new("1.1", FILE).digest(DIGEST_1_0));
static DRAFT: Product = TOOL.requires_consent(ProductConsent::new("draft", FILE).digest("draft:0"));

fn message(product: &'static Product, events: &'static [&EventDescriptor]) -> String {
    let disclosure = disclosure(product, events);
    let panic = panic::catch_unwind(|| assert_digest(&disclosure)).unwrap_err();
    *panic.downcast().unwrap()
}

#[test]
fn a_digest_without_its_version_change_is_reported_with_the_line_to_write() {
    assert_digest(&disclosure(&TOOL, EVENTS));
    assert_digest(&disclosure(&DECLARED, EVENTS));
    assert_eq!(
        message(&WITHOUT, EVENTS),
        format!(
            "the prompt version has no digest of the disclosed data\n\
             help: add `.digest(\"{DIGEST_1_0}\")` to the `ProductConsent`"
        )
    );
    let next = |events| disclosure(&TOOL, events).digest("1.1");
    assert_eq!(
        message(&DECLARED, MORE),
        format!(
            "the disclosed data has changed since prompt version 1.0: users who agreed to that version \
             have not agreed to this data\n\
             help: raise the prompt version to \"1.1\" and write `.digest(\"{}\")`, so that users are \
             asked again",
            next(MORE)
        )
    );
    assert_eq!(
        message(&RAISED, EVENTS),
        format!(
            "the prompt version has changed, but the disclosed data has not: users would be asked \
             again\n\
             help: if this is intended, for example because the question has changed, write `.digest(\"{}\")` beside \"1.1\"",
            next(EVENTS)
        )
    );
    assert_eq!(
        message(&RAISED, MORE),
        format!(
            "the digest is that of another prompt version\n\
             help: if users are to be asked again, write `.digest(\"{}\")` beside \"1.1\"",
            next(MORE)
        )
    );
    assert!(message(&DRAFT, EVENTS).ends_with("which then prints the digest to write"));
}

#[test]
fn the_digits_of_another_version_do_not_pass() {
    // A new digest with the old version would not ask any user again.
    let digits = disclosure(&TOOL, MORE).digest("1.1");
    let (_, digits) = digits.split_once(':').unwrap();
    let digest: &'static str = format!("1.0:{digits}").leak();
    let consent = ProductConsent::new("1.0", FILE).digest(digest);
    let product: &'static Product = Box::leak(Box::new(TOOL.requires_consent(consent)));
    assert!(message(product, MORE).starts_with("the disclosed data has changed since"));
}

#[test]
fn the_agent_toolkits_prompt_version_matches_its_disclosure() {
    assert_digest(&DISCLOSURE);
}

#[test]
fn a_session_that_programs_share_is_disclosed() {
    static TOOL: Product = Product::new("tool").session_variable("TOOL_SESSION_ID");
    static WITHOUT: Product = TOOL.no_session();
    let sentence =
        "Programs that it starts can have the same session id, by the variable TOOL_SESSION_ID.";
    let disclosure = Disclosure::new(&TOOL);
    assert!(disclosure.text(usize::MAX).contains(sentence));
    assert!(disclosure.summary(usize::MAX).contains(sentence));
    assert!(disclosure.markdown().contains("TOOL_SESSION_ID"));
    assert!(
        !Disclosure::new(&WITHOUT)
            .text(usize::MAX)
            .contains("TOOL_SESSION_ID")
    );
}
