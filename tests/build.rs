//! Tells the tests whether the vectors that are not in this repository are at hand, so that a test
//! which cannot run shows as ignored and not as passed.

fn main() {
    println!("cargo::rerun-if-env-changed=TELEMETRY_GUARDRAILS_UPSTREAM");
    println!("cargo::rustc-check-cfg=cfg(guardrails_upstream)");
    if std::env::var_os("TELEMETRY_GUARDRAILS_UPSTREAM").is_some() {
        println!("cargo::rustc-cfg=guardrails_upstream");
    }
}
