//! The modules of a crate and where their names are defined.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use syn2::{Attribute, Expr, ExprLit, Item, Lit, Meta, Token, UseTree, punctuated::Punctuated};

/// Names from the crate's root: `["client", "queue"]`.
pub(crate) type Names = Vec<String>;

/// One module, inline or in a file.
#[derive(Debug, Default)]
pub(crate) struct Module {
    /// File relative to the source folder.
    pub(crate) file: PathBuf,
    pub(crate) children: BTreeSet<String>,
    items: BTreeSet<String>,
    /// Items that `use` brings into scope, by their name in this file.
    imports: BTreeMap<String, Names>,
    globs: Vec<Names>,
}

/// The modules of a crate without those of its tests.
#[derive(Default)]
pub(crate) struct Modules {
    pub(crate) all: BTreeMap<Names, Module>,
    /// Each file with the module that it is.
    pub(crate) files: BTreeMap<PathBuf, (Names, syn2::File)>,
    /// True for a build with the feature `off`, which replaces modules by other files.
    off: bool,
}

impl Modules {
    /// Reads a crate from `lib.rs` on. `read` returns the text of a file of the source folder.
    pub(crate) fn read(read: &dyn Fn(&Path) -> Option<String>) -> Self {
        let mut modules = Self::default();
        modules.file(read, Path::new("lib.rs"), Path::new(""), Vec::new());
        modules
    }

    /// Reads the crate as a build with the feature `off` compiles it.
    pub(crate) fn read_off(read: &dyn Fn(&Path) -> Option<String>) -> Self {
        let mut modules = Self {
            off: true,
            ..Self::default()
        };
        modules.file(read, Path::new("lib.rs"), Path::new(""), Vec::new());
        modules
    }

    /// `folder` contains the files of the module's children.
    fn file(
        &mut self,
        read: &dyn Fn(&Path) -> Option<String>,
        file: &Path,
        folder: &Path,
        names: Names,
    ) {
        let text = read(file).unwrap_or_else(|| panic!("{} is missing", file.display()));
        let parsed =
            syn2::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        self.module(read, file, folder, &names, &parsed.items);
        self.files.insert(file.to_owned(), (names, parsed));
    }

    fn module(
        &mut self,
        read: &dyn Fn(&Path) -> Option<String>,
        file: &Path,
        folder: &Path,
        names: &Names,
        items: &[Item],
    ) {
        let mut module = Module {
            file: file.to_owned(),
            ..Module::default()
        };
        let mut uses = Vec::new();
        for item in items.iter().filter(|item| !is_test(attributes(item))) {
            match item {
                Item::Mod(child) => {
                    let name = child.ident.to_string();
                    module.children.insert(name.clone());
                    let below = folder.join(&name);
                    let names = [names.as_slice(), &[name]].concat();
                    match (&child.content, replacement(&child.attrs, self.off)) {
                        (Some((_, items)), _) => self.module(read, file, &below, &names, items),
                        (None, Some(path)) => {
                            let path = join(file, &path);
                            let folder = path.parent().unwrap_or(Path::new(""));
                            self.file(read, &path, folder, names);
                        }
                        (None, None) => self.file(read, &file_of(read, &below), &below, names),
                    }
                }
                Item::Use(item) if item.leading_colon.is_none() => uses.push(&item.tree),
                _ => module.items.extend(name(item)),
            }
        }
        for tree in uses {
            for (path, alias) in leaves(tree) {
                let Some(path) = absolute(names, &module.children, &path) else {
                    continue;
                };
                match alias {
                    Some(alias) => drop(module.imports.insert(alias, path)),
                    None => module.globs.push(path),
                }
            }
        }
        self.all.insert(names.clone(), module);
    }

    /// The module that defines what `path` names, with re-exports followed.
    pub(crate) fn defining(&self, path: &[String]) -> Names {
        self.find(path, 8).unwrap_or_else(|| {
            let known = |length: &usize| self.all.contains_key(&path[..*length]);
            let longest = (0..=path.len()).rev().find(known).unwrap_or(0);
            path[..longest].to_vec()
        })
    }

    fn find(&self, path: &[String], depth: usize) -> Option<Names> {
        let mut at = 0;
        while at < path.len() && self.all.contains_key(&path[..=at]) {
            at += 1;
        }
        let here = &path[..at];
        let Some(name) = path.get(at) else {
            return Some(here.to_vec());
        };
        let module = self.all.get(here)?;
        if module.items.contains(name) {
            return Some(here.to_vec());
        }
        let depth = depth.checked_sub(1)?;
        let rest = &path[at + 1..];
        if let Some(import) = module.imports.get(name) {
            return self.find(&[import.as_slice(), rest].concat(), depth);
        }
        let from = |glob: &Names| self.find(&[glob.as_slice(), &path[at..]].concat(), depth);
        module.globs.iter().find_map(from)
    }
}

