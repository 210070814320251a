//! Locates a registry document: the base folder and the variable that names it.
//!
//! **Invariants**: neither an error nor the expansion may contain an absolute path.

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

/// The reason why a registry path cannot be resolved.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum LocateError {
    /// The path is empty.
    Empty,
    /// The path is not relative to the base folder.
    Absolute,
    /// `TELEMETRY_REGISTRY_ROOT` is not an absolute path.
    RelativeRoot,
    /// Neither variable is set: the build does not use cargo.
    NoBase,
}

/// True when the check is switched off.
pub(crate) fn is_off() -> bool {
    env::var_os(SWITCH).is_some_and(|value| value == "off")
}

/// The base folder of this build.
pub(crate) fn base() -> Result<Base, LocateError> {
    base_from(env::var_os)
}

fn base_from(variable: impl Fn(&'static str) -> Option<OsString>) -> Result<Base, LocateError> {
    let set = |name| {
        let folder = variable(name).filter(|value| !value.is_empty())?;
        Some(Base {
            folder: PathBuf::from(folder),
            variable: name,
        })
    };
    let base = set(ROOT)
        .or_else(|| set(PACKAGE))
        .ok_or(LocateError::NoBase)?;
    // `include_bytes!` resolves a relative path from the source file.
    if base.folder.is_relative() {
        return Err(LocateError::RelativeRoot);
    }
    Ok(base)
}

/// Returns the path if it is relative on every system.
pub(crate) fn relative(path: &str) -> Result<&str, LocateError> {
    let is_drive = path.chars().nth(1) == Some(':');
    if path.is_empty() {
        Err(LocateError::Empty)
    } else if is_drive || path.starts_with(['/', '\\']) || Path::new(path).is_absolute() {
        Err(LocateError::Absolute)
    } else {
        Ok(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base_with(variables: &[(&str, &str)]) -> Result<(String, &'static str), LocateError> {
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
            (&[package, (ROOT, "root")], Err(LocateError::RelativeRoot)),
            (&[], Err(LocateError::NoBase)),
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
            assert_eq!(relative(path), Err(LocateError::Absolute), "{path}");
        }
        assert_eq!(relative(""), Err(LocateError::Empty));
    }
}
