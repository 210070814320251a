//! Real files: modes, links, devices, foreign owners, locks.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use super::{Limits, NotStored, adopt_all, identity, span, store, texts};
use crate::spool::{
    Spool,
    disk::{SystemTimes, open_folder},
    folder::Missing,
    worker_side::Resolution,
};

/// A folder that is removed at the end.
pub(super) struct Scratch(PathBuf);

impl Scratch {
    pub(super) fn new() -> Self {
        let name = format!("spool-{}-{:x}", std::process::id(), fastrand::u64(..));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir(&path).unwrap();
        #[cfg(unix)]
        set_mode(&path, 0o700);
        Self(path)
    }

    pub(super) fn spool_path(&self) -> PathBuf {
        self.0.join("product/spool")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// A spool that no slow write pauses, because any write can be slow on a machine under load.
pub(super) fn spool_at(path: &Path, limits: Limits) -> Spool {
    let time = Arc::new(SystemTimes::default());
    let limits = Limits {
        slow_write: Duration::MAX,
        ..limits
    };
    Spool::new(identity(), limits, open_folder(path.to_owned()), time)
}

fn files(path: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(path).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn row_32_events_outlive_the_spool_that_stored_them() {
    let scratch = Scratch::new();
    let path = scratch.spool_path();
    let writer = spool_at(&path, Limits::DEFAULT);
    let events: Vec<String> = (0..1000)
        .map(|it| format!("event {it} {}", "x".repeat(400)))
        .collect();
    for event in &events {
        store(&writer, event).unwrap();
    }
    let other = spool_at(&path, Limits::DEFAULT);
    assert_eq!(adopt_all(&other), []);
    drop(writer);
    assert_eq!(texts(adopt_all(&other)), events);
    // Everything is removed from any process, also what is locked.
    assert!(spool_at(&path, Limits::DEFAULT).purge().unwrap() > 0);
    assert_eq!(files(&path).len(), 0);
    other.maintain();
    assert!(other.counters().lost > 0);
}

#[test]
fn only_an_event_creates_the_folder() {
    let scratch = Scratch::new();
    let path = scratch.spool_path();
    let spool = spool_at(&path, Limits::DEFAULT);
    assert!(spool.adopt().is_none());
    spool.maintain();
    assert_eq!(spool.purge().unwrap(), 0);
    spool.close();
    assert!(!path.exists());
    assert_eq!(spool.counters(), Default::default());
    store(&spool, "event").unwrap();
    let child = spool.for_child();
    assert!(child.adopt().is_none(), "the parent runs");
    drop(spool);
    assert_eq!(texts(adopt_all(&child)), ["event"]);
}

/// Eight threads store events while a worker sends them.
#[test]
fn row_33_threads_and_a_worker_share_a_spool_and_lose_nothing() {
    const EACH: u32 = 400;
    let scratch = Scratch::new();
    let path = scratch.spool_path();
    let limits = Limits {
        segment_bytes: 16 * 1024,
        ..Limits::DEFAULT
    };
    let spool = spool_at(&path, limits);
    let (sender, stored) = mpsc::channel();
    let (mut held, mut received) = (BTreeSet::new(), 0_u64);
    thread::scope(|scope| {
        for thread in 0..8 {
            let (sender, spool) = (sender.clone(), &spool);
            scope.spawn(move || {
                for number in 0..EACH {
                    let event = format!("{thread}:{number}:{}", "x".repeat(number as usize % 90));
                    if let Ok(stored) = store(spool, &event) {
                        sender.send((event, span(stored))).unwrap();
                    }
                }
            });
        }
        drop(sender);
        while let Ok((event, span)) = stored.recv() {
            // It fails while a thread is in the middle of a write.
            let sends = spool.intend(&[span]).is_ok();
            if sends && received % 3 > 0 {
                spool.resolve(&[span], Resolution::Delivered);
            } else {
                spool.resolve(&[span], Resolution::NotSent);
                held.insert(event);
            }
            received += 1;
            spool.maintain();
        }
    });
    assert!(received > 100, "{:?}", spool.counters());
    assert_eq!(received, spool.counters().stored);
    drop(spool);
    let found = texts(adopt_all(&spool_at(&path, limits)));
    assert_eq!(found.len(), held.len());
    assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), held);
}

#[cfg(unix)]
mod unix {
    use std::{
        fs,
        os::unix::fs::{MetadataExt, symlink},
    };

    use super::*;
    use crate::spool::name::stem;

    fn mode(path: &Path) -> u32 {
        fs::symlink_metadata(path).unwrap().mode() & 0o777
    }

