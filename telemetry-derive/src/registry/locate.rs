//! Where a registry document is: the base folder, and what is left of it in code and in messages.
//!
//! No absolute path may leave this stage but to the reader: neither an error nor the expansion may
//! say where a checkout lies.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
};

/// `off` compiles without the check.
pub(crate) const SWITCH: &str = "TELEMETRY_REGISTRY";
/// Replaces the folder of the package's Cargo.toml.
pub(crate) const ROOT: &str = "TELEMETRY_REGISTRY_ROOT";
const PACKAGE: &str = "CARGO_MANIFEST_DIR";

/// The folder that registry paths start from.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Base {
    pub(crate) folder: PathBuf,
    /// The variable that names it.
    pub(crate) variable: &'static str,
}

/// Why there is no base folder, or no path below it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Astray {
    /// The path is empty.
    Empty,
    /// The path does not start at the base folder.
    Absolute,
    /// `TELEMETRY_REGISTRY_ROOT` does not say where it is.
    RelativeRoot,
    /// This is no build by cargo, and nothing stands in for it.
    NoBase,
}

/// True when the check is switched off.
pub(crate) fn is_off() -> bool {
    env::var_os(SWITCH).is_some_and(|value| value == "off")
}

/// The base folder of this build.
pub(crate) fn base() -> Result<Base, Astray> {
    base_from(env::var_os)
}

fn base_from(variable: impl Fn(&'static str) -> Option<OsString>) -> Result<Base, Astray> {
    let set = |name| {
        let folder = variable(name).filter(|value| !value.is_empty())?;
        Some(Base {
            folder: PathBuf::from(folder),
            variable: name,
        })
    };
    let base = set(ROOT).or_else(|| set(PACKAGE)).ok_or(Astray::NoBase)?;
    // `include_bytes!` would look beside the source file.
    if base.folder.is_relative() {
        return Err(Astray::RelativeRoot);
    }
    Ok(base)
}

/// Refuses a path that is not relative on every system.
pub(crate) fn relative(path: &str) -> Result<&str, Astray> {
    let is_drive = path.chars().nth(1) == Some(':');
    if path.is_empty() {
        Err(Astray::Empty)
    } else if is_drive || path.starts_with(['/', '\\']) || Path::new(path).is_absolute() {
        Err(Astray::Absolute)
    } else {
        Ok(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base_with(variables: &[(&str, &str)]) -> Result<(String, &'static str), Astray> {
        let base = base_from(|name| {
            let mut variables = variables.iter();
            variables
                .find(|(set, _)| *set == name)
                .map(|(_, value)| value.into())
        });
        base.map(|base| (base.folder.display().to_string(), base.variable))
    }

    #[test]
    fn the_root_replaces_the_package() {
        let package = ("CARGO_MANIFEST_DIR", "/package");
        for (variables, base) in [
            (&[package][..], Ok(("/package".to_owned(), PACKAGE))),
            (&[package, (ROOT, "/root")], Ok(("/root".to_owned(), ROOT))),
            (&[package, (ROOT, "")], Ok(("/package".to_owned(), PACKAGE))),
            (&[package, (ROOT, "root")], Err(Astray::RelativeRoot)),
            (&[], Err(Astray::NoBase)),
        ] {
            assert_eq!(base_with(variables), base, "{variables:?}");
        }
    }

    #[test]
    fn paths_are_relative_on_every_system() {
        for path in ["schemas/a.json", "../schemas/a.json", "a.json"] {
            assert_eq!(relative(path), Ok(path));
        }
        for path in ["/schemas/a.json", "\\a.json", "C:\\a.json", "c:a.json"] {
            assert_eq!(relative(path), Err(Astray::Absolute), "{path}");
        }
        assert_eq!(relative(""), Err(Astray::Empty));
    }
}
