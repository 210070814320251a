//! Imports point from higher levels to lower ones.

use std::{fs, path::Path};

/// Modules of each level, lowest first. The table in `lib.rs` lists the same.
const LEVELS: &[&[&str]] = &[
    &["suggest", "wire"],
    &["diag"],
    &["attr", "docs", "crate_path"],
    &["model"],
    &["parse"],
    &["check", "registry"],
    &["expand"],
    &["stub"],
    &["entry"],
];

fn level(module: &str) -> Option<usize> {
    LEVELS.iter().position(|level| level.contains(&module))
}

/// Top-level modules that appear in `crate::...` paths of `source`.
fn imports(source: &str) -> Vec<String> {
    // A path to a module starts after `crate::`; in `use crate::{a, b::c}` after each comma.
    let flat: String = source.split_whitespace().collect();
    let mut modules = Vec::new();
    for rest in flat.split("crate::").skip(1) {
        match rest.strip_prefix('{') {
            Some(list) => modules.extend(top_names(list)),
            None => modules.push(first_name(rest)),
        }
    }
    modules.retain(|module| !module.is_empty());
    modules
}

fn first_name(path: &str) -> String {
    path.chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect()
}

/// First names of the items of `a, b::{c, d}}...`, up to the closing brace.
fn top_names(list: &str) -> Vec<String> {
    let mut depth = 0_usize;
    let mut names = vec![first_name(list)];
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => names.push(first_name(&list[at + 1..])),
            _ => {}
        }
    }
    names
}

/// Source files below `folder` without those of tests, each with its top-level module.
fn sources(folder: &Path, module: Option<&str>) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a source folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_stem().expect("a name").to_string_lossy();
        if name == "tests" || (module.is_none() && name == "lib") {
            continue;
        }
        let module = module.unwrap_or(&name);
        if path.is_dir() {
            found.extend(sources(&path, Some(module)));
        } else {
            let source = fs::read_to_string(&path).expect("a source file");
            let code = source.split("#[cfg(test)]").next().unwrap_or_default();
            found.push((module.to_owned(), code.to_owned()));
        }
    }
    found
}

#[test]
fn imports_run_down() {
    let source_folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let sources = sources(&source_folder, None);
    let mut checked = 0;
    for (module, source) in &sources {
        let own = level(module).unwrap_or_else(|| panic!("`{module}` has no level"));
        for import in imports(source) {
            let imported = level(&import)
                .unwrap_or_else(|| panic!("`{module}` imports `crate::{import}`: not a module"));
            assert!(
                imported < own || import == *module,
                "`{module}` (level {own}) imports `{import}` (level {imported})"
            );
            checked += 1;
        }
    }
    assert!(checked > 40, "only {checked} imports were found");
}

#[test]
fn the_table_in_the_crate_docs_lists_the_levels() {
    let table = include_str!("../lib.rs");
    for (number, modules) in LEVELS.iter().enumerate() {
        let names: Vec<_> = modules.iter().map(|name| format!("`{name}`")).collect();
        let row = format!("//! | {number} | {} |", names.join(", "));
        assert!(table.contains(&row), "lib.rs lacks the row {row}");
    }
}
