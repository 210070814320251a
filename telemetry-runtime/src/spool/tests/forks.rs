//! Children of `fork` and the locks of their parents.

use std::{
    fs::{File, TryLockError},
    io::Read,
};

use super::disk::Scratch;
use crate::util::platform::{fork::watch_forks, fork_files::close_in_child};

#[test]
fn row_42_a_child_of_a_fork_does_not_keep_the_lock_of_a_registered_file() {
    watch_forks();
    let scratch = Scratch::new();
    let path = scratch.spool_path().with_file_name("file");
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    for registered in [true, false] {
        let file = File::create(&path).unwrap();
        let registration = registered.then(|| close_in_child(&file).unwrap());
        file.try_lock().unwrap();
        let (mut reader, writer) = std::io::pipe().unwrap();
        #[expect(unsafe_code, reason = "std has no fork")]
        // SAFETY: the child only closes, reads and exits.
        let child = unsafe { libc::fork() };
        if child == 0 {
            drop(writer);
            // The end of the pipe ends the child.
            let _ = reader.read(&mut [0]);
            #[expect(unsafe_code, reason = "no destructor and no handler may run")]
            // SAFETY: it ends the process.
            unsafe {
                libc::_exit(0)
            }
        }
        // As at the end of a process: nothing is unlocked explicitly.
        drop(registration);
        drop(file);
        let locked = File::open(&path).unwrap().try_lock();
        assert_eq!(locked.is_ok(), registered, "{locked:?}");
        assert!(registered || matches!(locked, Err(TryLockError::WouldBlock)));
        drop(writer);
        #[expect(unsafe_code, reason = "std waits only for children that it started")]
        // SAFETY: the status is not requested.
        let waited = unsafe { libc::waitpid(child, std::ptr::null_mut(), 0) };
        assert_eq!(waited, child);
    }
}
