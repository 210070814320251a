//! The audit log: the recorded vectors, eight writers at once, and faults of file systems (fault row
//! 74).

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    io::Write,
    path::Path,
    process::{Child, Command},
};

use serde_json::Value;
use telemetry_runtime::{AuditLog, audit::AuditError};
use telemetry_tests::scratch::{Scratch, make_private};

const WRITER: &str = env!("CARGO_BIN_EXE_audit_writer");

fn scratch(name: &str) -> Scratch {
    Scratch::new(env!("CARGO_TARGET_TMPDIR"), &format!("audit-{name}"))
}

fn section(name: &str) -> Vec<Value> {
    let file: Value = serde_json::from_str(include_str!("../../vectors/audit.json")).unwrap();
    file["sections"][name].as_array().unwrap().clone()
}

/// As Python's `json.dumps` writes the flat objects of the vectors: the log keeps any bytes it is
/// given.
fn python_json(object: &Value) -> String {
    let entries = object.as_object().unwrap().iter();
    let entries = entries.map(|(key, value)| format!("\"{key}\": {}", ascii(&value.to_string())));
    format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
}

fn ascii(text: &str) -> String {
    let escape = |c: char| match c.is_ascii() {
        true => c.to_string(),
        false => format!("\\u{:04x}", u32::from(c)),
    };
    text.chars().map(escape).collect()
}

/// Names and contents of a folder; `null` for a folder in it, as in the vectors.
fn files(folder: &Path) -> Value {
    let Ok(entries) = fs::read_dir(folder) else {
        return Value::Object(serde_json::Map::new());
    };
    let entries = entries.map(|entry| {
        let entry = entry.unwrap();
        let contents = fs::read_to_string(entry.path()).map_or(Value::Null, Value::from);
        (entry.file_name().into_string().unwrap(), contents)
    });
    Value::Object(entries.collect())
}

/// The files of a vector. The original appends to a text without a line break, ours ends it first.
fn with_ended_text(files: &Value, initial: &Value) -> Value {
    let mut files = files.clone();
    let Some(initial) = initial
        .as_str()
        .filter(|text| !matches!(text.chars().last(), None | Some('\n')))
    else {
        return files;
    };
    for text in files.as_object_mut().unwrap().values_mut() {
        let joined = text.as_str().and_then(|text| text.strip_prefix(initial));
        if let Some(lines) = joined.filter(|lines| !lines.is_empty()) {
            *text = format!("{initial}\n{lines}").into();
        }
    }
    files
}

#[test]
fn the_files_after_each_line_are_those_of_the_original() {
    let vectors = section("audit_file");
    for vector in &vectors {
        let (id, case) = (&vector["id"], vector["case"].as_str().unwrap());
        let scratch = scratch(&format!("vector-{case}"));
        let folder = scratch.join("nemoguardrails");
        let name = vector["file_name"].as_str().unwrap();
        let path = folder.join(name);
        // The original's name of the backup replaces the last suffix; ours is `<name>.1` unless the
        // product sets another. They are the same for every file that a product has.
        let backup = path.with_extension("json.1");
        let cap = vector["max_bytes"].as_u64().unwrap();
        let mut log = AuditLog::new(&path).cap(cap);
        if !name.ends_with(".json") {
            log = log.backup(&backup);
        }

        for (file, initial) in [(&path, "initial"), (&backup, "initial_backup")] {
            if let Some(text) = vector[initial].as_str() {
                fs::create_dir_all(&folder).unwrap();
                fs::write(file, text).unwrap();
                make_private(&folder);
                make_private(file);
            }
        }
        if case == "parent_is_a_file" {
            fs::write(&folder, "").unwrap();
        }
        let writes = vector["writes"].as_array().unwrap();
        let expected = vector["files_after_each_write"].as_array().unwrap();
        let mut failed = 0;
        for (write, expected) in writes.iter().zip(expected) {
            failed += u64::from(log.append(python_json(write).as_bytes()).is_err());
            let expected = with_ended_text(expected, &vector["initial"]);
            assert_eq!(files(&folder), expected, "{id} {case}");
        }
        assert_eq!(failed > 0, case == "parent_is_a_file", "{id} {case}");
        let lines = u64::try_from(writes.len()).unwrap();
        assert_eq!(
            (log.written(), log.not_written()),
            (lines - failed, failed),
            "{id}"
        );
    }
    println!("{} vectors", vectors.len());
}

