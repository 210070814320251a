//! Edges between files and between folders, and their cycles.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use crate::{imports::Import, modules::Modules};

pub(crate) type Edges<T> = BTreeSet<(T, T)>;

/// From each file to the files that define what it imports. A file may import from the modules that
/// it lies in.
pub(crate) fn file_edges(modules: &Modules, imports: &[Import]) -> Edges<PathBuf> {
    let mut edges = Edges::new();
    for import in imports {
        let to = &modules.all[&modules.defining(&import.path)].file;
        let (from_names, to_names) = (&modules.files[&import.file].0, &modules.files[to].0);
        if !from_names.starts_with(to_names) {
            edges.insert((import.file.clone(), to.clone()));
        }
    }
    edges
}

/// From each folder to the folders that define what its files import.
pub(crate) fn folder_edges(modules: &Modules, imports: &[Import]) -> Edges<String> {
    let mut edges = Edges::new();
    for import in imports {
        let from = modules.files[&import.file].0.first();
        let to = modules.defining(&import.path).first().cloned();
        if let (Some(from), Some(to)) = (from, to)
            && *from != to
        {
            edges.insert((from.clone(), to));
        }
    }
    edges
}

/// The largest groups in which each member reaches each other.
pub(crate) fn cycles<T: Ord + Clone>(edges: &Edges<T>) -> Vec<BTreeSet<T>> {
    let mut next: BTreeMap<&T, Vec<&T>> = BTreeMap::new();
    for (from, to) in edges {
        next.entry(from).or_default().push(to);
    }
    let reached = |from: &T| {
        let mut seen = BTreeSet::new();
        let mut open = vec![from];
        while let Some(at) = open.pop() {
            for to in next.get(at).into_iter().flatten() {
                if seen.insert((*to).clone()) {
                    open.push(to);
                }
            }
        }
        seen
    };
    let reach: BTreeMap<&T, BTreeSet<T>> = next.keys().map(|from| (*from, reached(from))).collect();
    let mut found: Vec<BTreeSet<T>> = Vec::new();
    for (from, seen) in &reach {
        let back = |to: &&T| reach.get(*to).is_some_and(|it| it.contains(*from));
        let group: BTreeSet<T> = seen.iter().filter(back).cloned().collect();
        if !group.is_empty() && !found.contains(&group) {
            found.push(group);
        }
    }
    found
}
