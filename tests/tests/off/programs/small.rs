//! Its binary is searched for its texts. All texts that must not be found contain the word `searched`.

use std::time::Duration;

use telemetry_runtime::{
    Allowlisted, Client, Family, Product, Profile, TelemetryEnum, TelemetryEvent, global,
    telemetry_buckets, telemetry_labels,
};

telemetry_labels! { pub Commands = ["searched-label", "second-searched-label"] }

telemetry_buckets! {
    /// Number of files.
    pub Files("SearchedFilesEnum") = [0, 10, 100]
}

/// Outcome of the command.
#[derive(TelemetryEnum)]
#[event(name = "SearchedOutcomeEnum")]
enum Outcome {
    /// The command succeeded.
    #[event(rename = "searched_success")]
    Success,
    /// Unknown.
    #[event(fallback)]
    Undefined,
}

/// One run of the program.
#[derive(TelemetryEvent)]
#[event(name = "searched_run", schema = "1.0")]
struct Run {
    /// Name of the command.
    #[event(required)]
    command: Allowlisted<Commands>,
    /// Outcome of the command.
    #[event(required)]
    outcome: Outcome,
    /// Number of files.
    #[event(required)]
    files: Files,
    /// Wall-clock time in milliseconds.
    #[event(rename = "searchedDurationMs", unit = "ms")]
    duration_ms: Duration,
}

/// The program is running.
#[derive(Clone, TelemetryEvent)]
#[event(name = "searched_alive", schema = "1.0")]
struct Alive {
    /// Number of beats.
    searched_beats: i32,
}

static PRODUCT: Product = Product::new("searched-product")
    .client_id("searched-client-id")
    .version("1.0-searched")
    .family(Family::new("SEARCHED_FAMILY").system_version("searched-system"))
    .events(&[&[Run::DESCRIPTOR, Alive::DESCRIPTOR]])
    .enable_variable("SEARCHED_VARIABLE")
    .opt_out_variables(&["SEARCHED_OPT_OUT"])
    .marker_file(".searched-marker")
    .endpoint("https://searched-endpoint.invalid/events")
    .endpoint_variable("SEARCHED_ENDPOINT")
    .session_prefix("searched-prefix-")
    .default_on(true);

fn run(files: usize) -> Run {
    Run::builder()
        .command(Commands::get("searched-label"))
        .outcome(Outcome::Success)
        .files(Files::of(files))
        .duration_ms(Duration::from_millis(5))
        .build()
}

fn main() {
    let files = std::env::args().count();
    let telemetry = Client::builder(&PRODUCT)
        .profile(Profile::cli())
        .client_version("2.0.0-searched-client-version")
        .endpoint("https://searched-override.invalid/events")
        .build();
    let _ = global::install(&telemetry);
    global::client().record(&run(files));
    telemetry.record_with(|| run(files + 1));
    let every = Duration::from_secs(600);
    let _ = telemetry.heartbeat(every, Alive::default(), |event, _| {
        event.searched_beats += 1
    });
    let _ = telemetry.try_record(&run(files + 2));
    let _ = telemetry.flush(Duration::from_millis(1));
    println!("{}", telemetry.decision());
}