#[test]
fn the_default_cap_is_10_mib_and_one_byte_more_rotates() {
    for vector in section("audit_rotation_default_cap") {
        let id = vector["id"].as_str().unwrap();
        let scratch = scratch(&id.replace('/', "-"));
        let path = scratch.join("usage_stats.json");
        let before = vector["size_before"].as_u64().unwrap();
        let file = File::create(&path).unwrap();
        make_private(&path);
        // The original's file has no line break at its end.
        file.set_len(before - 1).unwrap();
        fs::OpenOptions::new()
            .append(true)
            .open(&path)
            .unwrap()
            .write_all(b"\n")
            .unwrap();
        AuditLog::new(&path)
            .append(python_json(&vector["write"]).as_bytes())
            .unwrap();
        let size = |path| fs::metadata(path).ok().map(|found| found.len());
        assert_eq!(size(path), vector["size_after"].as_u64(), "{id}");
        let backup = size(scratch.join("usage_stats.json.1"));
        assert_eq!(backup, vector["backup_size"].as_u64(), "{id}");
        assert_eq!(
            backup.is_some(),
            vector["rotated"].as_bool().unwrap(),
            "{id}"
        );
    }
}

const WRITERS: usize = 8;

/// Lets eight processes write that many lines each; returns, for each writer, its line numbers in
/// the order of backup and log.
fn crowd(scratch: &Scratch, cap: u64, lines: u64) -> BTreeMap<String, Vec<u64>> {
    let path = scratch.join("usage_stats.json");
    let start = |name: usize| {
        Command::new(WRITER)
            .arg(&path)
            .args([cap, u64::try_from(name).unwrap(), lines].map(|number| number.to_string()))
            .spawn()
            .unwrap()
    };
    let writers: Vec<Child> = (0..WRITERS).map(start).collect();
    for mut writer in writers {
        assert!(writer.wait().unwrap().success());
    }
    let backup = fs::read_to_string(scratch.join("usage_stats.json.1")).unwrap();
    let text = backup + &fs::read_to_string(path).unwrap();
    assert!(text.ends_with('\n'));
    let mut found: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for line in text.lines() {
        let line: Value = serde_json::from_str(line).expect("every line is whole");
        assert_eq!(line["padding"].as_str().unwrap().len(), 40);
        let writer = line["writer"].as_str().unwrap().to_owned();
        found
            .entry(writer)
            .or_default()
            .push(line["number"].as_u64().unwrap());
    }
    found
}

#[test]
fn row_74_eight_writers_and_a_rotation_lose_split_and_repeat_no_line() {
    let scratch = scratch("crowd");
    // About 85 bytes a line, 680 kB in all: one rotation, so the two files hold everything.
    let found = crowd(&scratch, 400_000, 1000);
    assert_eq!(found.len(), WRITERS);
    for (writer, numbers) in found {
        assert!(numbers.iter().copied().eq(0..1000), "{writer}: {numbers:?}");
    }
}

#[test]
fn row_74_eight_writers_and_many_rotations_keep_the_latest_lines_without_a_gap() {
    let scratch = scratch("crowd-small-cap");
    let found = crowd(&scratch, 4000, 500);
    let names: BTreeSet<&String> = found.keys().collect();
    assert!(!names.is_empty());
    let mut kept = 0;
    for (writer, numbers) in &found {
        let first = numbers[0];
        assert!(
            numbers.iter().copied().eq(first..500),
            "{writer}: {numbers:?}"
        );
        kept += numbers.len();
    }
    // Two files of at least 4000 bytes, or one and a part of another.
    assert!((40..200).contains(&kept), "{kept}");
}

#[test]
fn a_log_that_is_moved_away_or_removed_starts_anew() {
    let scratch = scratch("moved");
    let path = scratch.join("usage_stats.json");
    let log = AuditLog::new(&path);
    log.append(b"{\"a\":1}").unwrap();
    fs::rename(&path, scratch.join("mine")).unwrap();
    log.append(b"{\"a\":2}").unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "{\"a\":2}\n");
    log.remove().unwrap();
    log.remove().unwrap();
    assert!(!path.exists());
    log.append(b"{\"a\":3}").unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "{\"a\":3}\n");
}

#[test]
fn a_writer_that_keeps_the_lock_costs_lines_and_never_the_host() {
    let scratch = scratch("held");
    let path = scratch.join("usage_stats.json");
    let log = AuditLog::new(&path);
    log.append(b"{}").unwrap();
    let holder = File::open(&path).unwrap();
    holder.lock().unwrap();
    assert_eq!(log.append(b"{\"lost\":1}"), Err(AuditError::Busy));
    holder.unlock().unwrap();
    log.append(b"{\"kept\":1}").unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "{}\n{\"kept\":1}\n");
    assert_eq!((log.written(), log.not_written()), (2, 1));
}

#[test]
fn a_text_of_two_lines_is_rejected() {
    let scratch = scratch("two-lines");
    let log = AuditLog::new(scratch.join("usage_stats.json"));
    assert_eq!(log.append(b"{\n}"), Err(AuditError::NotOneLine));
    assert_eq!(log.not_written(), 1);
    assert!(!log.path().exists());
}

