//! The tables of `examples/README.md` about the original modules: the paths exist, and the numbers of
//! lines are correct.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use telemetry_tests::{
    markdown::{code, rows, section},
    sources::files,
    vectors::workspace,
};

/// The rows of the table below a title, as cells.
fn table(title: &str) -> Vec<Vec<String>> {
    let text = fs::read_to_string(workspace().join("examples/README.md")).unwrap();
    let rows = rows(section(&text, &format!("## {title}")));
    let rows: Vec<_> = rows
        .map(|row| row.into_iter().map(str::to_owned).collect())
        .collect();
    assert!(!rows.is_empty(), "{title}: no rows");
    rows
}

/// The text of all sources at and below a place of the workspace.
fn sources(place: &Path) -> String {
    let files = files(place).into_iter();
    files
        .map(|file| fs::read_to_string(file).unwrap())
        .collect()
}

/// The folder of the sources for a path that starts with this word.
fn root(word: &str) -> PathBuf {
    if word == "telemetry_runtime" {
        return "telemetry-runtime/src".into();
    }
    let folder = Path::new("examples/src").join(word);
    if workspace().join(&folder).is_dir() {
        folder
    } else {
        folder.with_extension("rs")
    }
}

/// True if `text` declares this name: as an item, a method, a module, or a set that a macro defines.
fn declares(text: &str, name: &str) -> bool {
    const KINDS: [&str; 9] = [
        "const ",
        "enum ",
        "fn ",
        "macro_rules! ",
        "mod ",
        "static ",
        "struct ",
        "trait ",
        "pub ",
    ];
    let ends = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    KINDS.iter().any(|kind| {
        let declaration = format!("{kind}{name}");
        let mut places = text.match_indices(&declaration);
        places.any(|(at, found)| ends(&text[at + found.len()..]))
    })
}

#[test]
fn every_path_that_the_names_lead_to_exists() {
    let mut originals = BTreeSet::new();
    let mut paths = 0;
    for row in table("Names of the originals and their replacements") {
        let [original, here] = row.as_slice() else {
            panic!("not two cells: {row:?}");
        };
        for name in code(original) {
            assert!(originals.insert(name.to_owned()), "`{name}` twice");
        }
        for path in code(here).filter(|code| code.contains("::")) {
            paths += 1;
            let mut words = path.split("::");
            let text = sources(&root(words.next().unwrap()));
            for word in words {
                assert!(declares(&text, word), "`{path}`: there is no `{word}`");
            }
        }
    }
    assert!(originals.len() > 100 && paths > 60, "{originals:?} {paths}");
}

#[test]
fn a_declaration_is_found_by_its_whole_name() {
    let text = "pub fn report_usage(&self)\n pub enum Stage {";
    assert!(declares(text, "report_usage") && declares(text, "Stage"));
    assert!(!declares(text, "report") && !declares(text, "Stag") && !declares(text, "usage"));
}

fn lines_of_code(file: &Path) -> usize {
    let text = fs::read_to_string(workspace().join(file)).unwrap();
    let code = text.split("\n#[cfg(test)]\nmod tests").next().unwrap();
    let lines = code.lines().map(str::trim);
    lines
        .filter(|line| !line.is_empty() && !line.starts_with("//"))
        .count()
}

/// Anonymizer needs more lines; the text below the table states the reason. The test fails when
/// this changes.
#[test]
fn a_product_takes_at_most_a_third_of_its_originals_lines() {
    let mut above = Vec::new();
    for row in table("How much code it takes") {
        let [product, here, lines, _, original] = row.as_slice() else {
            panic!("not five cells: {row:?}");
        };
        let counted: usize = code(here)
            .map(|file| lines_of_code(&Path::new("examples/src").join(file)))
            .sum();
        assert_eq!(lines.parse(), Ok(counted), "{product}: lines here");
        let original: usize = original.parse().unwrap();
        if 3 * counted > original {
            above.push(product.clone());
        }
    }
    assert_eq!(above, ["Anonymizer"]);
}
