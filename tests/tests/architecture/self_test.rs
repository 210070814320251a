//! The reader of imports on a small crate: a rule that sees nothing would always pass.

use std::{collections::BTreeSet, path::Path};

use crate::{
    graph::{cycles, file_edges, folder_edges},
    imports::imports,
    modules::Modules,
    violation,
};

const CRATE: [(&str, &str); 8] = [
    (
        "lib.rs",
        "mod low; mod high; pub use high::Top; pub use low::{a::A, *};",
    ),
    (
        "low/mod.rs",
        "pub mod a; mod b; pub use b::B; #[cfg(test)] mod tests; \
         #[cfg(test)] use crate::high::nothing; pub struct Root;",
    ),
    (
        "low/a.rs",
        "use super::B; pub struct A(B); #[macro_export] macro_rules! top { () => { $crate::top!(); $crate::Top::new() } }",
    ),
    ("low/b.rs", "pub struct B(Option<Box<super::a::A>>);"),
    (
        "high/mod.rs",
        "pub mod deep; use crate::{low::{a::{self, A as First}, Root}, B}; pub struct Top(deep::Deep);",
    ),
    (
        "high/deep.rs",
        "pub struct Deep; impl Deep { fn f(&self) { assert!(super::super::low::is(&self.0)); } \
         #[cfg(all(test, unix))] fn g() { crate::low::tests::run() } \
         pub(in crate::high) fn h() -> crate::low::Root { std::mem::take(&mut self.1) } }",
    ),
    ("low/tests.rs", "use crate::high::Top;"),
    ("high/unused.rs", "use crate::low::Unused;"),
];

fn small() -> Modules {
    Modules::read(&|file| {
        let of = |(name, _): &&(&str, &str)| Path::new(name) == file;
        CRATE.iter().find(of).map(|(_, text)| (*text).to_owned())
    })
}

#[test]
fn every_form_of_a_path_is_seen_and_tests_are_not() {
    let found: BTreeSet<_> = imports(&small())
        .into_iter()
        .map(|import| format!("{}: {}", import.file.display(), import.written))
        .collect();
    let expected = [
        "high/deep.rs: crate::low::Root",
        "high/deep.rs: super::super::low::is",
        "high/mod.rs: crate::B",
        "high/mod.rs: crate::low::Root",
        "high/mod.rs: crate::low::a::A",
        "high/mod.rs: crate::low::a::self",
        "high/mod.rs: deep::Deep",
        "lib.rs: high::Top",
        "lib.rs: low",
        "lib.rs: low::a::A",
        "low/a.rs: crate::Top::new",
        "low/a.rs: super::B",
        "low/b.rs: super::a::A",
        "low/mod.rs: b::B",
    ];
    assert_eq!(found, expected.map(str::to_owned).into());
}

#[test]
fn re_exports_lead_to_the_file_that_defines_a_name() {
    let modules = small();
    let file = |path: &[&str]| {
        let path: Vec<_> = path.iter().map(|name| (*name).to_owned()).collect();
        modules.all[&modules.defining(&path)]
            .file
            .display()
            .to_string()
    };
    assert_eq!(file(&["Top", "new"]), "high/mod.rs");
    assert_eq!(file(&["A"]), "low/a.rs");
    assert_eq!(file(&["B"]), "low/b.rs", "through a glob");
    assert_eq!(file(&["low", "B"]), "low/b.rs");
    assert_eq!(file(&["low", "unknown"]), "low/mod.rs");
}

#[test]
fn a_circle_of_siblings_is_found_through_their_parent() {
    let modules = small();
    let imports = imports(&modules);
    let files = cycles(&file_edges(&modules, &imports));
    let expected = BTreeSet::from(["low/a.rs".into(), "low/b.rs".into()]);
    // `low/a.rs` also expands to `high`, which imports it.
    assert_eq!(files.len(), 1, "{files:?}");
    assert!(files[0].is_superset(&expected), "{files:?}");
    let pairs = folder_edges(&modules, &imports);
    let (low, high) = ("low".to_owned(), "high".to_owned());
    assert!(pairs.contains(&(low.clone(), high.clone())) && pairs.contains(&(high, low)));
}

#[test]
fn an_import_that_runs_up_and_one_through_the_root_are_violations() {
    let modules = small();
    let levels = [("low".to_owned(), 0), ("high".to_owned(), 1)].into();
    let found: BTreeSet<_> = imports(&modules)
        .iter()
        .filter(|import| violation(&modules, &levels, import).is_some())
        .map(|import| import.written.clone())
        .collect();
    let expected = ["crate::B", "crate::Top::new"];
    assert_eq!(found, expected.map(str::to_owned).into());
    let equal = [("low".to_owned(), 1), ("high".to_owned(), 1)].into();
    let is_upward = |import| violation(&modules, &equal, import).is_some();
    assert!(imports(&modules).iter().filter(|it| is_upward(it)).count() > found.len());
}