/// The file that `#[path = "..."]` or `#[cfg_attr(feature = "off", path = "...")]` names.
fn replacement(attributes: &[Attribute], off: bool) -> Option<String> {
    let text = |meta: &Meta| match meta {
        Meta::NameValue(pair) => match &pair.value {
            Expr::Lit(ExprLit {
                lit: Lit::Str(text),
                ..
            }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    };
    attributes
        .iter()
        .find_map(|attribute| match &attribute.meta {
            Meta::List(list) if list.path.is_ident("cfg_attr") => {
                let parts = Punctuated::<Meta, Token![,]>::parse_terminated;
                let parts = list.parse_args_with(parts).ok()?;
                let is_off = parts[0].path().is_ident("feature")
                    && text(&parts[0]).as_deref() == Some("off");
                (off && is_off && parts[1].path().is_ident("path")).then(|| text(&parts[1]))?
            }
            meta if meta.path().is_ident("path") => text(meta),
            _ => None,
        })
}

/// `path` as seen from the folder of `file`, without `..`.
fn join(file: &Path, path: &str) -> PathBuf {
    let mut joined = file.parent().unwrap_or(Path::new("")).to_owned();
    for part in path.split('/') {
        if part == ".." {
            joined.pop();
        } else {
            joined.push(part);
        }
    }
    joined
}

/// `client/queue.rs` or `client/queue/mod.rs`.
fn file_of(read: &dyn Fn(&Path) -> Option<String>, folder: &Path) -> PathBuf {
    let flat = folder.with_extension("rs");
    if read(&flat).is_some() {
        flat
    } else {
        folder.join("mod.rs")
    }
}

/// The path from the crate's root, or `None` for what another crate defines.
pub(crate) fn absolute(
    here: &[String],
    children: &BTreeSet<String>,
    path: &[String],
) -> Option<Names> {
    let mut base = here.to_vec();
    let mut rest = path;
    match path.first()?.as_str() {
        "crate" => {
            base.clear();
            rest = &path[1..];
        }
        "self" => rest = &path[1..],
        "super" => {
            while rest.first().is_some_and(|name| name == "super") {
                base.pop()?;
                rest = &rest[1..];
            }
        }
        name if children.contains(name) => {}
        _ => return None,
    }
    let rest = rest.iter().filter(|name| *name != "self").cloned();
    Some(base.into_iter().chain(rest).collect())
}

/// The paths of a `use`, each with its name in scope; a glob has none.
pub(crate) fn leaves(tree: &UseTree) -> Vec<(Names, Option<String>)> {
    match tree {
        UseTree::Path(path) => {
            let name = path.ident.to_string();
            let below = leaves(&path.tree).into_iter();
            below
                .map(|(mut names, alias)| {
                    // `a::{self}` brings in `a`.
                    let alias = alias.map(|alias| match alias.as_str() {
                        "self" if names == ["self"] => name.clone(),
                        _ => alias,
                    });
                    names.insert(0, name.clone());
                    (names, alias)
                })
                .collect()
        }
        UseTree::Name(name) => {
            let name = name.ident.to_string();
            vec![(vec![name.clone()], Some(name))]
        }
        UseTree::Rename(rename) => {
            let alias = rename.rename.to_string();
            vec![(vec![rename.ident.to_string()], Some(alias))]
        }
        UseTree::Glob(_) => vec![(Vec::new(), None)],
        UseTree::Group(group) => group.items.iter().flat_map(leaves).collect(),
    }
}

fn name(item: &Item) -> Option<String> {
    let ident = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(ident.to_string())
}

pub(crate) fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// Whether an item exists in builds of the tests only.
pub(crate) fn is_test(attributes: &[Attribute]) -> bool {
    let cfg = |attribute: &Attribute| match &attribute.meta {
        Meta::List(list) if list.path.is_ident("cfg") => list.parse_args::<Meta>().ok(),
        _ => None,
    };
    attributes
        .iter()
        .filter_map(cfg)
        .any(|meta| implies_test(&meta))
}

fn implies_test(meta: &Meta) -> bool {
    let parts = |list: &syn2::MetaList| {
        list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
            .unwrap_or_default()
    };
    match meta {
        Meta::Path(path) => path.is_ident("test"),
        Meta::List(list) if list.path.is_ident("all") => parts(list).iter().any(implies_test),
        Meta::List(list) if list.path.is_ident("any") => {
            let parts = parts(list);
            !parts.is_empty() && parts.iter().all(implies_test)
        }
        _ => false,
    }
}
