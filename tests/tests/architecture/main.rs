//! ARCHITECTURE.md lists the folders of the runtime with their levels, and imports only run down.
//!
//! A pair that must break the rule is a line in `EXCEPTIONS` with its reason.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

mod graph;
mod imports;
mod modules;
mod self_test;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use telemetry_tests::vectors::workspace;

use crate::{
    graph::{cycles, file_edges, folder_edges},
    imports::{Import, imports},
    modules::Modules,
};

/// From one folder to another of the same or a higher level.
const EXCEPTIONS: [(&str, &str, &str); 2] = [
    (
        "event",
        "wire",
        "`TelemetryEvent::parameters` returns the encoded parameters",
    ),
    (
        "event",
        "schema",
        "`TelemetryEvent::json_schema` returns the schema of the event",
    ),
];

const SOURCE: &str = "telemetry-runtime/src";

fn runtime() -> Modules {
    Modules::read(&source)
}

fn source(file: &Path) -> Option<String> {
    fs::read_to_string(workspace().join(SOURCE).join(file)).ok()
}

/// The table `| folder | level | what it is for | must never |` of ARCHITECTURE.md.
fn levels() -> BTreeMap<String, u32> {
    let page = fs::read_to_string(workspace().join("ARCHITECTURE.md")).unwrap();
    let (_, table) = page
        .split_once("\n| folder | level | what it is for | must never |\n")
        .expect("ARCHITECTURE.md has the table of folders");
    let rows = table.lines().skip(1).take_while(|row| row.starts_with('|'));
    let mut levels = BTreeMap::new();
    for row in rows {
        let cells: Vec<_> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [folder, level, purpose, invariant] =
            cells.try_into().unwrap_or_else(|_| panic!("{row}"));
        assert!(
            !purpose.is_empty() && !invariant.is_empty(),
            "an empty cell: {row}"
        );
        let folder = folder.trim_matches('`').trim_end_matches('/').to_owned();
        let level = level.parse().unwrap_or_else(|_| panic!("no level: {row}"));
        assert_eq!(levels.insert(folder, level), None, "twice: {row}");
    }
    levels
}

#[test]
fn the_page_lists_exactly_the_folders() {
    let listed: BTreeSet<_> = levels().into_keys().collect();
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(workspace().join(SOURCE)).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if entry.path().is_dir() {
            found.insert(name);
        } else {
            assert_eq!(name, "lib.rs", "{SOURCE} holds folders and lib.rs only");
        }
    }
    assert_eq!(listed, found, "left: ARCHITECTURE.md, right: {SOURCE}");
}

/// An import with what is wrong with it.
fn violation(modules: &Modules, levels: &BTreeMap<String, u32>, import: &Import) -> Option<String> {
    let (from, to) = ends(modules, import)?;
    let Some(to) = to else {
        return Some(
            "names the root of the crate instead of the folder that defines it".to_owned(),
        );
    };
    if from == to
        || EXCEPTIONS
            .iter()
            .any(|(a, b, _)| (*a, *b) == (from, to.as_str()))
    {
        return None;
    }
    match (levels.get(from), levels.get(&to)) {
        (Some(above), Some(below)) if below < above => None,
        (Some(above), Some(below)) => Some(format!("{from} ({above}) imports {to} ({below})")),
        _ => Some(format!("{from} or {to} has no level in ARCHITECTURE.md")),
    }
}

/// The folder of an import's file and the folder it names, which is `None` for the crate's root.
/// `None` for a file that belongs to no folder: `lib.rs`.
fn ends<'a>(modules: &'a Modules, import: &Import) -> Option<(&'a str, Option<String>)> {
    let from = modules.files[&import.file].0.first()?;
    let root = &modules.all[&Vec::new()];
    let to = if import.exported {
        // A macro that expands in another crate cannot name a private folder.
        modules.defining(&import.path).first().cloned()
    } else {
        let first = import.path.first();
        first.filter(|name| root.children.contains(*name)).cloned()
    };
    Some((from, to))
}

#[test]
fn imports_run_down() {
    check_imports(&runtime());
}

/// A file of `off/` has the level of the module that it replaces, so it imports the same folders.
#[test]
fn imports_of_a_build_without_telemetry_run_down() {
    let modules = Modules::read_off(&source);
    let read: BTreeSet<_> = modules.files.keys().map(PathBuf::as_path).collect();
    let mut open = vec![workspace().join(SOURCE).join("off")];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(
                fs::read_dir(path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
        } else {
            let file = path.strip_prefix(workspace().join(SOURCE)).unwrap();
            assert!(read.contains(file), "{} replaces no module", file.display());
        }
    }
    check_imports(&modules);
}

fn check_imports(modules: &Modules) {
    let imports = imports(modules);
    println!("{}", figures(modules, &imports));
    let levels = levels();
    let found: Vec<_> = imports
        .iter()
        .filter_map(|import| {
            let wrong = violation(modules, &levels, import)?;
            let (file, written) = (import.file.display(), &import.written);
            Some(format!("{SOURCE}/{file}: `{written}`: {wrong}"))
        })
        .collect();
    assert!(
        found.is_empty(),
        "{} of {} imports:\n{}",
        found.len(),
        imports.len(),
        found.join("\n")
    );
}

#[test]
fn every_exception_is_needed() {
    let modules = runtime();
    let imports = imports(&modules);
    let levels = levels();
    for (from, to, reason) in EXCEPTIONS {
        assert!(
            levels[from] <= levels[to],
            "{from} -> {to} runs down: {reason}"
        );
        let used = imports
            .iter()
            .filter_map(|import| ends(&modules, import))
            .any(|(a, b)| a == from && b.as_deref() == Some(to));
        assert!(used, "{from} -> {to} is not imported any more: {reason}");
    }
}

#[test]
fn no_files_of_a_folder_import_each_other_in_a_circle() {
    let modules = runtime();
    let edges = file_edges(&modules, &imports(&modules));
    let folder = |file: &Path| file.iter().next().unwrap().to_owned();
    let inside: BTreeSet<_> = edges
        .into_iter()
        .filter(|(from, to)| folder(from) == folder(to))
        .collect();
    let mut found = Vec::new();
    for cycle in cycles(&inside) {
        let edges = inside
            .iter()
            .filter(|(from, to)| cycle.contains(from) && cycle.contains(to));
        let edges = edges.map(|(from, to)| format!("  {} -> {}", from.display(), to.display()));
        found.push(edges.collect::<Vec<_>>().join("\n"));
    }
    assert!(
        found.is_empty(),
        "{} cycles:\n{}",
        found.len(),
        found.join("\n\n")
    );
}

/// The whole graph in numbers, to be compared between two commits.
fn figures(modules: &Modules, imports: &[Import]) -> String {
    fn sizes<T: Ord + Clone>(edges: &BTreeSet<(T, T)>) -> Vec<usize> {
        cycles(edges).iter().map(BTreeSet::len).collect()
    }
    let through_root = |import: &&Import| matches!(ends(modules, import), Some((_, None)));
    let folders = folder_edges(modules, imports);
    let mutual = |(a, b): &&(String, String)| a < b && folders.contains(&(b.clone(), a.clone()));
    format!(
        "{} modules at the top, {} in-crate paths, {} through the root, {} mutual pairs of top modules, \
         cycles of top modules {:?}, cycles of files {:?}",
        modules.all[&Vec::new()].children.len(),
        imports.len(),
        imports.iter().filter(through_root).count(),
        folders.iter().filter(mutual).count(),
        sizes(&folders),
        sizes(&file_edges(modules, imports)),
    )
}
