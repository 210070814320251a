//! The folders for a program's files by the convention of each platform.
//!
//! | platform | settings | state |
//! | --- | --- | --- |
//! | Linux, BSD | `$XDG_CONFIG_HOME`, by default `~/.config` | `$XDG_STATE_HOME`, by default `~/.local/state` |
//! | macOS, iOS | `~/Library/Application Support` | the same |
//! | Windows | `%APPDATA%`, by default `~\AppData\Roaming` | `%LOCALAPPDATA%`, by default `~\AppData\Local` |
//!
//! The sources are the XDG Base Directory Specification, the File System Programming Guide of Apple and
//! the known folders of Windows. The specification says that a relative path in a variable is not valid
//! and must be ignored, and that logs are state.

/// The use of a file, which decides its folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Settings,
    /// Data that is not worth copying to another machine, such as logs.
    State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Platform {
    Apple,
    Windows,
    /// Linux, BSD and every other system.
    Xdg,
}

/// A folder by convention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Folder {
    /// A variable with another folder.
    pub(crate) variable: Option<&'static str>,
    pub(crate) default_in_home: &'static str,
}

impl Platform {
    pub(crate) const CURRENT: Self = if cfg!(windows) {
        Self::Windows
    } else if cfg!(target_vendor = "apple") {
        Self::Apple
    } else {
        Self::Xdg
    };

    pub(crate) const fn folder(self, purpose: Purpose) -> Folder {
        let (variable, default_in_home) = match (self, purpose) {
            (Self::Apple, _) => (None, "Library/Application Support"),
            (Self::Windows, Purpose::Settings) => (Some("APPDATA"), "AppData/Roaming"),
            (Self::Windows, Purpose::State) => (Some("LOCALAPPDATA"), "AppData/Local"),
            (Self::Xdg, Purpose::Settings) => (Some("XDG_CONFIG_HOME"), ".config"),
            (Self::Xdg, Purpose::State) => (Some("XDG_STATE_HOME"), ".local/state"),
        };
        Folder {
            variable,
            default_in_home,
        }
    }

    /// A variable as users of the platform write it.
    pub(crate) fn shown(self, variable: &str) -> String {
        match self {
            Self::Windows => format!("%{variable}%"),
            Self::Apple | Self::Xdg => format!("${variable}"),
        }
    }
}
