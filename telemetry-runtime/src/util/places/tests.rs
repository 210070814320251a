use std::ffi::OsString;

use super::*;

/// An absolute path on this system.
fn absolute(path: &str) -> OsString {
    let root = if HOME == "USERPROFILE" { "C:" } else { "" };
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
