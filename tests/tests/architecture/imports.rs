//! The in-crate paths that a file names, outside of its tests.

use std::path::PathBuf;

use proc_macro2::{TokenStream, TokenTree};
use syn2::{Item, ItemUse, Macro, Path, Visibility, visit::Visit};

use crate::modules::{Modules, Names, absolute, attributes, is_test, leaves};

/// One path, such as `crate::client::Client` or `super::Queue`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Import {
    pub(crate) file: PathBuf,
    /// As it is written, with the trees of `use` unfolded.
    pub(crate) written: String,
    /// From the crate's root.
    pub(crate) path: Names,
    /// `$crate::`: expands in other crates, so it can name public items only.
    pub(crate) exported: bool,
}

/// All of a crate.
pub(crate) fn imports(modules: &Modules) -> Vec<Import> {
    let mut found = Vec::new();
    for (file, (names, parsed)) in &modules.files {
        let mut visitor = Visitor {
            modules,
            file: file.clone(),
            here: names.clone(),
            found: Vec::new(),
        };
        visitor.visit_file(parsed);
        found.append(&mut visitor.found);
    }
    found
}

struct Visitor<'a> {
    modules: &'a Modules,
    file: PathBuf,
    here: Names,
    found: Vec<Import>,
}

impl Visitor<'_> {
    fn add(&mut self, written: &[String], exported: bool) {
        let Some(module) = self.modules.all.get(&self.here) else {
            return;
        };
        if let Some(path) = absolute(&self.here, &module.children, written) {
            self.found.push(Import {
                file: self.file.clone(),
                written: written.join("::"),
                path,
                exported,
            });
        }
    }

    /// Paths in tokens that are not parsed: the bodies and the arguments of macros.
    fn tokens(&mut self, tokens: TokenStream) {
        let tokens: Vec<_> = tokens.into_iter().collect();
        let punct = |at: usize, wanted: char| matches!(tokens.get(at), Some(TokenTree::Punct(it)) if it.as_char() == wanted);
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            at += 1;
            match token {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Ident(first) if punct(at, ':') && punct(at + 1, ':') => {
                    let exported = at > 1 && punct(at - 2, '$');
                    let mut path = vec![first.to_string()];
                    while punct(at, ':') && punct(at + 1, ':') {
                        let Some(TokenTree::Ident(next)) = tokens.get(at + 2) else {
                            break;
                        };
                        path.push(next.to_string());
                        at += 3;
                    }
                    // The language places exported macros at the root: `$crate::name!`.
                    let exported_macro = exported && path.len() == 2 && punct(at, '!');
                    if ["crate", "self", "super"].contains(&path[0].as_str()) && !exported_macro {
                        self.add(&path, exported);
                    }
                }
                _ => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for Visitor<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        if is_test(attributes(item)) {
            return;
        }
        match item {
            Item::Mod(module) if module.content.is_some() => {
                self.here.push(module.ident.to_string());
                syn2::visit::visit_item(self, item);
                self.here.pop();
            }
            _ => syn2::visit::visit_item(self, item),
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn2::ImplItemFn) {
        if !is_test(&item.attrs) {
            syn2::visit::visit_impl_item_fn(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        if item.leading_colon.is_none() {
            for (path, _) in leaves(&item.tree) {
                self.add(&path, false);
            }
        }
    }

    fn visit_path(&mut self, path: &'ast Path) {
        if path.leading_colon.is_none() && path.segments.len() > 1 {
            let names: Vec<_> = path
                .segments
                .iter()
                .map(|it| it.ident.to_string())
                .collect();
            self.add(&names, false);
        }
        syn2::visit::visit_path(self, path);
    }

    /// `pub(in crate::client)` imports nothing.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_macro(&mut self, item: &'ast Macro) {
        self.tokens(item.tokens.clone());
    }
}
