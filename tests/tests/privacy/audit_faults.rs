//! Faults of the audit log that were found in use: killed writers, locks, owners, roots and mounts.

#![cfg(unix)]

use std::{
    fs::{self, File},
    io::Read,
    os::unix::fs::{PermissionsExt, chown},
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

use serde_json::Value;
use telemetry_runtime::{
    AuditLog, Client, Product, TelemetryEvent, audit::AuditError, transport::NullTransport,
};
use telemetry_tests::scratch::{Scratch, make_private};

const HOST: &str = env!("CARGO_BIN_EXE_audit_host");
const WRITER: &str = env!("CARGO_BIN_EXE_audit_writer");

static TOOL: Product = Product::new("tool").default_on(true);

/// One event.
#[derive(TelemetryEvent)]
#[event(name = "one", schema = "1.0")]
struct One {
    /// A number.
    number: i64,
}

fn scratch(name: &str) -> Scratch {
    Scratch::new(env!("CARGO_TARGET_TMPDIR"), &format!("audit-fault-{name}"))
}

/// The lines, each of which is a whole JSON object.
#[track_caller]
fn whole_lines(path: &Path) -> usize {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.ends_with('\n'));
    for line in text.lines() {
        let value: Result<Value, _> = serde_json::from_str(line);
        let start: String = line.chars().take(60).collect();
        assert!(value.is_ok_and(|value| value.is_object()), "{start}");
    }
    text.lines().count()
}

fn chown_to_other(path: &Path) -> bool {
    let changed = chown(path, Some(12345), Some(12345)).is_ok();
    if !changed {
        println!("not tested: only root can give a file to another user");
    }
    changed
}

fn has_mounts() -> bool {
    let status = Command::new("unshare").args(["-m", "true"]).status();
    let works = status.is_ok_and(|status| status.success());
    if !works {
        println!("not tested: mounts need a permission");
    }
    works
}

#[test]
fn s4_after_a_kill_in_its_write_the_next_line_is_whole() {
    let scratch = scratch("kill");
    for (round, bytes) in [300, 20_000, 300_000]
        .into_iter()
        .cycle()
        .take(60)
        .enumerate()
    {
        let path = scratch.join(format!("usage-{round}.json"));
        let mut writer = Command::new(HOST)
            .args(["lines", path.to_str().unwrap(), &bytes.to_string()])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut progress = vec![0; 1 + round % 5];
        writer
            .stdout
            .take()
            .unwrap()
            .read_exact(&mut progress)
            .unwrap();
        writer.kill().unwrap();
        writer.wait().unwrap();
        AuditLog::new(&path).append(b"{\"after\":1}").unwrap();
        assert!(whole_lines(&path) > progress.len());
        assert!(
            fs::read_to_string(&path)
                .unwrap()
                .ends_with("\n{\"after\":1}\n")
        );
        fs::remove_file(&path).unwrap();
    }
}

#[test]
fn s4_any_start_of_a_line_is_cut_and_other_text_is_ended() {
    let scratch = scratch("torn");
    let path = scratch.join("usage.json");
    let log = AuditLog::new(&path);
    let long = format!("{{\"a\":\"{}\",\"b\":{{\"c\":\"}}\"}}}}", "x".repeat(9000));
    for end in (1..long.len()).step_by(97).chain([1, 2, long.len() - 1]) {
        for before in ["", "{\"first\":1}\n"] {
            fs::write(&path, format!("{before}{}", &long[..end])).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
            log.append(b"{}").unwrap();
            assert_eq!(
                fs::read_to_string(&path).unwrap(),
                format!("{before}{{}}\n")
            );
        }
    }
    for kept in [long.as_str(), "my own note", "[1,"] {
        fs::write(&path, kept).unwrap();
        log.append(b"{}").unwrap();
        assert_eq!(
            fs::read_to_string(&path).unwrap(),
            format!("{kept}\n{{}}\n")
        );
    }
}

/// A wait for each line would take 5 s: 1000 lines of 5 ms.
#[test]
fn s5_while_another_process_holds_the_log_events_are_sent_and_lines_are_counted() {
    let scratch = scratch("held");
    let path = scratch.join("usage.json");
    let log = Arc::new(AuditLog::new(&path));
    log.append(b"{}").unwrap();
    let holder = File::open(&path).unwrap();
    holder.lock().unwrap();
    let telemetry = Client::builder(&TOOL)
        .env(|_| None)
        .transport(NullTransport)
        .exit_budget(Duration::from_secs(3))
        .audit(Arc::clone(&log))
        .build();
    for number in 0..1000 {
        telemetry.record(&One::builder().number(number).build());
    }
    let client = telemetry.client().clone();
    drop(telemetry);
    let health = client.health();
    assert_eq!((health.accepted(), health.delivered()), (1000, 1000));
    assert_eq!((log.written(), log.not_written()), (1, 1000));
    drop(holder);
    log.append(b"{}").unwrap();
    assert_eq!(whole_lines(&path), 2);
}

#[test]
fn s14_a_log_that_others_can_write_to_is_refused_and_counted() {
    let scratch = scratch("writable");
    let mode = |path: &Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    let path = scratch.join("folder/usage.json");
    let folder = path.parent().unwrap();
    let log = AuditLog::new(&path);
    log.append(b"{}").unwrap();
    for bits in [0o620, 0o602, 0o666] {
        mode(&path, bits);
        assert_eq!(log.append(b"{}"), Err(AuditError::NotPrivate), "{bits:o}");
    }
    mode(&path, 0o644);
    for bits in [0o770, 0o707, 0o777] {
        mode(folder, bits);
        assert_eq!(log.append(b"{}"), Err(AuditError::NotPrivate), "{bits:o}");
    }
    assert_eq!(log.not_written(), 6);
    // In a folder with the sticky bit, others cannot replace the file.
    for bits in [0o1777, 0o755] {
        mode(folder, bits);
        log.append(b"{}").unwrap();
    }
    assert_eq!(whole_lines(&path), 3);
}

