// `CountBy` counts wire enums, labels and buckets, also in a part.

use telemetry_runtime::{
    Allowlisted, TelemetryEnum, TelemetryEvent, TelemetryFields, field::CountBy,
    telemetry_buckets, telemetry_labels,
};

telemetry_labels! { Commands = ["build", "check"] }
telemetry_buckets! {
    Plain = [0, 10];
    /// A size.
    Named("SizeEnum") = [0, 10];
}

// Without `Copy`.
#[derive(TelemetryEnum)]
#[event(name = "StatusEnum", rename_all = "kebab-case")]
enum Status {
    Ok,
    TimedOut,
    #[event(fallback)]
    Unknown,
}

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.2")]
struct Run {
    by_status: CountBy<Status>,
    #[event(flatten)]
    more: More,
}

#[derive(TelemetryFields)]
struct More {
    commands: CountBy<Allowlisted<Commands>>,
    plain: CountBy<Plain>,
    #[event(required)]
    named: CountBy<Named>,
}

fn main() {
    let mut run = Run::builder()
        .by_status([Status::TimedOut, Status::Ok, Status::TimedOut].into_iter().collect())
        .more(More::builder().named(CountBy::new()).build())
        .build();
    run.by_status.add(Status::Unknown, 4);
    run.more.commands.count(Commands::get("check"));
    run.more.commands.count(Commands::get("other"));
    run.more.plain.count(Plain::of(11));
    assert_eq!(
        run.parameters().to_json(),
        concat!(
            r#"{"byStatus":[{"value":"ok","count":1},{"value":"timed-out","count":2},"#,
            r#"{"value":"unknown","count":4}],"#,
            r#""commands":[{"value":"check","count":1},{"value":"undefined","count":1}],"#,
            r#""plain":[{"value":"11+","count":1}],"named":[]}"#
        )
    );
    assert_eq!(Run::DESCRIPTOR.fields[0].max_items, Some(3));
}
