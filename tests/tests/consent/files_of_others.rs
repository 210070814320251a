//! Faults of the consent file that were found in use: names that are taken, owners and mounts.

use std::{
    fs,
    os::unix::fs::{PermissionsExt, chown},
    path::Path,
    process::Command,
    time::SystemTime,
};

use telemetry_runtime::consent::{Answer, ConsentFile, StoredConsent, WriteError};
use telemetry_tests::scratch::Scratch;

const WRITER: &str = env!("CARGO_BIN_EXE_consent_writer");

fn scratch(name: &str) -> Scratch {
    Scratch::new(
        env!("CARGO_TARGET_TMPDIR"),
        &format!("consent-of-others-{name}"),
    )
}

#[track_caller]
fn store(file: &ConsentFile, answer: Answer) {
    file.write(answer, SystemTime::now()).unwrap();
    assert_eq!(file.read().answer(), Some(answer));
}

#[test]
fn s13_files_and_folders_with_similar_names_are_kept_and_a_no_is_stored() {
    let scratch = scratch("names");
    let path = scratch.join("telemetry.toml");
    let file = ConsentFile::new(&path, "1.0");
    let notes = scratch.join("telemetry.toml.my-notes.tmp");
    fs::write(&notes, "mine").unwrap();
    let replaced = scratch.join("telemetry.toml.replaced");
    fs::create_dir(&replaced).unwrap();
    fs::write(replaced.join("mine"), "mine").unwrap();
    let first = scratch.join("telemetry.toml.replaced.1");
    fs::write(&first, "mine too").unwrap();

    for answer in [Answer::No, Answer::Yes] {
        fs::write(&path, "not = [toml").unwrap();
        store(&file, answer);
    }
    assert_eq!(fs::read_to_string(&notes).unwrap(), "mine");
    assert_eq!(fs::read_to_string(replaced.join("mine")).unwrap(), "mine");
    assert_eq!(fs::read_to_string(&first).unwrap(), "mine too");
    let second = scratch.join("telemetry.toml.replaced.2");
    assert_eq!(fs::read_to_string(second).unwrap(), "not = [toml");
    // The same text is preserved once.
    assert!(!scratch.join("telemetry.toml.replaced.3").exists());

    // All names are taken.
    for number in 2..10 {
        let name = scratch.join(format!("telemetry.toml.replaced.{number}"));
        let _ = fs::remove_file(&name);
        fs::create_dir(name).unwrap();
    }
    fs::write(&path, "other = [toml").unwrap();
    store(&file, Answer::No);
    let preserved = fs::read_dir(scratch.path()).unwrap().any(|entry| {
        fs::read_to_string(entry.unwrap().path()).is_ok_and(|text| text == "other = [toml")
    });
    assert!(preserved);
}

#[test]
fn s14_root_stores_no_answer_in_the_home_of_another_user() {
    let scratch = scratch("home");
    let home = scratch.join("home");
    fs::create_dir(&home).unwrap();
    if chown(&home, Some(12345), Some(12345)).is_err() {
        println!("not tested: only root can give a folder to another user");
        return;
    }
    for name in ["telemetry.toml", ".config/tool/telemetry.toml"] {
        let file = ConsentFile::new(home.join(name), "1.0");
        let error = file.write(Answer::No, SystemTime::now()).unwrap_err();
        assert!(matches!(error, WriteError::Folder(_)), "{error:?}");
    }
    assert_eq!(fs::read_dir(&home).unwrap().count(), 0);
}

#[cfg(target_os = "linux")]
#[test]
fn c8_an_answer_is_stored_in_a_file_that_is_a_mount_of_its_own() {
    let probe = Command::new("unshare").args(["-m", "true"]).status();
    if !probe.is_ok_and(|status| status.success()) {
        println!("not tested: mounts need a permission");
        return;
    }
    let scratch = scratch("mount");
    let (source, folder) = (scratch.join("source.toml"), scratch.join("folder"));
    let path = folder.join("telemetry.toml");
    fs::create_dir(&folder).unwrap();
    fs::write(&path, "").unwrap();
    let file = ConsentFile::new(&source, "1.0");
    // The second folder is a mount that is read-only, as in a container.
    for read_only in ["true", "mount --bind -r \"$3\" \"$3\""] {
        for (times, stored) in [("1", Answer::Yes), ("2", Answer::No)] {
            fs::write(&source, "# mine\n[other]\nkey = 1\n").unwrap();
            let script = format!(
                "{read_only} && mount --bind \"$1\" \"$2\" && exec \"$4\" \"$2\" {times} >/dev/null"
            );
            let status = Command::new("unshare")
                .args(["-m", "sh", "-c", &script, "sh"])
                .args([&source, &path, &folder, Path::new(WRITER)])
                .status()
                .unwrap();
            assert!(status.success(), "{read_only}: {status}");
            assert_eq!(file.read().answer(), Some(stored), "{read_only}");
            let text = fs::read_to_string(&source).unwrap();
            assert!(text.starts_with("# mine\n[other]\nkey = 1\n"), "{text}");
            assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "{read_only}");
        }
    }
}

#[test]
fn c8_a_file_that_is_written_in_place_is_never_a_part_of_a_yes() {
    let scratch = scratch("in-place");
    let path = scratch.join("telemetry.toml");
    let file = ConsentFile::new(&path, "1.0");
    store(&file, Answer::Yes);
    let text = fs::read_to_string(&path).unwrap();
    // A write in place that is interrupted leaves a start of the text.
    for end in 0..text.trim_end().len() {
        fs::write(&path, &text[..end]).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        let stored = file.read();
        assert!(
            !matches!(stored, StoredConsent::Yes { .. }),
            "{:?}",
            &text[..end]
        );
    }
}
