//! The places of a product's files: fixed paths below the home directory, and folders by the convention
//! of the platform.
//!
//! | platform | settings | state |
//! | --- | --- | --- |
//! | Linux, BSD | `$XDG_CONFIG_HOME`, by default `~/.config` | `$XDG_STATE_HOME`, by default `~/.local/state` |
//! | macOS, iOS | `~/Library/Application Support` | the same |
//! | Windows | `%APPDATA%`, by default `~\AppData\Roaming` | `%LOCALAPPDATA%`, by default `~\AppData\Local` |
//!
//! The sources are the XDG Base Directory Specification 0.8, the File System Programming Guide of Apple
//! and the known folders of Windows. The specification says that a relative path in a variable is not
//! valid and must be ignored. The maintained crates read the variables of the process themselves and
//! cannot use the lookup of a client.
//!
//! **Invariants.** Nothing here reads a file or fails. A file at the default folder counts even if a
//! variable names another folder, so that a refusal is found by a process without that variable.

use std::path::{Path, PathBuf};

use super::env::{EnvLookup, HOME};

/// The use of a file, which decides its folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Settings,
    /// Data that is not worth copying to another machine, such as logs.
    State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Platform {
    Apple,
    Windows,
    /// Linux, BSD and every other system.
    Xdg,
}

/// A folder by convention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Folder {
    variable: Option<&'static str>,
    default_in_home: &'static str,
}

impl Platform {
    const CURRENT: Self = if cfg!(windows) {
        Self::Windows
    } else if cfg!(target_vendor = "apple") {
        Self::Apple
    } else {
        Self::Xdg
    };

    const fn folder(self, purpose: Purpose) -> Folder {
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

    fn shown(self, variable: &str) -> String {
        match self {
            Self::Windows => format!("%{variable}%"),
            Self::Apple | Self::Xdg => format!("${variable}"),
        }
    }
}

/// The folders that the variables of the user name.
#[derive(Debug, Clone, Default)]
pub(crate) struct UserFolders {
    home: Option<PathBuf>,
    settings: Option<PathBuf>,
    state: Option<PathBuf>,
}

impl UserFolders {
    /// The folders of these places. Variables that they do not need are not looked up.
    pub(crate) fn of(places: &[Places], lookup: &EnvLookup<'_>) -> Self {
        Self::on(Platform::CURRENT, places, lookup)
    }

    fn on(platform: Platform, places: &[Places], lookup: &EnvLookup<'_>) -> Self {
        let absolute = |name: &str| {
            lookup(name)
                .map(PathBuf::from)
                .filter(|path| path.is_absolute())
        };
        let named = |purpose| {
            let needed = |it: &Places| it.by_convention.is_some() && it.purpose == purpose;
            let variable = platform.folder(purpose).variable;
            variable
                .filter(|_| places.iter().any(needed))
                .and_then(absolute)
        };
        let in_home = places.iter().any(Places::is_declared);
        Self {
            home: in_home.then(|| absolute(HOME)).flatten(),
            settings: named(Purpose::Settings),
            state: named(Purpose::State),
        }
    }

    /// The same folders with another home directory.
    pub(crate) fn with_home(&self, home: PathBuf) -> Self {
        Self {
            home: Some(home),
            ..self.clone()
        }
    }

    fn named_by_variable(&self, purpose: Purpose) -> Option<&Path> {
        match purpose {
            Purpose::Settings => self.settings.as_deref(),
            Purpose::State => self.state.as_deref(),
        }
    }
}

/// The declared places of one file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Places {
    purpose: Purpose,
    /// Path in the folder of the platform.
    by_convention: Option<&'static str>,
    /// Path below the home directory. If there is also one by convention, it is the previous place.
    in_home: Option<&'static str>,
}

/// A path, and how a message shows it: without the name of the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) path: PathBuf,
    pub(crate) shown: String,
}

impl Places {
    pub(crate) const fn none(purpose: Purpose) -> Self {
        Self {
            purpose,
            by_convention: None,
            in_home: None,
        }
    }

    pub(crate) const fn by_convention(mut self, path: &'static str) -> Self {
        self.by_convention = Some(path);
        self
    }

