//! A program that starts another one with [`Client::child_env`](telemetry_runtime::Client::child_env).
//!
//! `parent <product> <when> <name=value>...` reports its decision and starts `child` with a clean environment,
//! the variables of the client, and the given ones. Each reports a line: its name, its session id, its
//! decision.
#![expect(clippy::print_stdout, reason = "the test reads it")]

use std::{env, fs, path::Path, process::Command};

use telemetry_runtime::{
    Client, Family, Product, SessionId, consent::ProductConsent, transport::NullTransport,
};

const FAMILY: Family = Family::new("FAMILY_TELEMETRY");
const SESSION: &str = "FAMILY_SESSION_ID";

const DEFAULT_ON: Product = Product::new("parent")
    .family(FAMILY)
    .enable_variable("PARENT_TELEMETRY")
    .opt_out_variables(&["PARENT_OPT_OUT"])
    .marker_file(".parent-off")
    .session_prefix("parent-")
    .session_variable(SESSION)
    .default_on(true);

static PARENT: Product = DEFAULT_ON;
static WITHOUT_SESSION_VARIABLE: Product = Product::new("parent").default_on(true);
static ASKS: Product =
    DEFAULT_ON.requires_consent(ProductConsent::new("1.0", "parent-consent.toml"));

static CHILD: Product = Product::new("child")
    .family(FAMILY)
    .enable_variable("CHILD_TELEMETRY")
    .session_variable(SESSION)
    .default_on(true);

fn report(name: &str, client: &Client) {
    println!("{name} {} {}", client.session_id(), client.decision());
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = env::args().skip(1);
    if arguments.next().as_deref() == Some("child") {
        let client = Client::builder(&CHILD).transport(NullTransport).build();
        report("child", &client);
        return Ok(());
    }
    let product = match arguments.next().as_deref() {
        Some("asks") => &ASKS,
        Some("without-session-variable") => &WITHOUT_SESSION_VARIABLE,
        _ => &PARENT,
    };
    let when = arguments.next().unwrap_or_default();
    let mut builder = Client::builder(product).transport(NullTransport);
    match &*when {
        "disabled" => builder = builder.disabled(),
        "own-session" => builder = builder.session_id(SessionId::parse_or_unknown("ci-42")),
        _ => {}
    }
    let client = builder.build();
    let home = env::var_os("HOME").unwrap_or_default();
    match &*when {
        "opted-out" => client.opt_out(),
        // As another process does.
        "marked" => fs::write(Path::new(&home).join(".parent-off"), "")?,
        _ => {}
    }
    let variables = client.child_env();
    report("parent", &client);
    let mut child = Command::new(env::current_exe()?);
    let given = arguments.filter_map(|it| {
        let (name, value) = it.split_once('=')?;
        Some((name.to_owned(), value.to_owned()))
    });
    child.arg("child").env_clear().env("HOME", &home);
    if !child.envs(given).envs(variables).status()?.success() {
        return Err("the child failed".into());
    }
    Ok(())
}
