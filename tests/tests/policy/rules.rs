//! The rules of the workspace, as tests.
//!
//! An exception is a line here with its reason. A change that adds one argues for it.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use telemetry_tests::{
    markdown::{rows, section},
    vectors::workspace,
};

/// Longest source file in lines.
const LONGEST: usize = 400;

/// Tests that a plain run leaves out.
const IGNORED: [(&str, &str); 6] = [
    (
        "tests/tests/testing/limits.rs",
        "the body of a process that another test starts",
    ),
    (
        "tests/tests/faults/network/endpoints.rs",
        "the body of a process that another test starts",
    ),
    (
        "telemetry-runtime/src/spool/tests/processes.rs",
        "the body of a process that another test starts, and many processes; `.ci/run` runs them",
    ),
    (
        "telemetry-runtime/src/spool/tests/measured.rs",
        "measurements of code that is not public",
    ),
    (
        "tests/tests/spool/kills.rs",
        "any number of rounds; `.ci/soak` runs it",
    ),
    (
        "tests/tests/spool/exits.rs",
        "a measurement that needs a machine that does nothing else",
    ),
];

/// Files of the workspace whose names end in `.extension`, as paths from its root.
fn files(extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![workspace()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy();
            if path.is_dir() {
                if name != "target" && name != ".git" {
                    open.push(path);
                }
            } else if path.extension().is_some_and(|it| it == extension) {
                found.push(path.strip_prefix(workspace()).unwrap().to_owned());
            }
        }
    }
    assert!(
        !found.is_empty(),
        "no .{extension} files: the search is broken"
    );
    found
}

fn read(path: impl AsRef<Path>) -> String {
    let path = workspace().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn every_crate_has_the_lints_of_the_workspace() {
    let manifests = files("toml");
    let crates: Vec<_> = manifests
        .iter()
        .filter(|path| path.ends_with("Cargo.toml"))
        .map(|path| (path, read(path)))
        .filter(|(_, manifest)| manifest.contains("[package]"))
        .collect();
    assert!(crates.len() >= 5);
    for (path, manifest) in crates {
        assert!(
            manifest.contains("[lints]\nworkspace = true"),
            "{} has lints of its own",
            path.display()
        );
    }
}

#[test]
fn no_source_file_is_too_long() {
    for path in files("rs") {
        let lines = read(&path).lines().count();
        assert!(
            lines <= LONGEST,
            "{} has {lines} lines, at most {LONGEST} are allowed: split it",
            path.display()
        );
    }
}

#[test]
fn only_the_listed_tests_are_ignored() {
    // In two parts, or this line would be a finding.
    let attribute = concat!("#[", "ignore");
    let ignores = |path: &PathBuf| {
        let text = read(path);
        text.lines()
            .any(|line| line.trim_start().starts_with(attribute))
    };
    let found: BTreeSet<_> = files("rs").into_iter().filter(ignores).collect();
    let listed = IGNORED.map(|(path, _)| PathBuf::from(path));
    assert_eq!(found, BTreeSet::from(listed));
}

/// A key of the derives, as the docs list it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    place: String,
    name: String,
}

/// The keys in the tables of the derives' docs. That those list every key is a test of the derive.
fn documented_keys() -> BTreeSet<Key> {
    let mut keys = BTreeSet::new();
    for docs in ["event", "fields", "enum"] {
        let text = read(format!("telemetry-derive/docs/{docs}.md"));
        let mut place = None;
        for line in text.lines() {
            if let Some(title) = line.strip_prefix("# ") {
                let last = title.rsplit(' ').next().unwrap();
                place = title.starts_with("Keys on ").then(|| last.to_owned());
            }
            if let (Some(place), Some(row)) = (&place, line.strip_prefix("| `")) {
                let key = row.split('`').next().unwrap();
                keys.extend(names(key).map(|name| Key {
                    place: place.clone(),
                    name,
                }));
            }
        }
    }
    keys
}

/// The keys of `range(min = 0, max = 100)`: the outer one and the inner ones.
fn names(example: &str) -> impl Iterator<Item = String> {
    let outer = example.split([' ', '(']).next().unwrap().to_owned();
    let inner = example.split_once('(').map_or("", |(_, inner)| inner);
    let inner = inner.split(", ").filter_map(|item| item.split_once(" = "));
    let inner: Vec<_> = inner.map(|(name, _)| name.to_owned()).collect();
    std::iter::once(outer).chain(inner)
}

#[test]
fn every_key_has_a_case_that_does_not_compile() {
    let page = read("tests/ui/ROWS.md");
    let mut proven = BTreeSet::new();
    for row in rows(section(&page, "## Keys")) {
        let [place, name, case] = row[..] else {
            panic!("not three cells: {row:?}");
        };
        let (name, case) = (name.trim_matches('`'), case.trim_matches('`'));
        let source = read(format!("tests/ui/cases/fail/{case}.rs"));
        let is_about_it = name == "schema" || name == "name" || source.contains(name);
        assert!(is_about_it, "{case} does not hold the key `{name}`");
        proven.insert(Key {
            place: place.to_owned(),
            name: name.to_owned(),
        });
    }
    let documented = documented_keys();
    assert!(documented.len() >= 20, "{documented:?}");
    assert_eq!(
        documented, proven,
        "the tables in telemetry-derive/docs and in tests/ui/ROWS.md list the same keys"
    );
}

