//! Writes the events of two curves: many events of one field, and events of many fields.

use std::{env, fmt::Write as _, fs, path::Path};

const EVENTS: usize = 256;
const FIELDS: [usize; 6] = [4, 8, 16, 32, 64, 128];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let mut code = String::new();
    for event in 0..EVENTS {
        let _ = write!(
            code,
            "#[derive(TelemetryEvent)]\n#[event(name = \"event_{event}\", schema = \"1.0\")]\n\
             pub(crate) struct Event{event} {{\n    value: i64,\n}}\n\n"
        );
    }
    let descriptors: String = (0..EVENTS)
        .map(|event| format!("    Event{event}::DESCRIPTOR,\n"))
        .collect();
    let (before, last) = (EVENTS - 2, EVENTS - 1);
    let _ = write!(
        code,
        "pub(crate) static DESCRIPTORS: [&EventDescriptor; {EVENTS}] = [\n{descriptors}];\n\n\
         /// The last event of the list.\npub(crate) fn last(value: i64) -> Event{last} {{\n    Event{last} {{ value }}\n}}\n\n\
         /// The event before it.\npub(crate) fn before(value: i64) -> Event{before} {{\n    Event{before} {{ value }}\n}}\n\n"
    );
    for fields in FIELDS {
        let declared: String = (0..fields)
            .map(|field| format!("    field_{field}: i64,\n"))
            .collect();
        let set: String = (0..fields)
            .map(|field| format!("            field_{field}: value,\n"))
            .collect();
        let _ = write!(
            code,
            "#[derive(TelemetryEvent)]\n#[event(name = \"fields_{fields}\", schema = \"1.0\")]\n\
             pub(crate) struct Fields{fields} {{\n{declared}}}\n\nimpl Fields{fields} {{\n    \
             pub(crate) fn of(value: i64) -> Self {{\n        Self {{\n{set}        }}\n    }}\n}}\n\n"
        );
    }
    let folder = env::var_os("OUT_DIR").expect("cargo sets it");
    fs::write(Path::new(&folder).join("generated.rs"), code).expect("the folder exists");
}
