//! Changes of the state of a process that std has no call for.

#![expect(unsafe_code, reason = "std has none of these calls")]

use std::{ffi::CString, io};

/// Lets new files have every permission that their creator asks for, and names the mask before.
#[must_use]
pub fn no_umask() -> String {
    // SAFETY: it only changes a number of the process.
    format!("{:o}", unsafe { libc::umask(0) })
}

/// Begins a session without a terminal.
pub fn begin_session() {
    // SAFETY: it touches no memory.
    let _ = unsafe { libc::setsid() };
}

/// Makes `folder` the root of the file system for this process.
///
/// # Errors
///
/// When the process has no permission.
pub fn change_root(folder: &str) -> io::Result<()> {
    let folder = CString::new(folder)?;
    // SAFETY: the path ends with a zero byte.
    checked(unsafe { libc::chroot(folder.as_ptr()) })?;
    std::env::set_current_dir("/")
}

/// Gives up the permissions of root.
///
/// # Errors
///
/// When the process has no permission.
pub fn become_user(user: libc::uid_t) -> io::Result<()> {
    // SAFETY: it touches no memory.
    checked(unsafe { libc::setuid(user) })
}

/// Writes to an address that no process has.
pub fn fault() -> ! {
    let nowhere: *mut u8 = std::ptr::without_provenance_mut(8);
    // SAFETY: the write ends this process, as its caller wants.
    unsafe { nowhere.write_volatile(1) };
    std::process::exit(0)
}

fn checked(result: libc::c_int) -> io::Result<()> {
    match result {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Allocates memory and writes to it until the process ends: std aborts after a refused allocation. `limit` is
/// the largest address space of the process.
///
/// # Panics
///
/// When the system refuses the limit.
pub fn use_all_memory(limit: Option<u64>) -> ! {
    if let Some(limit) = limit {
        let limit = libc::rlimit {
            rlim_cur: limit,
            rlim_max: limit,
        };
        // SAFETY: the limit is initialized.
        checked(unsafe { libc::setrlimit(libc::RLIMIT_AS, &raw const limit) }).unwrap();
    }
    let mut kept = Vec::new();
    loop {
        kept.push(vec![1_u8; 1 << 20]);
    }
}
