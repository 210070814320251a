//! The pages are complete: features, links, and the contents of the packages.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;
use telemetry_tests::vectors::workspace;

/// The crates that are published.
const PACKAGES: [&str; 2] = ["telemetry-derive", "telemetry-runtime"];

fn read(path: impl AsRef<Path>) -> String {
    let path = workspace().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The rustdoc of the runtime's root.
fn front_page() -> String {
    let source = read("telemetry-runtime/src/lib.rs");
    let docs = source.lines().filter_map(|line| line.strip_prefix("//!"));
    docs.map(|line| format!("{}\n", line.trim_start()))
        .collect()
}

/// The names left of `=` in a table of a manifest.
fn keys(manifest: &str, table: &str) -> Vec<String> {
    let (_, rest) = manifest.split_once(&format!("[{table}]\n")).unwrap();
    let body = rest.split("\n[").next().unwrap();
    let key = |line: &str| line.split_once(" = ").map(|(key, _)| key.trim().to_owned());
    let lines = body.lines().filter(|line| !line.starts_with(['#', ' ']));
    lines.filter_map(key).collect()
}

#[test]
fn every_feature_is_on_the_front_page_with_its_crates() {
    let features = keys(&read("telemetry-runtime/Cargo.toml"), "features");
    assert!(features.len() >= 8, "{features:?}");
    let page = front_page();
    let counted: Value = serde_json::from_str(&read("tests/footprint.json")).unwrap();
    for feature in features.iter().filter(|feature| *feature != "default") {
        let row = format!("| `{feature}`");
        let row = page.lines().find(|line| line.starts_with(&row)).unwrap();
        let crates = &counted["features"][feature];
        assert!(row.ends_with(&format!(" | {crates} |")), "{crates}: {row}");
    }
}

/// `--all-features` includes `off`, which replaces the code that most commands are about.
#[test]
fn every_list_of_all_features_is_complete_and_lacks_the_build_without_telemetry() {
    let manifest = read("telemetry-runtime/Cargo.toml");
    let all = keys(&manifest, "features").into_iter();
    let mut all: Vec<_> = all
        .filter(|feature| !["default", "off"].contains(&feature.as_str()))
        .collect();
    all.sort_unstable();
    let quoted: Vec<_> = all.iter().map(|name| format!("\"{name}\"")).collect();
    assert!(manifest.contains(&format!("\nfeatures = [{}]\n", quoted.join(", "))));
    let list = all.join(",");
    for file in [
        ".ci/minimal-versions",
        ".ci/run",
        ".github/workflows/ci.yml",
        "CONTRIBUTING.md",
        "README.md",
    ] {
        let text = read(file);
        let lists = text.matches(&list).count();
        assert!(lists > 0, "{file} does not contain {list}");
        let begun = format!("{},{},", all[0], all[1]);
        assert_eq!(text.matches(&begun).count(), lists, "{file}: not {list}");
    }
    assert!(!read("README.md").contains("--all-features"));
}

/// The minimum Rust version, the operating systems, and the toolchain of the tests.
#[test]
fn the_supported_platforms_are_on_both_pages() {
    let manifest = read("Cargo.toml");
    let (_, version) = manifest.split_once("\nrust-version = \"").unwrap();
    let minimum = format!("Rust {}", version.split('"').next().unwrap());
    let jobs = read(".github/workflows/ci.yml");
    let (_, toolchain) = jobs.split_once("TOOLCHAIN: \"").unwrap();
    let toolchain = toolchain.split('"').next().unwrap();
    let tested: Vec<_> = toolchain.splitn(3, '.').take(2).collect();
    let tested = format!("Rust {}", tested.join("."));
    for system in ["ubuntu-", "macos-", "windows-"] {
        assert!(jobs.contains(system), "no job for {system}");
    }
    for page in ["README.md", "telemetry-runtime/docs/platforms.md"] {
        let page = read(page);
        let page = page.split_whitespace().collect::<Vec<_>>().join(" ");
        for text in ["Linux, macOS and Windows", &minimum, &tested] {
            assert!(page.contains(text), "{text:?} is missing");
        }
    }
}

#[test]
fn every_module_is_on_the_front_page() {
    let source = read("telemetry-runtime/src/lib.rs");
    let page = front_page();
    let modules: Vec<_> = source
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod "))
        .map(|name| name.trim_end_matches([' ', '{', ';']))
        .filter(|name| !name.starts_with("__"))
        .collect();
    assert!(modules.len() >= 15, "{modules:?}");
    for module in modules {
        assert!(page.contains(&format!("[`{module}`]")), "{module}");
    }
}

/// Markdown files for readers, as paths from the workspace's root.
fn pages() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![workspace()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                // The vectors are what they are, links included.
                if !["target", ".git", "vectors"].contains(&name.as_str()) {
                    open.push(path);
                }
            } else if name.ends_with(".md") {
                found.push(path.strip_prefix(workspace()).unwrap().to_owned());
            }
        }
    }
    assert!(found.len() >= 8, "{found:?}");
    found
}

