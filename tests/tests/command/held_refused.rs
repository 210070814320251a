//! A folder for events that is not used: the product works as without it, and `status` says why.

use std::{
    fs,
    os::unix::fs::{PermissionsExt, chown, symlink},
    path::Path,
};

use telemetry_runtime::{Client, Disclosure, Durability, TelemetryCommand, testing::Collector};
use telemetry_tests::{client::PATIENCE, scratch::Scratch};

use super::{
    held::{builder, event, files, folder, held_on_disk},
    support::{HELD, command, scratch, typed},
};

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// The client of this user records and delivers, and nothing is stored.
fn delivers_from_memory(home: &Scratch) {
    let collector = Collector::start().unwrap();
    let client = builder(home.path(), collector.url()).build();
    let accepted = client.try_record(&event("1")).unwrap();
    assert!(!accepted.is_durable());
    assert!(client.flush(PATIENCE).is_complete());
    assert_eq!(client.health().delivered(), 1);
    assert!(client.shutdown(PATIENCE).is_complete());
}

/// The reason that `status` shows, as text and for scripts.
fn reason(home: &Scratch) -> String {
    let reason = held_on_disk(home)["folders"][0]["problem"].clone();
    let reason = reason.as_str().unwrap_or_default().to_owned();
    let tool = command(&HELD, home.path()).width(100);
    let text = typed(&tool, &["status"]).out;
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let row = format!("not used {reason}; events are held only in memory");
    assert_eq!(
        words(&text).contains(&words(&row)),
        !reason.is_empty(),
        "{text}"
    );
    reason
}

/// `purge` and `disable` name the folder and the remedy; `disable` stores the answer.
fn purge_fails(home: &Scratch, why: &str) {
    let path = folder(home);
    let path = path.to_str().unwrap();
    for word in ["purge", "disable"] {
        let answered = typed(&command(&HELD, home.path()), &[word]);
        assert_eq!((answered.code, &*answered.out), (1, ""), "{word}");
        let said: Vec<_> = answered.err.split_whitespace().collect();
        let said = said.join(" ");
        let expected = format!(
            "The held events in {path} could not be removed: {why}. Remove this folder, or its files \
             whose names begin with v1-."
        );
        assert!(said.contains(&expected), "{word}: {said}");
    }
    let marker = home.join(".config/held/do_not_track");
    assert!(marker.exists(), "the answer is stored");
    fs::remove_file(marker).unwrap();
}

#[test]
fn row_57_a_folder_that_is_a_link_or_open_to_others_is_not_used_and_status_says_why() {
    let home = scratch("held-refused");
    delivers_from_memory_after(&home, |path| {
        let elsewhere = home.join("elsewhere");
        fs::create_dir(&elsewhere).unwrap();
        symlink(&elsewhere, path).unwrap();
        "it is a link"
    });
    assert_eq!(fs::read_dir(home.join("elsewhere")).unwrap().count(), 0);
    fs::remove_file(folder(&home)).unwrap();
    for bits in [0o770, 0o707, 0o777] {
        delivers_from_memory_after(&home, |path| {
            fs::create_dir(path).unwrap();
            mode(path, bits);
            "it belongs to another user, or other users can write to it"
        });
        assert!(files(&home).is_empty());
        fs::remove_dir(folder(&home)).unwrap();
    }
    delivers_from_memory_after(&home, |path| {
        fs::create_dir(path).unwrap();
        mode(path.parent().unwrap(), 0o777);
        "the folder that contains it belongs to another user, or other users can write to it"
    });
    mode(folder(&home).parent().unwrap(), 0o700);
    fs::remove_dir(folder(&home)).unwrap();
    delivers_from_memory_after(&home, |path| {
        fs::write(path, "").unwrap();
        "it is not a folder"
    });
}

fn delivers_from_memory_after(home: &Scratch, change: impl FnOnce(&Path) -> &'static str) {
    let path = folder(home);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    mode(path.parent().unwrap(), 0o700);
    let why = change(&path);
    delivers_from_memory(home);
    assert_eq!(reason(home), why);
    purge_fails(home, why);
}

#[test]
fn row_57_a_folder_of_another_user_is_not_used_and_status_says_why() {
    let home = scratch("held-foreign");
    fs::create_dir_all(folder(&home)).unwrap();
    mode(folder(&home).parent().unwrap(), 0o700);
    if chown(folder(&home), Some(12345), Some(12345)).is_err() {
        println!("not tested: only root can give a folder to another user");
        return;
    }
    delivers_from_memory(&home);
    let why = "it belongs to another user, or other users can write to it";
    assert_eq!(reason(&home), why);
    purge_fails(&home, why);
}

