//! A program in which the name service waits: `no_account PRODUCT PASSWD [HOME]`.
//!
//! It records one event. While the library waits for the account, and again afterwards, it prints its
//! state. The product is `marker`, which is on by default, or `consent`, which requires an answer. The file
//! PASSWD replaces `/etc/passwd`. The name service answers with this home directory; without one it does
//! not know the account, and `error` is an error of the service.
#![cfg_attr(
    target_os = "linux",
    expect(clippy::print_stdout, reason = "the test reads it")
)]

fn main() {
    #[cfg(target_os = "linux")]
    program::main();
}

#[cfg(target_os = "linux")]
#[expect(clippy::unwrap_used, reason = "a program of a test")]
mod program {
    use std::{
        ffi::{CStr, CString, OsString, c_char, c_int},
        os::unix::ffi::OsStringExt,
        ptr,
        sync::{Condvar, Mutex, OnceLock},
        thread,
        time::Duration,
    };

    use telemetry_runtime::{
        Client, Product, TelemetryEvent, consent::ProductConsent, transport::MemoryTransport,
    };

    /// Only fails a test.
    const PATIENCE: Duration = Duration::from_secs(60);

    static TOOL: Product = Product::new("tool")
        .marker_file(".telemetry-test/do_not_track")
        .default_on(true);

    static ASKS: Product = Product::new("asks")
        .requires_consent(ProductConsent::new("1.0", ".telemetry-test/telemetry.toml"));

    static PASSWD: OnceLock<CString> = OnceLock::new();
    static HOME: OnceLock<CString> = OnceLock::new();
    static STATE: Mutex<State> = Mutex::new(State {
        calls: 0,
        answers: false,
        flushed: false,
    });
    static CHANGED: Condvar = Condvar::new();

    struct State {
        calls: u32,
        answers: bool,
        flushed: bool,
    }

    /// Replaces the C library's: opens another file instead of `/etc/passwd`.
    #[expect(unsafe_code, reason = "the C library's function is to be replaced")]
    // SAFETY: it passes its arguments on to the system call that the C library's function makes. The mode is
    // an argument of this function even if the caller does not pass it, and the system ignores it then.
    #[unsafe(no_mangle)]
    extern "C" fn open64(path: *const c_char, flags: c_int, mode: libc::mode_t) -> c_int {
        // SAFETY: the caller passes a text that ends with 0.
        let is_passwd = unsafe { CStr::from_ptr(path) } == c"/etc/passwd";
        let other = PASSWD.get().filter(|_| is_passwd);
        let path = other.map_or(path, |other| other.as_ptr());
        // SAFETY: the path is the caller's or a text of this program.
        unsafe { libc::openat(libc::AT_FDCWD, path, flags, mode) }
    }

    /// Replaces the C library's, for everything in this program: its symbol is found first.
    #[expect(unsafe_code, reason = "the C library's function is to be replaced")]
    // SAFETY: it has the C library's signature and writes only what the caller passes for this: the entry,
    // whose home directory lives as long as the program, and the result.
    #[unsafe(no_mangle)]
    extern "C" fn getpwuid_r(
        _: libc::uid_t,
        entry: *mut libc::passwd,
        _: *mut c_char,
        _: libc::size_t,
        result: *mut *mut libc::passwd,
    ) -> c_int {
        let mut state = STATE.lock().unwrap();
        state.calls += 1;
        CHANGED.notify_all();
        drop(CHANGED.wait_while(state, |state| !state.answers).unwrap());
        let home = HOME.get();
        if home.is_some_and(|home| **home == *c"error") {
            return libc::EIO;
        }
        // SAFETY: the caller passes valid pointers.
        unsafe {
            match home {
                Some(home) => {
                    (*entry).pw_dir = home.as_ptr().cast_mut();
                    *result = entry;
                }
                None => *result = ptr::null_mut(),
            }
        }
        0
    }

    /// One run.
    #[derive(TelemetryEvent)]
    #[event(name = "run", schema = "1.0")]
    struct Run {
        /// Exit code.
        exit_code: i32,
    }

    pub(super) fn main() {
        let text = |word: OsString| CString::new(word.into_vec()).unwrap();
        let mut words = std::env::args_os().skip(1);
        let product = match words.next().unwrap().to_str() {
            Some("consent") => &ASKS,
            _ => &TOOL,
        };
        PASSWD.set(text(words.next().unwrap())).unwrap();
        if let Some(home) = words.next() {
            HOME.set(text(home)).unwrap();
        }
        let memory = MemoryTransport::new();
        let telemetry = Client::builder(product).transport(memory.clone()).build();
        println!("built: {} calls", STATE.lock().unwrap().calls);
        telemetry.record(&Run::builder().exit_code(0).build());
        let client = telemetry.client();
        let flush = thread::spawn(move || {
            let _ = client.flush(PATIENCE);
            STATE.lock().unwrap().flushed = true;
            CHANGED.notify_all();
        });
        let nothing = |state: &mut State| state.calls == 0 && !state.flushed;
        let waiting = CHANGED.wait_while(STATE.lock().unwrap(), nothing);
        let mut state = waiting.unwrap();
        println!(
            "{}: {} sent, {} held",
            if state.calls > 0 {
                "asked"
            } else {
                "not asked"
            },
            memory.bodies().len(),
            telemetry.health().held()
        );
        state.answers = true;
        drop(state);
        CHANGED.notify_all();
        flush.join().unwrap();
        let health = telemetry.health();
        println!(
            "sent {}, dropped {}",
            memory.bodies().len(),
            health.dropped()
        );
        println!("{}", telemetry.decision());
    }
}