    pub(crate) const fn in_home(mut self, path: &'static str) -> Self {
        self.in_home = Some(path);
        self
    }

    pub(crate) const fn is_declared(&self) -> bool {
        self.by_convention.is_some() || self.in_home.is_some()
    }

    /// The places whose folder is known, without duplicates. A new file is created at the first one.
    pub(crate) fn resolve(&self, folders: &UserFolders) -> Vec<Place> {
        self.resolve_on(Platform::CURRENT, folders)
    }

    fn resolve_on(&self, platform: Platform, folders: &UserFolders) -> Vec<Place> {
        let folder = platform.folder(self.purpose);
        let below_home = |path: &str| {
            folders.home.as_ref().map(|home| Place {
                path: home.join(path),
                shown: format!("~/{path}"),
            })
        };
        let by_variable = |path: &str| {
            let named = folders.named_by_variable(self.purpose)?;
            Some(Place {
                path: named.join(path),
                shown: format!("{}/{path}", platform.shown(folder.variable?)),
            })
        };
        let by_default = |path: &str| below_home(&format!("{}/{path}", folder.default_in_home));
        let convention = self.by_convention;
        let found = [
            convention.and_then(by_variable),
            convention.and_then(by_default),
            self.in_home.and_then(below_home),
        ];
        let mut places: Vec<Place> = Vec::new();
        for place in found.into_iter().flatten() {
            if places.iter().all(|known| known.path != place.path) {
                places.push(place);
            }
        }
        places
    }

    /// The place of a new file as text for users; `None` if no place is declared.
    #[cfg(feature = "schema")]
    pub(crate) fn described(&self) -> Option<DescribedPlace> {
        self.described_on(Platform::CURRENT)
    }

    #[cfg(feature = "schema")]
    fn described_on(&self, platform: Platform) -> Option<DescribedPlace> {
        let in_home = |path: &str| format!("~/{path}");
        let Some(path) = self.by_convention else {
            return self.in_home.map(|path| DescribedPlace {
                path: in_home(path),
                moved_by: None,
                previous: None,
            });
        };
        let folder = platform.folder(self.purpose);
        let by_default = format!("{}/{path}", folder.default_in_home);
        Some(DescribedPlace {
            path: in_home(&by_default),
            moved_by: folder.variable.map(|variable| platform.shown(variable)),
            previous: self.in_home.filter(|path| *path != by_default).map(in_home),
        })
    }
}

/// The place of a new file as text for users.
#[cfg(feature = "schema")]
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct DescribedPlace {
    pub(crate) path: String,
    /// The variable that names another folder.
    pub(crate) moved_by: Option<String>,
    /// A place of earlier versions that still counts.
    pub(crate) previous: Option<String>,
}

#[cfg(feature = "schema")]
impl DescribedPlace {
    /// A remark in parentheses about the variable, or nothing.
    pub(crate) fn remark(&self) -> String {
        self.moved_by.as_ref().map_or(String::new(), |variable| {
            format!(" (in `{variable}` if that is set)")
        })
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;

    /// An absolute path on this system.
    fn absolute(path: &str) -> OsString {
        let root = if cfg!(windows) { "C:" } else { "" };
        format!("{root}{path}").into()
    }

    fn shown(platform: Platform, places: Places, env: &[(&str, OsString)]) -> Vec<String> {
        let lookup = |name: &str| {
            let found = env.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| value.clone())
        };
        let folders = UserFolders::on(platform, &[places], &lookup);
        let places = places.resolve_on(platform, &folders);
        places.into_iter().map(|place| place.shown).collect()
    }

    const SETTINGS: Places = Places::none(Purpose::Settings).by_convention("tool/a");
    const STATE: Places = Places::none(Purpose::State).by_convention("tool/a");

    #[test]
    fn c19_each_platform_has_its_own_folders() {
        let home = (HOME, absolute("/home/alice"));
        let cases = [
            (Platform::Xdg, "~/.config/tool/a", "~/.local/state/tool/a"),
            (
                Platform::Apple,
                "~/Library/Application Support/tool/a",
                "~/Library/Application Support/tool/a",
            ),
            (
                Platform::Windows,
                "~/AppData/Roaming/tool/a",
                "~/AppData/Local/tool/a",
            ),
        ];
        for (platform, settings, state) in cases {
            let env = std::slice::from_ref(&home);
            assert_eq!(shown(platform, SETTINGS, env), [settings], "{platform:?}");
            assert_eq!(shown(platform, STATE, env), [state], "{platform:?}");
        }
    }

