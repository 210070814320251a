//! No example, test or benchmark names a host other than loopback.
//!
//! The address of the products is the one exception: a constant in one file, which only the
//! declarations of the products use. The real connections of the quickstart are observed in
//! `examples/tests/quickstart.rs`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use telemetry_tests::vectors::workspace;

/// The one file that may name the products' address, and how often it does.
const ADDRESS_FILE: &str = "examples/src/nemo.rs";

/// Files that declare what a product is: they may use the constant.
const PRODUCT_FILES: [&str; 6] = [
    "examples/src/agent_toolkit/mod.rs",
    "examples/src/anonymizer/mod.rs",
    "examples/src/data_designer/mod.rs",
    "examples/src/guardrails/mod.rs",
    "examples/src/openshell/mod.rs",
    "examples/src/safe_synthesizer/mod.rs",
];

/// Folders whose code runs as an example, a test or a benchmark.
const FOLDERS: [&str; 6] = [
    "examples",
    "tests",
    "telemetry-runtime/tests",
    "telemetry-runtime/benches",
    "telemetry-runtime/examples",
    "telemetry-derive/tests",
];

/// Rust sources under `folder`, as paths from the workspace's root.
fn sources(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![workspace().join(folder)];
    while let Some(folder) = open.pop() {
        // A folder of the list that does not exist has no code in it.
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                // The measurements beside other libraries have a target folder of their own.
                if path.file_name().is_none_or(|name| name != "target") {
                    open.push(path);
                }
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path.strip_prefix(workspace()).unwrap().to_owned());
            }
        }
    }
    found
}

fn text(path: &Path) -> String {
    fs::read_to_string(workspace().join(path)).unwrap()
}

/// Hosts of the URLs in `text`; one that is put together at run time has none.
fn hosts(text: &str) -> impl Iterator<Item = &str> {
    let starts = ["http://", "https://"];
    starts.into_iter().flat_map(move |start| {
        text.match_indices(start).map(move |(at, _)| {
            let rest = &text[at + start.len()..];
            let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "-._[]:@{}".contains(c)));
            let authority = &rest[..end.unwrap_or(rest.len())];
            let host = authority.rsplit('@').next().unwrap_or_default();
            match host.strip_prefix('[').and_then(|host| host.split_once(']')) {
                Some((address, _)) => address,
                None => host.split(':').next().unwrap_or_default(),
            }
        })
    })
}

/// True for this machine, for names that RFC 2606 keeps out of the Internet, and for a name that is
/// filled in at run time.
fn is_harmless(host: &str) -> bool {
    let reserved = ["invalid", "example", "test", "localhost"];
    host.is_empty()
        || host.starts_with('{')
        // The rest of an address that is broken on purpose.
        || host == "["
        || host.starts_with("127.")
        || host == "::1"
        || reserved.iter().any(|name| host.rsplit('.').next() == Some(name))
        // The names of JSON Schema's drafts and of SVG, which are never fetched.
        || host == "json-schema.org"
        || host == "www.w3.org"
}

#[test]
fn no_source_of_an_example_test_or_benchmark_names_another_host() {
    let mut seen = 0;
    for path in FOLDERS.iter().flat_map(|folder| sources(folder)) {
        if path == Path::new(ADDRESS_FILE) {
            continue;
        }
        seen += 1;
        let text = text(&path);
        let other = hosts(&text).find(|host| !is_harmless(host));
        assert_eq!(other, None, "{} names a host", path.display());
    }
    assert!(seen > 20, "only {seen} sources were found");
}

#[test]
fn the_products_address_is_one_constant_that_only_they_use() {
    let address_file = text(Path::new(ADDRESS_FILE));
    assert_eq!(address_file.matches("https://").count(), 1);
    let constant = ["IN", "GEST"].concat();
    for path in FOLDERS.iter().flat_map(|folder| sources(folder)) {
        let name = path.to_str().unwrap();
        let may = name == ADDRESS_FILE || PRODUCT_FILES.contains(&name);
        let does = text(&path).contains(&constant);
        assert!(may || !does, "{name} uses the products' address");
    }
}

#[test]
fn the_library_itself_knows_no_address() {
    for path in sources("telemetry-runtime/src") {
        let text = text(&path);
        assert!(!text.contains("nvidia"), "{}", path.display());
    }
}

#[test]
fn hosts_are_found_in_every_form_of_url() {
    // Put together here, or this file would name them.
    let secure = ["https", "://"].concat();
    let plain = ["http", "://"].concat();
    for (url, host) in [
        (
            format!("{secure}collector.nowhere.com/x"),
            "collector.nowhere.com",
        ),
        (format!("{plain}user:pw@10.0.0.1:80/"), "10.0.0.1"),
        (format!("\"{plain}[2001:db8::1]:80/\""), "2001:db8::1"),
    ] {
        assert_eq!(hosts(&url).collect::<Vec<_>>(), [host]);
        assert!(!is_harmless(host), "{host}");
    }
    for host in [
        "127.0.0.1",
        "::1",
        "localhost",
        "collector.invalid",
        "{address}",
    ] {
        assert!(is_harmless(host), "{host}");
    }
    assert!(!is_harmless("127-0-0-1.com") && !is_harmless("invalid.com"));
}