#[test]
fn s14_a_log_of_another_user_is_refused() {
    let scratch = scratch("owner");
    let path = scratch.join("folder/usage.json");
    let log = AuditLog::new(&path);
    log.append(b"{}").unwrap();
    if !chown_to_other(&path) {
        return;
    }
    assert_eq!(log.append(b"{}"), Err(AuditError::NotPrivate));
    chown(&path, Some(0), Some(0)).unwrap();
    log.append(b"{}").unwrap();
    assert!(chown_to_other(path.parent().unwrap()));
    assert_eq!(log.append(b"{}"), Err(AuditError::NotPrivate));
    assert_eq!(whole_lines(&path), 2);
}

#[test]
fn s14_root_creates_no_log_in_the_home_of_another_user() {
    let scratch = scratch("home");
    let home = scratch.join("home");
    fs::create_dir(&home).unwrap();
    if !chown_to_other(&home) {
        return;
    }
    // A folder that root left there earlier does not make the home root's.
    fs::create_dir(home.join("of-root")).unwrap();
    for name in [
        "usage.json",
        ".config/tool/usage.json",
        "of-root/usage.json",
    ] {
        let log = AuditLog::new(home.join(name));
        assert_eq!(log.append(b"{}"), Err(AuditError::NotPrivate), "{name}");
        assert!(!log.path().exists(), "{name}");
    }
    assert_eq!(fs::read_dir(&home).unwrap().count(), 1);
}

#[cfg(target_os = "linux")]
#[test]
fn s15_after_a_chroot_the_path_is_not_created_inside() {
    let scratch = scratch("chroot");
    let path = scratch.join("log/usage.json");
    let root = scratch.join("root");
    fs::create_dir(&root).unwrap();
    let output = Command::new(HOST)
        .args([Path::new("chroot"), &path, &root])
        .output()
        .unwrap();
    assert!(output.status.success());
    let said = String::from_utf8(output.stdout).unwrap();
    if said == "no permission\n" {
        println!("not tested: a change of the root directory needs a permission");
        return;
    }
    assert_eq!(said, "Ok(()) Err(OtherRoot) 1\n");
    assert_eq!(fs::read_dir(&root).unwrap().count(), 0);
    assert_eq!(whole_lines(&path), 1);
}

#[cfg(target_os = "linux")]
#[test]
fn c8_a_log_that_is_a_mount_of_its_own_is_rotated_in_place() {
    if !has_mounts() {
        return;
    }
    let scratch = scratch("mount");
    let (source, path) = (scratch.join("source.json"), scratch.join("usage.json"));
    let run = |lines: &str| {
        let status = Command::new("unshare")
            .args(["-m", "sh", "-c"])
            .arg("mount --bind \"$1\" \"$2\" && exec \"$3\" \"$2\" 4000 w \"$4\"")
            .args(["sh".as_ref(), source.as_path(), &path, Path::new(WRITER)])
            .arg(lines)
            .status()
            .unwrap();
        assert!(status.success());
    };
    for file in [&source, &path] {
        fs::write(file, "").unwrap();
        make_private(file);
    }
    run("70");
    let backup = scratch.join("usage.json.1");
    assert_eq!(whole_lines(&backup) + whole_lines(&source), 70);
    run("200");
    assert!(fs::metadata(&source).unwrap().len() < 4200);
    assert!(whole_lines(&backup) + whole_lines(&source) < 120);
    assert_eq!(
        fs::metadata(&path).unwrap().len(),
        0,
        "the file below the mount"
    );
}

/// The library overrides `flock`, as a file system without locks answers it.
#[cfg(target_os = "linux")]
#[test]
fn c15_on_a_file_system_without_locks_the_log_is_written_up_to_its_cap() {
    let scratch = scratch("no-locks");
    let (code, library) = (scratch.join("no_flock.c"), scratch.join("no_flock.so"));
    let path = scratch.join("usage.json");
    for error in ["ENOLCK", "EOPNOTSUPP", "ENOSYS", "EINVAL"] {
        let text = format!(
            "#include <errno.h>\nint flock(int fd, int how) {{ errno = {error}; return -1; }}\n"
        );
        fs::write(&code, text).unwrap();
        let built = Command::new("cc")
            .args(["-shared", "-fPIC", "-o"])
            .args([&library, &code])
            .status();
        if !built.is_ok_and(|status| status.success()) {
            println!("not tested: there is no C compiler");
            return;
        }
        let write = |lines: &str| {
            let mut writer = Command::new(WRITER);
            writer.env("LD_PRELOAD", &library).arg(&path);
            writer.args(["4000", "w", lines]).status().unwrap().code()
        };
        assert_eq!(write("10"), Some(0), "{error}");
        assert_eq!(whole_lines(&path), 10, "{error}");
        // The rest of a killed writer is ended, because another writer may be at it.
        let mut text = fs::read_to_string(&path).unwrap();
        text.push_str("{\"torn");
        fs::write(&path, &text).unwrap();
        assert_eq!(write("1"), Some(0), "{error}");
        let after = fs::read_to_string(&path).unwrap();
        let (rest, line) = after[text.len()..].split_at(1);
        assert_eq!(rest, "\n", "{error}");
        assert!(serde_json::from_str::<Value>(line).is_ok(), "{error}");
        assert_eq!(write("100"), Some(1), "{error}: it stops and counts");
        assert!(!scratch.join("usage.json.1").exists(), "{error}");
        fs::remove_file(&path).unwrap();
    }
}
