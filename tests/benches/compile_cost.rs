//! Compile time of 50 events of 12 fields, compared with serde alone and serde with schemars.
//!
//! `cargo bench -p telemetry-tests --bench compile_cost` generates the crates below the target
//! folder, measures them side by side and prints the table as Markdown. It fetches `schemars`, which
//! nothing else here uses. Times are medians of [`RUNS`] runs of the last crate alone; trust the
//! ratios, not the seconds.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a broken measurement must stop the run; its result is what is printed"
)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use telemetry_tests::generated_crates::{EVENTS, FIELDS, GeneratedCrate, VARIANTS, succeed};

const RUNS: usize = 7;

fn main() {
    let target = base().join("target");
    let write = |variant| GeneratedCrate::write(&base(), &target, variant);
    let crates: Vec<_> = VARIANTS.iter().map(write).collect();
    // The dependencies, which are not measured.
    crates.iter().for_each(GeneratedCrate::check);
    let (plain_bytes, plain_text) = crates[0].expanded_bytes();
    let checks = side_by_side(&crates);

    println!(
        "{EVENTS} events of {} fields; `cargo check` of that crate alone, median of {RUNS}\n",
        FIELDS.len()
    );
    println!(
        "Bytes are those of the expanded crate over the one without derives, as rustc prints it and \
         without its indentation; the attributes that the user writes are in both.\n"
    );
    println!(
        "| | bytes per event | without indentation | `check` over no derive | LLVM lines per event |"
    );
    println!("| --- | --- | --- | --- | --- |");
    for ((variant, generated), check) in VARIANTS.iter().zip(&crates).zip(&checks) {
        let (bytes, text) = generated.expanded_bytes();
        let bytes = bytes.saturating_sub(plain_bytes) / EVENTS;
        let text = text.saturating_sub(plain_text) / EVENTS;
        let over = check.saturating_sub(checks[0]).as_secs_f64();
        let lines = generated.llvm_lines() / EVENTS;
        println!(
            "| {} | {bytes} | {text} | {over:.2} s | {lines} |",
            variant.name
        );
    }
    println!("\n{}", derive_build());
}

fn base() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("compile-cost")
}

/// Median time to check each crate, taken in turns so that a slow moment hits all alike.
fn side_by_side(crates: &[GeneratedCrate]) -> Vec<Duration> {
    let mut times = vec![Vec::new(); crates.len()];
    for _ in 0..RUNS {
        for (generated, times) in crates.iter().zip(&mut times) {
            let start = Instant::now();
            generated.check();
            times.push(start.elapsed());
        }
    }
    times
        .into_iter()
        .map(|mut times| {
            times.sort();
            times[RUNS / 2]
        })
        .collect()
}

/// Cold build of the macro crate beside that of its three dependencies alone.
fn derive_build() -> String {
    let folder = base().join("macro-dependencies");
    fs::create_dir_all(folder.join("src")).unwrap();
    fs::write(
        folder.join("Cargo.toml"),
        "[package]\nname = \"macro-dependencies\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\nproc-macro2 = \"1\"\nquote = \"1\"\nsyn = \"3\"\n\n[workspace]\n",
    )
    .unwrap();
    fs::write(folder.join("src/lib.rs"), "//! Generated.\n").unwrap();
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut ratios: Vec<f64> = (0..3)
        .map(|_| {
            let dependencies = cold(&folder, &["build"]);
            let derive = cold(&workspace, &["build", "-p", "telemetry-derive"]);
            derive.as_secs_f64() / dependencies.as_secs_f64()
        })
        .collect();
    ratios.sort_by(f64::total_cmp);
    format!(
        "Cold build of telemetry-derive: {:.2} times that of syn, quote and proc-macro2 alone.",
        ratios[1]
    )
}

fn cold(folder: &Path, arguments: &[&str]) -> Duration {
    let target = base().join("cold");
    let _ = fs::remove_dir_all(&target);
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .current_dir(folder)
        .args(arguments)
        // As every build of a dependency from a registry.
        .arg("--config=build.incremental=false")
        .env("CARGO_TARGET_DIR", &target);
    let start = Instant::now();
    succeed(cargo);
    start.elapsed()
}
