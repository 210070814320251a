//! A process of this program without a terminal, without the streams of its parent, and with a short life.
//!
//! **Invariants.** The parent runs no code between the fork and the start of the program, so that the system
//! need not copy its memory. No file of the parent stays open in the new process.

use std::{
    env,
    ffi::OsStr,
    fs,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{Mutex, TryLockError},
    thread,
    time::{Duration, Instant, SystemTime},
};

use super::files::identity;
use crate::util::spawn::spawn;

/// Time between two looks at the clock of a process with a limited life.
const TICK: Duration = Duration::from_millis(100);

/// The stack of the thread that ends the process.
const STACK_BYTES: usize = 64 * 1024;

/// The processes that were started, until their end was noticed.
static STARTED: Mutex<Vec<Child>> = Mutex::new(Vec::new());

/// The file of this program. `None` if it was removed or replaced since the process started.
fn program() -> Option<PathBuf> {
    let path = env::current_exe().ok().filter(|path| path.is_absolute())?;
    let named = fs::metadata(&path).ok().filter(fs::Metadata::is_file)?;
    if cfg!(any(target_os = "linux", target_os = "android")) {
        // Linux adds " (deleted)" to the path, and another file may have that name.
        let running = fs::metadata("/proc/self/exe").ok()?;
        if identity(&running).0 != identity(&named).0 {
            return None;
        }
    }
    Some(path)
}

/// True if this process may start its program again, which then has the same rights and no more.
fn may_start() -> bool {
    #[cfg(unix)]
    {
        use rustix::process::{getegid, geteuid, getgid, getpid, getuid};

        let has_own_rights = getuid() == geteuid() && getgid() == getegid() && !is_secure();
        // The end of the first process of a container ends all others.
        has_own_rights && !getpid().is_init()
    }
    // A new process inherits every handle that this process inherited. It would keep a pipe open, and the
    // program at its other end would wait.
    #[cfg(not(unix))]
    {
        use std::io::{IsTerminal, stderr, stdin, stdout};

        stdin().is_terminal() && stdout().is_terminal() && stderr().is_terminal()
    }
}

/// True if the program has more rights than its user, for example by capabilities of its file. True if that
/// is not known.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn is_secure() -> bool {
    const WORD: usize = size_of::<usize>();
    /// `AT_SECURE` in `getauxval(3)`.
    const SECURE: usize = 23;

    let Ok(bytes) = fs::read("/proc/self/auxv") else {
        // A process with more rights cannot read it.
        return true;
    };
    let words = bytes.chunks_exact(WORD).map(|word| {
        let word: Option<[u8; WORD]> = word.try_into().ok();
        word.map_or(0, usize::from_ne_bytes)
    });
    let words: Vec<usize> = words.collect();
    let mut entries = words.chunks_exact(2);
    !entries.any(|entry| entry == [SECURE, 0])
}

#[cfg(all(unix, not(any(target_os = "linux", target_os = "android"))))]
fn is_secure() -> bool {
    false
}

/// Starts this program again with one argument and one more variable. False if the system or the state of
/// this process does not allow it.
pub(crate) fn start_again(argument: &str, variable: &str, value: &OsStr) -> bool {
    let Some(program) = program().filter(|_| may_start()) else {
        return false;
    };
    // Never waited for: a lock that was held at a fork stays held in the child.
    let mut started = match STARTED.try_lock() {
        Ok(started) => started,
        Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
        Err(TryLockError::WouldBlock) => return false,
    };
    // A process that has ended occupies its number until its parent asks for its result.
    started.retain_mut(|child| matches!(child.try_wait(), Ok(None)));
    let mut command = Command::new(program);
    command
        .arg(argument)
        .env(variable, value)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    #[cfg(windows)]
    {
        const CREATE_NO_WINDOW: u32 = 0x0800_0000;
        const CREATE_NEW_PROCESS_GROUP: u32 = 0x0000_0200;
        const DETACHED_PROCESS: u32 = 0x0000_0008;
        let flags = DETACHED_PROCESS | CREATE_NO_WINDOW | CREATE_NEW_PROCESS_GROUP;
        std::os::windows::process::CommandExt::creation_flags(&mut command, flags);
    }
    match command.spawn() {
        Ok(child) => {
            started.push(child);
            true
        }
        Err(_) => false,
    }
}

/// Leaves the session, the folder and all files of the parent. Only for a process that runs no other code.
pub(crate) fn detach() {
    #[cfg(unix)]
    {
        // It fails only in the first process of a group, which has left its session already.
        let _ = rustix::process::setsid();
        close_inherited();
    }
    let _ = env::set_current_dir("/");
}

/// Closes every descriptor except those of the standard streams. A shell may have passed on the end of a
/// pipe, and its reader would wait.
#[cfg(unix)]
fn close_inherited() {
    let folder = match cfg!(any(target_os = "linux", target_os = "android")) {
        true => "/proc/self/fd",
        false => "/dev/fd",
    };
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    let number = |entry: fs::DirEntry| entry.file_name().to_str()?.parse::<i32>().ok();
    // Complete before the first one is closed: the folder is open meanwhile.
    let numbers: Vec<i32> = entries.flatten().filter_map(number).collect();
    for number in numbers.into_iter().filter(|number| *number > 2) {
        super::fork::close_descriptor(number);
    }
}

/// Ends this process after `life` at the latest. False if the system refuses the thread for it.
pub(crate) fn limit_life(life: Duration) -> bool {
    let (started, at) = (Instant::now(), SystemTime::now());
    let run = move || {
        // The monotonic time may not pass while the machine sleeps.
        while started.elapsed() < life && at.elapsed().unwrap_or_default() < life {
            thread::sleep(TICK);
        }
        end_now();
    };
    spawn("telemetry-end", STACK_BYTES, run).is_ok()
}

/// Ends this process without any other code, even if another thread is about to end it and hangs.
fn end_now() {
    #[cfg(unix)]
    {
        use rustix::process::{Signal, getpid, kill_process};

        let _ = kill_process(getpid(), Signal::KILL);
    }
    std::process::exit(0);
}