#[test]
fn row_74_an_unwritable_log_is_counted() {
    let scratch = scratch("unwritable");
    fs::write(scratch.join("file"), "").unwrap();
    fs::create_dir(scratch.join("folder")).unwrap();
    for name in ["file", "folder"] {
        make_private(&scratch.join(name));
    }
    let mut places = vec![scratch.join("file/usage.json"), scratch.join("folder")];
    if cfg!(target_os = "linux") {
        places.push("/proc/telemetry-tests/usage.json".into());
    }
    for place in places {
        let log = AuditLog::new(&place);
        let error = log.append(b"{}").unwrap_err();
        assert!(
            matches!(error, AuditError::Unwritable(_)),
            "{place:?}: {error}"
        );
        assert_eq!((log.written(), log.not_written()), (0, 1));
    }
    // A folder in the place of the backup: the log does not grow beyond its cap.
    let path = scratch.join("usage.json");
    fs::create_dir(scratch.join("usage.json.1")).unwrap();
    let log = AuditLog::new(&path).cap(0);
    log.append(b"{}").unwrap();
    assert!(log.append(b"{}").is_err());
    assert_eq!(fs::read_to_string(&path).unwrap(), "{}\n");
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn the_log_and_its_folders_are_their_owners_alone() {
        let scratch = scratch("mode");
        let path = scratch.join("a/b/usage_stats.json");
        let log = AuditLog::new(&path).cap(0);
        for line in [b"{\"a\":1}", b"{\"a\":2}"] {
            log.append(line).unwrap();
        }
        let mode = |name: &str| {
            let found = fs::metadata(scratch.join(name)).unwrap();
            found.permissions().mode() & 0o777
        };
        assert_eq!(mode("a/b/usage_stats.json"), 0o600);
        assert_eq!(mode("a/b/usage_stats.json.1"), 0o600);
        assert_eq!((mode("a"), mode("a/b")), (0o700, 0o700));
    }

    #[test]
    fn no_link_is_followed_and_no_fifo_or_device_written() {
        let scratch = scratch("links");
        let target = scratch.join("target");
        fs::write(&target, "mine").unwrap();
        symlink(&target, scratch.join("link")).unwrap();
        symlink(scratch.join("nowhere"), scratch.join("dangling")).unwrap();
        symlink("/dev/null", scratch.join("device")).unwrap();
        let fifo = scratch.join("fifo");
        assert!(
            Command::new("mkfifo")
                .arg(&fifo)
                .status()
                .unwrap()
                .success()
        );
        // The FIFO has a reader, so it could be opened.
        let reader = fs::OpenOptions::new()
            .read(true)
            .write(true)
            .open(&fifo)
            .unwrap();
        for name in ["link", "dangling", "device", "fifo"] {
            let log = AuditLog::new(scratch.join(name));
            let error = log.append(b"{}").unwrap_err();
            assert!(
                matches!(error, AuditError::Unwritable(_)),
                "{name}: {error}"
            );
        }
        assert!(AuditLog::new("/dev/null").append(b"{}").is_err());
        drop(reader);
        assert_eq!(fs::read_to_string(&target).unwrap(), "mine");
        assert!(!scratch.join("nowhere").exists());
    }

    /// Beyond this limit the system ends a process that writes on, unless it handles the signal.
    #[cfg(target_os = "linux")]
    #[test]
    fn row_74_a_limit_on_the_size_of_files_costs_lines_and_never_the_host() {
        let scratch = scratch("limit");
        let path = scratch.join("usage_stats.json");
        let status = Command::new("sh")
            .args(["-c", "ulimit -f 1; exec \"$@\"", "sh", WRITER])
            .arg(&path)
            .args(["1000000", "w", "100"])
            .status()
            .unwrap();
        assert_eq!(status.code(), Some(1), "not written, and the host lives");
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.len() > 400 && text.ends_with("}\n"), "{text}");
    }

    /// A limit on the size of files that is set later replaces the full disk: a line fits only in
    /// part.
    #[cfg(target_os = "linux")]
    #[test]
    fn on_a_full_disk_no_part_of_a_line_stays() {
        let scratch = scratch("full");
        let path = scratch.join("usage_stats.json");
        let status = Command::new("sh")
            .args(["-c", "trap '' XFSZ; exec \"$@\"", "sh", WRITER])
            .arg(&path)
            .args(["1000000", "w", "100", "1000"])
            .status()
            .unwrap();
        assert_eq!(status.code(), Some(1), "not written, and the host lives");
        let text = fs::read_to_string(&path).unwrap();
        let whole = text
            .lines()
            .filter(|line| serde_json::from_str::<Value>(line).is_ok());
        assert_eq!(whole.count(), text.lines().count(), "{text}");
        assert!(text.ends_with("}\n") && text.lines().count() < 20, "{text}");
        // There is space again.
        AuditLog::new(&path).append(b"{}").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), text + "{}\n");
    }
}