/// Where the links of a page lead, code blocks left out.
fn links(text: &str) -> Vec<&str> {
    let prose = text
        .split("\n```")
        .step_by(2)
        .flat_map(|prose| prose.split("](").skip(1));
    prose.filter_map(|rest| rest.split(')').next()).collect()
}

/// The names under which a page's headings and anchors can be linked to.
fn anchors(text: &str) -> Vec<String> {
    let prose = text.split("\n```").step_by(2).flat_map(str::lines);
    let titles = prose.filter(|line| line.starts_with('#'));
    let anchor = |title: &str| {
        let title = title.trim_start_matches('#').trim().to_lowercase();
        let kept = |c: &char| c.is_alphanumeric() || [' ', '-', '_'].contains(c);
        title
            .chars()
            .filter(kept)
            .map(|c| if c == ' ' { '-' } else { c })
            .collect()
    };
    let written = text.split("<a id=\"").skip(1);
    let written = written.filter_map(|rest| rest.split('"').next());
    titles
        .map(anchor)
        .chain(written.map(str::to_owned))
        .collect()
}

#[test]
fn every_link_between_the_pages_leads_somewhere() {
    let mut followed = 0;
    for page in pages() {
        let text = read(&page);
        // The derives put several of these behind each other on one page.
        let one_page = page.starts_with("telemetry-derive/docs");
        for link in links(&text) {
            if link.contains("://") || link.starts_with("crate::") || link.starts_with("mailto:") {
                continue;
            }
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if path.is_empty() {
                page.clone()
            } else {
                page.parent().unwrap().join(path)
            };
            let place = workspace().join(&target);
            assert!(place.exists(), "{}: {link} is dead", page.display());
            let elsewhere = one_page && path.is_empty();
            if !(anchor.is_empty() || elsewhere) {
                assert!(
                    anchors(&read(&target)).iter().any(|known| known == anchor),
                    "{}: {link} leads to neither a heading nor an anchor",
                    page.display()
                );
            }
            followed += 1;
        }
    }
    assert!(followed >= 10, "only {followed} links found");
}

#[test]
fn every_example_on_the_pages_is_compiled() {
    for page in pages() {
        // An ignored example could show items that no longer exist.
        let ignored = read(&page)
            .lines()
            .any(|line| line.starts_with("```") && line.contains("ignore"));
        assert!(!ignored, "{}", page.display());
    }
    // And these are among the tests.
    let tested = read("tests/src/lib.rs");
    for page in [
        "README.md",
        "telemetry-runtime/README.md",
        "examples/README.md",
    ] {
        let included = format!("include_str!(\"../../{page}\")");
        assert!(tested.contains(&included), "{page}");
    }
}

#[test]
fn both_packages_bring_a_readme_the_licences_and_what_they_are_found_by() {
    for package in PACKAGES {
        let manifest = read(format!("{package}/Cargo.toml"));
        let known = keys(&manifest, "package");
        for key in ["description", "readme", "keywords", "categories"] {
            assert!(known.iter().any(|name| name == key), "{package}: no {key}");
        }
        assert!(manifest.contains("[package.metadata.docs.rs]\n"));
        assert!(read(format!("{package}/README.md")).starts_with(&format!("# {package}\n")));
        for licence in ["LICENSE-MIT", "LICENSE-APACHE"] {
            let brought = read(format!("{package}/{licence}"));
            assert_eq!(brought, read(licence), "{package}/{licence}");
        }
    }
}

#[test]
fn the_pages_on_docs_rs_tell_each_items_feature() {
    let manifest = read("telemetry-runtime/Cargo.toml");
    assert!(manifest.contains(r#"rustdoc-args = ["--cfg", "docsrs"]"#));
    let root = read("telemetry-runtime/src/lib.rs");
    assert!(root.contains("#![cfg_attr(docsrs, feature(doc_cfg))]"));
}

#[test]
fn the_guard_and_the_readme_name_the_ends_that_lose_events() {
    let client = read("telemetry-runtime/src/client/guard.rs");
    let (before, _) = client.split_once("pub struct TelemetryGuard").unwrap();
    let (_, docs) = before.rsplit_once("\n\n").unwrap();
    let readme = read("README.md");
    for end in ["`std::process::exit`", "`abort`", "SIGTERM", "`static`"] {
        assert!(docs.contains(end), "the guard: {end}");
        assert!(readme.contains(end), "README.md: {end}");
    }
}