    #[test]
    fn row_44_the_folder_and_its_files_are_open_to_their_owner_only() {
        let scratch = Scratch::new();
        let path = scratch.spool_path();
        store(&spool_at(&path, Limits::DEFAULT), "event").unwrap();
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o700, 0o700));
        let files = files(&path);
        assert_eq!(
            files.iter().map(|file| mode(file)).collect::<Vec<_>>(),
            [0o600]
        );
    }

    #[test]
    fn row_57_a_folder_that_others_can_replace_or_write_is_refused() {
        let refused = |prepare: &dyn Fn(&Path)| {
            let scratch = Scratch::new();
            let path = scratch.spool_path();
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            prepare(&path);
            let spool = spool_at(&path, Limits::DEFAULT);
            let refused = store(&spool, "event") == Err(NotStored::Paused);
            refused && spool.adopt().is_none() && open_folder(path)(Missing::Create).is_err()
        };
        assert!(refused(&|path| {
            fs::create_dir(path).unwrap();
            set_mode(path, 0o770);
        }));
        assert!(refused(&|path| {
            fs::create_dir(path).unwrap();
            set_mode(path, 0o702);
        }));
        assert!(refused(&|path| {
            fs::create_dir(path).unwrap();
            set_mode(path.parent().unwrap(), 0o777);
        }));
        assert!(refused(&|path| {
            let target = path.with_file_name("target");
            fs::create_dir(&target).unwrap();
            symlink(&target, path).unwrap();
        }));
        assert!(refused(&|path| symlink("missing", path).unwrap()));
        assert!(refused(&|path| fs::write(path, "a file").unwrap()));
        assert!(refused(&|path| {
            rustix::fs::mknodat(
                rustix::fs::CWD,
                path,
                rustix::fs::FileType::Fifo,
                rustix::fs::Mode::RWXU,
                0,
            )
            .unwrap();
        }));
        // Only the administrator can give a file away.
        let to_other = |path: &Path| std::os::unix::fs::chown(path, Some(54_321), None).is_ok();
        let scratch = Scratch::new();
        if to_other(&scratch.0) {
            assert!(refused(&|path| {
                fs::create_dir(path).unwrap();
                assert!(to_other(path));
            }));
            assert!(refused(&|path| assert!(to_other(path.parent().unwrap()))));
        } else {
            println!("skipped: folders of other users, which need the administrator");
        }
        assert!(!refused(&|path| fs::create_dir(path)
            .map(|()| set_mode(path, 0o700))
            .unwrap()));
    }

    #[test]
    fn row_57_a_segment_that_is_a_link_a_fifo_or_has_two_names_is_not_opened() {
        let scratch = Scratch::new();
        let path = scratch.spool_path();
        let writer = spool_at(&path, Limits::DEFAULT);
        store(&writer, "event").unwrap();
        drop(writer);
        let [file] = files(&path).try_into().unwrap();
        let moved = path.with_file_name("moved");
        let name = |random| path.join(format!("{}.seg", stem(1, random)));
        fs::rename(&file, &moved).unwrap();
        symlink(&moved, name(1)).unwrap();
        fs::hard_link(&moved, name(2)).unwrap();
        let mode = rustix::fs::Mode::RWXU;
        rustix::fs::mknodat(
            rustix::fs::CWD,
            name(3),
            rustix::fs::FileType::Fifo,
            mode,
            0,
        )
        .unwrap();
        fs::create_dir(name(4)).unwrap();
        fs::copy(&moved, name(5)).unwrap();
        set_mode(&name(5), 0o666);
        let content = fs::read(&moved).unwrap();
        let spool = spool_at(&path, Limits::DEFAULT);
        assert_eq!(adopt_all(&spool), []);
        spool.maintain();
        assert_eq!(fs::read(&moved).unwrap(), content);
        // The other files do not keep a valid one from being adopted.
        fs::remove_file(name(2)).unwrap();
        fs::rename(&moved, name(6)).unwrap();
        assert_eq!(texts(adopt_all(&spool)), ["event"]);
    }

    #[test]
    fn row_44_a_change_of_the_path_does_not_lead_to_another_folder() {
        let scratch = Scratch::new();
        let path = scratch.spool_path();
        let writer = spool_at(&path, Limits::DEFAULT);
        writer
            .append("1.0", b"first", &super::super::frame)
            .unwrap();
        let moved = path.with_file_name("moved");
        fs::rename(&path, &moved).unwrap();
        let target = path.with_file_name("target");
        fs::create_dir(&target).unwrap();
        symlink(&target, &path).unwrap();
        // Another schema version needs another segment.
        writer
            .append("1.1", b"second", &super::super::frame)
            .unwrap();
        assert_eq!((files(&moved).len(), files(&target).len()), (2, 0));
    }
}
