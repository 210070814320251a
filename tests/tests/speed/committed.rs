//! The committed numbers: comparison, table, update.

use std::{
    env,
    fmt::Write as _,
    fs,
    io::{self, Write},
    path::PathBuf,
    sync::{Mutex, MutexGuard, PoisonError},
};

use serde_json::{Map, Value};
use telemetry_tests::vectors::workspace;

use crate::tools::Tools;

fn file() -> PathBuf {
    workspace().join("tests/speed.json")
}

/// Held while the file is read or written.
static FILE: Mutex<()> = Mutex::new(());

fn lock() -> MutexGuard<'static, ()> {
    FILE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn committed() -> Value {
    let text = fs::read_to_string(file()).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn updates() -> bool {
    env::var_os("UPDATE_EXPECT").is_some_and(|it| it == "1")
}

/// The test harness hides the output of a test that passes.
fn print(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}

/// The largest difference from the committed number that is not a change.
#[derive(Clone, Copy)]
pub(crate) enum Tolerance {
    /// Of the committed number.
    Percent(f64),
    Absolute(f64),
}

impl Tolerance {
    fn allows(self, old: f64, now: f64) -> bool {
        let largest = match self {
            Self::Percent(percent) => old * percent / 100.0,
            Self::Absolute(largest) => largest,
        };
        (now - old).abs() <= largest
    }
}

/// A number that was found.
struct Row {
    name: String,
    now: f64,
    tolerance: Tolerance,
}

/// One object of the file, and the numbers that were found for it.
pub(crate) struct Section {
    name: &'static str,
    versions: Map<String, Value>,
    committed: Map<String, Value>,
    rows: Vec<Row>,
}

impl Section {
    /// `None`, and a line that says why, if the tools are not those of the committed numbers.
    pub(crate) fn begin(name: &'static str, tools: Tools) -> Option<Self> {
        let versions = tools.versions();
        let committed = {
            let _file = lock();
            committed()
        };
        let skipped = match &versions {
            Err(missing) => Some(missing.clone()),
            Ok(_) if updates() => None,
            Ok(versions) => versions.iter().find_map(|(tool, version)| {
                let known = &committed["tools"][tool];
                let differs = known != version;
                differs.then(|| format!("{tool} is {version}, the numbers are for {known}"))
            }),
        };
        if let Some(reason) = skipped {
            print(&format!(
                "SKIPPED: {name} are not compared, because {reason}\n"
            ));
            return None;
        }
        Some(Self {
            name,
            versions: versions.unwrap(),
            committed: committed[name].as_object().cloned().unwrap_or_default(),
            rows: Vec::new(),
        })
    }

    /// Adds a number.
    pub(crate) fn row(&mut self, name: impl Into<String>, now: f64, tolerance: Tolerance) {
        self.rows.push(Row {
            name: name.into(),
            // Short to read, and enough for a number as small as that of copies.
            now: (now * 100.0).round() / 100.0,
            tolerance,
        });
    }

    /// Prints the table, and compares the numbers or writes those that changed.
    pub(crate) fn end(self) {
        let (table, changed) = self.compare();
        print(&table);
        if updates() {
            return self.write(&changed);
        }
        assert!(
            changed.is_empty(),
            "{}: {changed:?} changed by more than their tolerance, or are new or gone. Find out why. \
             If the change is right, and for each number that became smaller, write the new numbers \
             with UPDATE_EXPECT=1 and commit tests/speed.json.",
            self.name
        );
    }

    /// The table, and the names of the numbers that changed, are new or are gone.
    fn compare(&self) -> (String, Vec<String>) {
        let mut table = format!(
            "\n{:<58}{:>12}{:>12}{:>11}\n",
            self.name, "committed", "now", "change"
        );
        let mut changed = Vec::new();
        for Row {
            name,
            now,
            tolerance,
        } in &self.rows
        {
            let old = self.committed.get(name).and_then(Value::as_f64);
            let within = old.is_some_and(|old| tolerance.allows(old, *now));
            let change = old.map_or_else(|| "new".to_owned(), |old| change(old, *now));
            let old = old.map_or_else(|| "-".to_owned(), |old| format!("{old:.2}"));
            let mark = if within { "" } else { "  <- changed" };
            writeln!(table, "{name:<58}{old:>12}{now:>12.2}{change:>11}{mark}").unwrap();
            if !within {
                changed.push(name.clone());
            }
        }
        let is_found = |name: &&String| self.rows.iter().any(|row| row.name == **name);
        for name in self.committed.keys().filter(|name| !is_found(name)) {
            writeln!(table, "{name:<58}  <- gone").unwrap();
            changed.push(name.clone());
        }
        (table, changed)
    }

    /// Writes the numbers that changed. The others stay, so that they do not follow small changes
    /// that add up.
    fn write(self, changed: &[String]) {
        let _file = lock();
        let number = |row: &Row| match self.committed.get(&row.name) {
            Some(old) if !changed.contains(&row.name) => old.clone(),
            _ => row.now.into(),
        };
        let numbers = self.rows.iter().map(|row| (row.name.clone(), number(row)));
        let numbers: Map<_, _> = numbers.collect();
        let mut all = committed();
        all["tools"].as_object_mut().unwrap().extend(self.versions);
        all[self.name] = numbers.into();
        let text = serde_json::to_string_pretty(&all).unwrap();
        fs::write(file(), text + "\n").unwrap();
    }
}

/// The change for the table.
fn change(old: f64, now: f64) -> String {
    if old == 0.0 {
        return format!("{:+.2}", now - old);
    }
    format!("{:+.2} %", (now - old) / old * 100.0)
}

#[test]
fn a_number_that_changed_is_found() {
    use Tolerance::{Absolute, Percent};

    let committed = [
        ("same", 100.0),
        ("larger", 100.0),
        ("smaller", 100.0),
        ("still zero", 0.0),
        ("no longer zero", 0.0),
        ("gone", 100.0),
    ];
    let mut section = Section {
        name: "numbers",
        versions: Map::new(),
        committed: committed
            .map(|(name, number)| (name.to_owned(), number.into()))
            .into_iter()
            .collect(),
        rows: Vec::new(),
    };
    section.row("same", 100.9, Percent(1.0));
    section.row("larger", 101.1, Percent(1.0));
    section.row("smaller", 98.9, Percent(1.0));
    section.row("still zero", 0.0, Absolute(0.0));
    section.row("no longer zero", 1.0, Absolute(0.0));
    section.row("new", 1.0, Absolute(0.0));
    let (table, changed) = section.compare();
    let expected = ["larger", "smaller", "no longer zero", "new", "gone"];
    assert_eq!(changed, expected);
    assert!(table.contains("+1.10 %  <- changed"), "{table}");
    assert!(table.contains("-1.10 %  <- changed"), "{table}");
}
