//! Facts of a declaration that only the lock contains: its place in the code and the edges of buckets.
//!
//! **Invariants.** Without the feature `schema` both types are empty, so that a program contains neither
//! the paths of its sources nor a second copy of the edges.

/// The place of a declaration in the code.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    #[cfg(feature = "schema")]
    source: Option<Source>,
}

/// Edges of buckets; empty for every other type.
#[derive(Debug, Clone, Copy)]
pub struct Edges {
    #[cfg(feature = "schema")]
    edges: &'static [u64],
}

#[cfg(feature = "schema")]
#[derive(Debug, Clone, Copy)]
struct Source {
    /// The path that the compiler got.
    file: &'static str,
    package: &'static str,
    item: &'static str,
}

impl Place {
    /// The place of a descriptor that no derive generated.
    pub const UNKNOWN: Self = Self {
        #[cfg(feature = "schema")]
        source: None,
    };
}

impl Edges {
    /// The edges of a type that is not a set of buckets.
    pub const NONE: Self = Self {
        #[cfg(feature = "schema")]
        edges: &[],
    };

    /// The edges of a set of buckets.
    #[must_use]
    pub const fn of(edges: &'static [u64]) -> Self {
        #[cfg(not(feature = "schema"))]
        let _ = edges;
        Self {
            #[cfg(feature = "schema")]
            edges,
        }
    }
}

#[cfg(feature = "schema")]
impl Place {
    /// The item `item` in `file` of a package.
    #[must_use]
    pub const fn new(
        file: &'static str,
        package: Option<&'static str>,
        item: &'static str,
    ) -> Self {
        let package = match package {
            Some(name) => name,
            None => "",
        };
        Self {
            source: Some(Source {
                file,
                package,
                item,
            }),
        }
    }

    /// The path of the item in its file: `CommandRun::exit_code`.
    pub(crate) fn item(&self) -> Option<&'static str> {
        self.source.map(|source| source.item)
    }

    /// The path of the file, the same on every machine.
    pub(crate) fn file(&self) -> Option<String> {
        self.source
            .map(|source| portable(source.file, source.package))
    }
}

#[cfg(feature = "schema")]
impl Edges {
    pub(crate) const fn as_slice(&self) -> &'static [u64] {
        self.edges
    }
}

/// The path of a file, the same on every machine.
///
/// The compiler gets a path relative to the workspace for a package of the workspace, and an absolute one
/// for any other package. Of the absolute path only the name of the package and the part from its last
/// folder `src` remain: `events/src/run.rs`.
#[cfg(feature = "schema")]
fn portable(file: &str, package: &str) -> String {
    let file = file.replace('\\', "/");
    let is_absolute = file.starts_with('/') || file.get(1..3) == Some(":/");
    if !is_absolute {
        return file.trim_start_matches("./").to_owned();
    }
    let in_package = match file.rsplit_once("/src/") {
        Some((_, path)) => format!("src/{path}"),
        None => file.rsplit('/').next().unwrap_or_default().to_owned(),
    };
    match package {
        "" => in_package,
        package => format!("{package}/{in_package}"),
    }
}

/// The place of the item `$item` in the file of the outermost macro: a derive in an expansion of
/// `macro_rules!` has the place where the user calls that macro.
#[cfg(feature = "schema")]
#[doc(hidden)]
#[macro_export]
macro_rules! __telemetry_place {
    ($item:expr) => {
        $crate::__private::Place::new(
            ::core::file!(),
            ::core::option_env!("CARGO_PKG_NAME"),
            $item,
        )
    };
}

/// The places of items.
#[cfg(feature = "schema")]
#[doc(hidden)]
#[macro_export]
macro_rules! __telemetry_places {
    ($($item:literal),*) => {
        &[$($crate::__telemetry_place!($item)),*]
    };
}

/// Without the feature `schema` the expansion contains no trace of the places.
#[cfg(not(feature = "schema"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __telemetry_places {
    ($($item:literal),*) => {
        &[]
    };
}

/// A descriptor with the place of its item.
#[cfg(feature = "schema")]
#[doc(hidden)]
#[macro_export]
macro_rules! __telemetry_placed {
    ($item:literal: $descriptor:expr) => {
        $descriptor.at($crate::__telemetry_place!($item)).0
    };
}

/// Without the feature `schema` the expansion contains no trace of the places.
#[cfg(not(feature = "schema"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __telemetry_placed {
    ($item:literal: $descriptor:expr) => {
        $descriptor.0
    };
}

pub use {__telemetry_placed as placed, __telemetry_places as places};

#[cfg(all(test, feature = "schema"))]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_the_same_on_every_machine() {
        for (file, expected) in [
            ("examples/src/run.rs", "examples/src/run.rs"),
            ("./src/run.rs", "src/run.rs"),
            ("examples\\src\\run.rs", "examples/src/run.rs"),
            ("/home/alice/events/src/a/run.rs", "events/src/a/run.rs"),
            ("C:\\src\\kept\\src\\run.rs", "events/src/run.rs"),
            ("//server/share/src/run.rs", "events/src/run.rs"),
            ("/home/alice/run.rs", "events/run.rs"),
        ] {
            assert_eq!(portable(file, "events"), expected, "{file}");
        }
        assert_eq!(portable("/home/alice/src/run.rs", ""), "src/run.rs");
    }

    #[test]
    fn a_place_names_its_file_and_item() {
        let place = crate::__telemetry_place!("Run::size");
        assert_eq!(place.item(), Some("Run::size"));
        let file = "telemetry-runtime/src/event/descriptor/place.rs";
        assert_eq!(place.file().as_deref(), Some(file));
        assert_eq!(Place::UNKNOWN.file(), None);
    }
}