#[test]
fn row_56_without_a_home_directory_events_are_in_memory_and_status_says_so() {
    let collector = Collector::start().unwrap();
    let client = Client::builder(&HELD)
        .env(|_| None)
        .durability(Durability::Process)
        .endpoint(collector.url())
        .build();
    let accepted = client.try_record(&event("1")).unwrap();
    assert!(!accepted.is_durable());
    assert!(client.flush(PATIENCE).is_complete());
    assert_eq!(client.health().delivered(), 1);
    let tool = TelemetryCommand::new(Disclosure::new(&HELD)).env(|_| None);
    let text = typed(&tool.width(100), &["status"]).out;
    let row = "held on disk nothing; there is no home directory for files of events\n";
    assert!(text.contains(row), "{text}");
    let tool = TelemetryCommand::new(Disclosure::new(&HELD)).env(|_| None);
    assert_eq!(typed(&tool, &["purge"]).code, 0);
    let status = typed(&tool, &["status", "--json"]).json();
    assert_eq!(status["heldOnDisk"]["folders"].as_array().unwrap().len(), 0);
}

#[test]
fn row_56_where_no_folder_can_be_created_events_are_in_memory_and_status_says_why() {
    // Below a file.
    let home = scratch("held-no-folder");
    let state = folder(&home);
    let state = state.parent().unwrap().parent().unwrap();
    fs::create_dir_all(state.parent().unwrap()).unwrap();
    fs::write(state, "").unwrap();
    delivers_from_memory(&home);
    assert_eq!(
        reason(&home),
        format!("{} is not a folder", state.display())
    );
    assert_eq!(typed(&command(&HELD, home.path()), &["purge"]).code, 0);

    // In a home of another user.
    let home = scratch("held-foreign-home");
    if chown(home.path(), Some(12345), Some(12345)).is_ok() {
        delivers_from_memory(&home);
        let why = format!("{} belongs to another user", home.path().display());
        assert_eq!(reason(&home), why);
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
    }
}

/// Not even root can create a file in a folder of the kernel.
#[cfg(target_os = "linux")]
#[test]
fn row_56_a_state_folder_without_write_permission_leaves_events_in_memory() {
    let lookup = |name: &str| (name == "XDG_STATE_HOME").then(|| "/proc/sys".into());
    let collector = Collector::start().unwrap();
    let client = Client::builder(&HELD).env(lookup);
    let client = client
        .durability(Durability::Process)
        .endpoint(collector.url())
        .build();
    assert!(!client.try_record(&event("1")).unwrap().is_durable());
    assert!(client.flush(PATIENCE).is_complete());
    assert_eq!(client.health().delivered(), 1);
    let tool = TelemetryCommand::new(Disclosure::new(&HELD)).env(lookup);
    let status = typed(&tool, &["status", "--json"]).json();
    let problem = status["heldOnDisk"]["folders"][0]["problem"].clone();
    let problem = problem.as_str().unwrap();
    let expected = "no folder can be created in /proc/sys: ";
    assert!(problem.starts_with(expected), "{problem}");
    assert_eq!(typed(&tool, &["purge"]).code, 0);
}

#[test]
fn row_58_files_that_the_user_changes_while_a_client_runs_are_reported() {
    let home = scratch("held-changed");
    let endpoint = telemetry_runtime::testing::UnreachableEndpoint::refusing().unwrap();
    let client = builder(home.path(), endpoint.url()).build();
    assert!(client.try_record(&event("1")).unwrap().is_durable());
    let [file] = &files(&home)[..] else {
        panic!("one file")
    };
    mode(file, 0o666);
    let status = held_on_disk(&home)["folders"][0].clone();
    assert_eq!(status["events"], 0);
    let damaged = status["damaged"][0].as_str().unwrap();
    assert!(
        damaged.ends_with("other users can write to it"),
        "{damaged}"
    );
    fs::remove_file(file).unwrap();
    assert_eq!(held_on_disk(&home)["folders"][0]["files"], 0);
    // The client still holds the event, and its calls work as before.
    assert!(client.try_record(&event("2")).is_ok());
    assert_eq!(client.health().held(), 2);
    let _ = client.shutdown(std::time::Duration::ZERO);
}
