//! Children of `fork` and the files of their parents.

use std::{
    fs::File,
    io::{Read, Write},
    os::fd::AsRawFd,
};

use crate::util::platform::{fork::watch_forks, fork_files::close_in_child};

#[test]
fn row_42_a_child_of_a_fork_closes_a_registered_file_and_so_does_not_keep_its_lock() {
    watch_forks();
    let file = File::open(std::env::current_exe().unwrap()).unwrap();
    for registered in [true, false] {
        let _registration = registered.then(|| close_in_child(&file).unwrap());
        let (mut reader, mut writer) = std::io::pipe().unwrap();
        #[expect(unsafe_code, reason = "std has no fork")]
        // SAFETY: the child only asks for a descriptor, writes and exits.
        let child = unsafe { libc::fork() };
        if child == 0 {
            #[expect(unsafe_code, reason = "std has no such call")]
            // SAFETY: it only reads flags.
            let flags = unsafe { libc::fcntl(file.as_raw_fd(), libc::F_GETFD) };
            let _ = writer.write(&[u8::from(flags == -1)]);
            #[expect(unsafe_code, reason = "no destructor and no handler may run")]
            // SAFETY: it ends the process.
            unsafe {
                libc::_exit(0)
            }
        }
        drop(writer);
        let mut is_closed = Vec::new();
        reader.read_to_end(&mut is_closed).unwrap();
        assert_eq!(is_closed, [u8::from(registered)]);
        #[expect(unsafe_code, reason = "std waits only for children that it started")]
        // SAFETY: the status is not requested.
        let waited = unsafe { libc::waitpid(child, std::ptr::null_mut(), 0) };
        assert_eq!(waited, child);
    }
}
