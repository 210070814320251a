//! The committed numbers: comparison, table, update.

use std::{
    env,
    fmt::Write as _,
    fs,
    io::{self, Write},
    path::PathBuf,
    process::Command,
    sync::{Mutex, PoisonError},
};

use serde_json::{Map, Value};
use telemetry_tests::vectors::workspace;

/// What the numbers of a section depend on, besides this repository.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tools {
    Compiler,
    /// Also the C library and its choice of `memcpy`, which depends on the processor.
    Valgrind,
}

impl Tools {
    /// Names and versions; an error says what is missing.
    fn versions(self) -> Result<Map<String, Value>, String> {
        let mut versions = Map::new();
        versions.insert("rustc".into(), version("rustc", &["--version"])?.into());
        if self == Self::Valgrind {
            versions.insert(
                "valgrind".into(),
                version("valgrind", &["--version"])?.into(),
            );
            versions.insert(
                "libc".into(),
                version("getconf", &["GNU_LIBC_VERSION"])?.into(),
            );
            versions.insert("processor".into(), processor().into());
        }
        Ok(versions)
    }
}

fn version(program: &str, arguments: &[&str]) -> Result<String, String> {
    let found = Command::new(program).args(arguments).output();
    let found = found.map_err(|error| format!("{program} does not start: {error}"))?;
    Ok(String::from_utf8_lossy(&found.stdout).trim().to_owned())
}

/// The architecture, and whether valgrind emulates AVX2: it does on a processor that has it.
fn processor() -> String {
    let flags = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let avx2 = flags.split_whitespace().any(|flag| flag == "avx2");
    let with = if avx2 { " with AVX2" } else { "" };
    format!("{}{with}", env::consts::ARCH)
}

fn file() -> PathBuf {
    workspace().join("tests/speed.json")
}

fn committed() -> Value {
    let text = fs::read_to_string(file()).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// One object of the file, and the numbers that were found.
pub(crate) struct Section {
    name: &'static str,
    tolerance: f64,
    versions: Map<String, Value>,
    found: Vec<(String, f64)>,
}

impl Section {
    /// `None`, and a line that says why, if the tools are not those of the committed numbers.
    /// `tolerance` is in percent.
    pub(crate) fn begin(name: &'static str, tools: Tools, tolerance: f64) -> Option<Self> {
        let versions = tools.versions();
        let committed = committed();
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
            tolerance,
            versions: versions.unwrap(),
            found: Vec::new(),
        })
    }

    pub(crate) fn row(&mut self, name: &str, value: f64) {
        // One hundredth is enough for each of them, and short to read.
        self.found
            .push((name.to_owned(), (value * 100.0).round() / 100.0));
    }

    /// Prints the table, and writes the numbers or compares them.
    pub(crate) fn end(self) {
        let committed = &committed()[self.name];
        let mut table = format!(
            "\n{:<28}{:>12}{:>12}{:>10}\n",
            self.name, "committed", "now", "change"
        );
        let mut changed = Vec::new();
        for (name, now) in &self.found {
            let old = committed[name.as_str()].as_f64();
            let change = old.map(|old| change(old, *now));
            let shown = |number: Option<f64>| number.map_or("-".into(), |it| format!("{it:.2}"));
            let percent = change.map_or("new".into(), |it| format!("{it:+.2} %"));
            writeln!(
                table,
                "{name:<28}{:>12}{now:>12.2}{percent:>10}",
                shown(old)
            )
            .unwrap();
            if change.is_none_or(|change| change.abs() > self.tolerance) {
                changed.push(name.as_str());
            }
        }
        let gone = committed.as_object().into_iter().flat_map(Map::keys);
        let is_found = |name: &&String| self.found.iter().any(|(found, _)| found == *name);
        changed.extend(gone.filter(|name| !is_found(name)).map(String::as_str));
        print(&table);
        if updates() {
            return self.write();
        }
        assert!(
            changed.is_empty(),
            "{} changed by more than {} %: {changed:?}. Find out why; if that is right, write the new \
             numbers with UPDATE_EXPECT=1 and commit tests/speed.json",
            self.name,
            self.tolerance
        );
    }

    fn write(self) {
        static FILE: Mutex<()> = Mutex::new(());
        let _file = FILE.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all = committed();
        all["tools"].as_object_mut().unwrap().extend(self.versions);
        all[self.name] = self.found.into_iter().collect();
        let text = serde_json::to_string_pretty(&all).unwrap();
        fs::write(file(), text + "\n").unwrap();
    }
}

fn updates() -> bool {
    env::var_os("UPDATE_EXPECT").is_some_and(|it| it == "1")
}

/// In percent.
fn change(old: f64, now: f64) -> f64 {
    if old == now {
        0.0
    } else {
        (now - old) / old * 100.0
    }
}

/// The test harness hides the output of a test that passes.
fn print(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}