    #[test]
    fn c19_a_variable_moves_the_folder_and_the_default_folder_still_counts() {
        let env = [
            (HOME, absolute("/home/alice")),
            ("XDG_CONFIG_HOME", absolute("/x")),
            ("XDG_STATE_HOME", absolute("/s")),
            ("APPDATA", absolute("/r")),
            ("LOCALAPPDATA", absolute("/l")),
        ];
        let cases = [
            (
                Platform::Xdg,
                SETTINGS,
                &["$XDG_CONFIG_HOME/tool/a", "~/.config/tool/a"][..],
            ),
            (
                Platform::Xdg,
                STATE,
                &["$XDG_STATE_HOME/tool/a", "~/.local/state/tool/a"],
            ),
            (
                Platform::Windows,
                SETTINGS,
                &["%APPDATA%/tool/a", "~/AppData/Roaming/tool/a"],
            ),
            (
                Platform::Windows,
                STATE,
                &["%LOCALAPPDATA%/tool/a", "~/AppData/Local/tool/a"],
            ),
            (
                Platform::Apple,
                SETTINGS,
                &["~/Library/Application Support/tool/a"],
            ),
        ];
        for (platform, places, expected) in cases {
            assert_eq!(shown(platform, places, &env), expected, "{platform:?}");
        }
        // Without a home directory, only the variable names a folder.
        let [_, moved, ..] = &env;
        let found = shown(Platform::Xdg, SETTINGS, std::slice::from_ref(moved));
        assert_eq!(found, ["$XDG_CONFIG_HOME/tool/a"]);
    }

    #[test]
    fn c19_a_relative_or_empty_variable_is_ignored() {
        for value in ["", "relative", "./relative", "~/config"] {
            let env = [
                (HOME, absolute("/home/alice")),
                ("XDG_CONFIG_HOME", value.into()),
                ("APPDATA", value.into()),
            ];
            assert_eq!(
                shown(Platform::Xdg, SETTINGS, &env),
                ["~/.config/tool/a"],
                "{value}"
            );
            let windows = shown(Platform::Windows, SETTINGS, &env);
            assert_eq!(windows, ["~/AppData/Roaming/tool/a"], "{value}");
        }
    }

    #[test]
    fn c19_the_same_path_is_one_place() {
        let places = SETTINGS.in_home(".config/tool/a");
        let home = (HOME, absolute("/home/alice"));
        let variable = ("XDG_CONFIG_HOME", absolute("/home/alice/.config"));
        let found = shown(Platform::Xdg, places, &[home.clone(), variable]);
        assert_eq!(found, ["$XDG_CONFIG_HOME/tool/a"]);
        let found = shown(Platform::Apple, places, &[home]);
        let expected = ["~/Library/Application Support/tool/a", "~/.config/tool/a"];
        assert_eq!(found, expected);
    }

    #[cfg(feature = "schema")]
    #[test]
    fn c19_users_read_the_place_of_their_platform() {
        let places = SETTINGS.in_home(".config/tool/a");
        let described = |platform| places.described_on(platform).unwrap();
        let xdg = described(Platform::Xdg);
        assert_eq!(
            (&*xdg.path, xdg.previous.as_deref()),
            ("~/.config/tool/a", None)
        );
        assert_eq!(xdg.remark(), " (in `$XDG_CONFIG_HOME` if that is set)");
        let apple = described(Platform::Apple);
        assert_eq!(apple.path, "~/Library/Application Support/tool/a");
        assert_eq!(apple.previous.as_deref(), Some("~/.config/tool/a"));
        assert_eq!(apple.remark(), "");
        let windows = described(Platform::Windows);
        assert_eq!(windows.remark(), " (in `%APPDATA%` if that is set)");
        assert_eq!(
            Places::none(Purpose::State).described_on(Platform::Xdg),
            None
        );
    }
}