#[test]
fn no_file_contains_a_path_of_a_machine() {
    // Where this workspace and its author's files are, and where such things usually are.
    let home = option_env!("HOME").filter(|home| home.len() > 1);
    let mut places = vec![
        workspace().to_string_lossy().into_owned(),
        ["/ho", "me/"].concat(),
        ["/ro", "ot/"].concat(),
        ["/Us", "ers/"].concat(),
        ["/wo", "rk/"].concat(),
        ["/tmp", "/"].concat(),
    ];
    places.extend(home.map(|home| format!("{home}/")));
    for extension in ["rs", "toml", "md", "json", "stderr", "lock"] {
        // The recorded vectors are what they are.
        let recorded = |path: &PathBuf| path.starts_with("tests/vectors");
        for path in files(extension).into_iter().filter(|path| !recorded(path)) {
            let text = read(&path);
            for place in &places {
                for line in text.lines().filter(|line| line.contains(place.as_str())) {
                    // Made-up paths: tests pass them to code that must not send them.
                    assert!(
                        line.contains("alice") || line.contains("/tmp/x"),
                        "{} names {place}: {line}",
                        path.display()
                    );
                }
            }
        }
    }
}

/// Source files of the runtime that may depend on the platform.
const PLATFORM_CODE: [&str; 4] = [
    "telemetry-runtime/src/util/platform/",
    "telemetry-runtime/src/util/env.rs",
    "telemetry-runtime/src/util/fs.rs",
    "telemetry-runtime/src/util/spawn.rs",
];

/// Words that make a line depend on the platform. `cfg(feature)` and `cfg(test)` are free.
const PLATFORM_WORDS: [&str; 5] = ["unix", "windows", "target_", "std::os::", "libc::"];

/// Lines of a source file that depend on the platform, with their numbers. Comments and everything
/// from `#[cfg(test)]` on a module are free.
fn platform_lines(source: &str) -> Vec<(usize, &str)> {
    let lines: Vec<_> = source.lines().collect();
    let is_tests = |pair: &[&str]| pair[0] == "#[cfg(test)]" && pair[1].starts_with("mod ");
    let end = lines.windows(2).position(is_tests).unwrap_or(lines.len());
    let code = lines.into_iter().take(end).enumerate();
    code.map(|(index, line)| (index + 1, line.trim()))
        .filter(|(_, line)| !line.starts_with("//"))
        .filter(|(_, line)| {
            let is_cfg = line.contains("cfg");
            let words = PLATFORM_WORDS.iter().filter(|word| line.contains(*word));
            words.into_iter().any(|word| is_cfg || word.ends_with("::"))
        })
        .collect()
}

#[test]
fn platform_code_is_in_util() {
    let mut found = Vec::new();
    for path in files("rs") {
        let name = path.to_string_lossy().replace('\\', "/");
        let is_source = ["telemetry-runtime/src/", "telemetry-derive/src/"]
            .iter()
            .any(|folder| name.starts_with(folder));
        // A folder of tests is a test module.
        let is_free = PLATFORM_CODE.iter().any(|free| name.starts_with(free));
        if is_source && !is_free && !name.contains("/tests/") {
            let source = read(&path);
            let lines = platform_lines(&source);
            found.extend(
                lines
                    .iter()
                    .map(|(line, text)| format!("{name}:{line}: {text}")),
            );
        }
    }
    assert!(
        found.is_empty(),
        "move to util/platform:\n{}",
        found.join("\n")
    );
}

#[test]
fn unsafe_code_is_in_one_file() {
    let mut found = Vec::new();
    for path in files("rs") {
        let name = path.to_string_lossy().replace('\\', "/");
        // A folder of tests is a test module.
        let is_source = name.starts_with("telemetry-runtime/src/") && !name.contains("/tests/");
        if is_source && read(&path).contains("unsafe {") {
            found.push(name);
        }
    }
    assert_eq!(found, ["telemetry-runtime/src/util/platform/fork.rs"]);
}

#[test]
fn a_line_that_depends_on_the_platform_is_found() {
    let source = "\
        #[cfg(unix)]\n\
        fn a() {}\n\
        // cfg(windows)\n\
        #[cfg(feature = \"http\")]\n\
        use std::os::unix::fs::MetadataExt;\n\
        let windows = bytes.windows(2);\n\
        if cfg!(target_os = \"macos\") {}\n\
        #[cfg(test)]\n\
        mod tests {\n\
        #[cfg(unix)]\n";
    let lines: Vec<_> = platform_lines(source)
        .iter()
        .map(|(line, _)| *line)
        .collect();
    assert_eq!(lines, [1, 5, 7]);
}

/// The front page stays short: other items are in the public modules.
#[test]
fn the_root_of_the_runtime_exports_few_names() {
    let api = fs::read_to_string(workspace().join("telemetry-runtime/public-api.txt")).unwrap();
    let mut names = BTreeSet::new();
    let mut macros = BTreeSet::new();
    for line in api.lines() {
        let Some((_, path)) = line.split_once(" telemetry_runtime::") else {
            continue;
        };
        let kind = line.split(' ').nth(1).unwrap();
        let end = path.find(|c: char| !c.is_alphanumeric() && c != '_');
        let (name, rest) = path.split_at(end.unwrap_or(path.len()));
        match kind {
            "macro" => _ = macros.insert(name),
            "struct" | "enum" | "trait" | "type" if !rest.starts_with("::") => {
                names.insert(name);
            }
            _ => {}
        }
    }
    assert!(names.contains("Client"), "{names:?}");
    // The last one is `TelemetryFields`, which users name like `TelemetryEvent`.
    assert!(names.len() <= 23, "{} names: {names:?}", names.len());
    // Labels, buckets, the registry, and headers, which are checked where a product is declared.
    assert!(macros.len() <= 4, "{macros:?}");
}
