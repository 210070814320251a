//! The subcommand on a machine whose administrator rules telemetry.

use std::fs;

use telemetry_runtime::Disclosure;

use super::support::{CONSENT, RULED, TOOL, command, scratch, typed};

#[test]
fn a3_the_administrators_file_is_shown_and_no_answer_overrides_it() {
    let scratch = scratch("administrator");
    let tool = command(&RULED, scratch.path()).width(100);
    let status = || typed(&tool, &["status"]).out;
    let shown = |path: &str, state: &str| {
        let path = scratch.join(path).display().to_string();
        let words: Vec<_> = status().split_whitespace().map(str::to_owned).collect();
        let words = words.join(" ");
        assert!(
            words.contains(&format!("admin file {path} ({state})")),
            "{words}"
        );
    };
    let (of_family, own) = (
        "etc/example/telemetry.toml",
        "etc/example/tool/telemetry.toml",
    );
    shown(of_family, "absent");
    shown(own, "absent");
    assert_eq!(typed(&tool, &["enable"]).code, 0);
    fs::create_dir_all(scratch.join("etc/example/tool")).unwrap();
    fs::write(scratch.join(own), "telemetry = \"user\"\n").unwrap();
    shown(own, "the users decide");
    assert!(status().starts_with("Telemetry of Tool is on: you agreed to telemetry\n"));

    fs::write(scratch.join(of_family), "telemetry = \"off\"\n").unwrap();
    shown(of_family, "forbids telemetry");
    let path = if cfg!(windows) {
        "%ProgramData%\\example\\telemetry.toml"
    } else {
        "/etc/example/telemetry.toml"
    };
    let reason = format!("the administrator's file {path} forbids telemetry");
    let json = typed(&tool, &["status", "--json"]).json();
    assert_eq!(
        (&json["on"], &json["source"]),
        (&false.into(), &"administrator_file".into())
    );
    assert_eq!(json["reason"], format!("off: {reason}"));
    let files = json["administrator"].as_array().unwrap();
    let forbids: Vec<_> = files.iter().map(|file| &file["forbids"]).collect();
    assert_eq!(forbids, [false, true]);
    assert_eq!(
        files[1]["path"],
        scratch.join(of_family).display().to_string()
    );

    let before = fs::read(scratch.join(CONSENT)).unwrap();
    let refused = typed(&tool, &["enable"]);
    assert_eq!((refused.code, refused.out.as_str()), (3, ""));
    assert_eq!(
        refused.err.split_whitespace().collect::<Vec<_>>().join(" "),
        format!(
            "Telemetry was not enabled and no answer was stored: {reason}. Only an administrator of this \
             machine can change it."
        )
    );
    assert_eq!(fs::read(scratch.join(CONSENT)).unwrap(), before);
    // To refuse is always possible.
    let answered = typed(&tool, &["disable"]);
    assert_eq!(answered.code, 0);
    assert!(answered.out.contains(&reason), "{}", answered.out);
    fs::remove_file(scratch.join(of_family)).unwrap();
    assert!(status().starts_with("Telemetry of Tool is off: you declined telemetry\n"));
    // The files are not the product's to remove.
    assert_eq!(typed(&tool, &["purge", "--all"]).code, 0);
    assert!(scratch.join(own).exists());
    let page = Disclosure::new(&RULED).text(usize::MAX);
    for file in [
        "/etc/example/tool/telemetry.toml (on Windows %ProgramData%\\example\\tool\\telemetry.toml)",
        "/etc/example/telemetry.toml (on Windows %ProgramData%\\example\\telemetry.toml)",
    ] {
        assert!(page.contains(file), "{page}");
    }
    assert!(!Disclosure::new(&TOOL).text(usize::MAX).contains("/etc"));
}
