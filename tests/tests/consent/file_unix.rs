//! The consent file among links, FIFOs, devices and permissions (fault rows 56 and 57).

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::Path,
    process::Command,
    time::{SystemTime, UNIX_EPOCH},
};

use telemetry_runtime::consent::{Answer, ConsentFile, StoredConsent, WriteError};
use telemetry_tests::scratch::Scratch;

const YES: &str = "[telemetry]\nconsent = \"enabled\"\nprompt_version = \"1.0\"\n";

fn now() -> SystemTime {
    UNIX_EPOCH
}

fn scratch(name: &str) -> Scratch {
    Scratch::new(env!("CARGO_TARGET_TMPDIR"), &format!("consent-file-{name}"))
}

fn mode(path: impl AsRef<Path>) -> u32 {
    fs::symlink_metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn the_file_and_its_folders_are_their_owners_alone() {
    let scratch = scratch("mode");
    let path = scratch.join("a/b/telemetry.toml");
    let file = ConsentFile::new(&path, "1.0");
    file.write(Answer::Yes, now()).unwrap();
    assert_eq!(mode(&path), 0o600);
    assert_eq!(
        (mode(scratch.join("a")), mode(scratch.join("a/b"))),
        (0o700, 0o700)
    );

    fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
    file.write(Answer::No, now()).unwrap();
    assert_eq!(mode(&path), 0o600);
}

#[test]
fn row_66_a_fifo_or_device_in_its_place_is_a_no_never_blocks_and_stays() {
    let scratch = scratch("special");
    let fifo = scratch.join("fifo");
    assert!(
        Command::new("mkfifo")
            .arg(&fifo)
            .status()
            .unwrap()
            .success()
    );
    let link = scratch.join("link");
    symlink(&fifo, &link).unwrap();
    let zero = scratch.join("zero");
    symlink("/dev/zero", &zero).unwrap();
    let circle = scratch.join("circle");
    symlink(&circle, &circle).unwrap();
    for path in [&fifo, &link, &zero, &circle] {
        let file = ConsentFile::new(path, "1.0");
        assert_eq!(file.read(), StoredConsent::Unreadable, "{path:?}");
        let error = file.write(Answer::No, now()).unwrap_err();
        assert!(
            matches!(error, WriteError::Existing(_)),
            "{path:?} {error:?}"
        );
        assert!(!fs::symlink_metadata(path).unwrap().is_file(), "{path:?}");
    }
}

#[test]
fn a_link_is_read_through_and_never_written_through() {
    let scratch = scratch("link");
    let (target, path) = (
        scratch.join("dotfiles.toml"),
        scratch.join("telemetry.toml"),
    );
    fs::write(&target, format!("# mine\n{YES}")).unwrap();
    symlink(&target, &path).unwrap();
    let file = ConsentFile::new(&path, "1.0");
    assert_eq!(file.read().answer(), Some(Answer::Yes));

    file.write(Answer::No, now()).unwrap();
    assert_eq!(
        fs::read_to_string(&target).unwrap(),
        format!("# mine\n{YES}")
    );
    assert!(fs::symlink_metadata(&path).unwrap().is_file());
    assert!(fs::read_to_string(&path).unwrap().starts_with("# mine\n"));
    assert_eq!(file.read().answer(), Some(Answer::No));

    let dangling = ConsentFile::new(scratch.join("dangling"), "1.0");
    symlink(scratch.join("nowhere"), dangling.path()).unwrap();
    assert_eq!(dangling.read(), StoredConsent::Absent);
    dangling.write(Answer::No, now()).unwrap();
    assert!(!scratch.join("nowhere").exists());
    assert_eq!(dangling.read().answer(), Some(Answer::No));
}
