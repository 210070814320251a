//! A program in which the name service waits: `no_account [HOME]`.
//!
//! It records one event. While the library waits for the account, and again afterwards, it prints its
//! state. With an argument the account has this home directory, without one it is not known.
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
        ffi::{CString, c_char, c_int},
        os::unix::ffi::OsStringExt,
        ptr,
        sync::{Condvar, Mutex, OnceLock},
        thread,
        time::Duration,
    };

    use telemetry_runtime::{Client, Product, TelemetryEvent, transport::MemoryTransport};

    /// Only fails a test.
    const PATIENCE: Duration = Duration::from_secs(60);

    static TOOL: Product = Product::new("tool")
        .marker_file(".telemetry-test/do_not_track")
        .default_on(true);

    static HOME: OnceLock<CString> = OnceLock::new();
    static STATE: Mutex<State> = Mutex::new(State {
        calls: 0,
        answers: false,
    });
    static CHANGED: Condvar = Condvar::new();

    struct State {
        calls: u32,
        answers: bool,
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
        if let Some(home) = std::env::args_os().nth(1) {
            HOME.set(CString::new(home.into_vec()).unwrap()).unwrap();
        }
        let memory = MemoryTransport::new();
        let telemetry = Client::builder(&TOOL).transport(memory.clone()).build();
        println!("built: {} calls", STATE.lock().unwrap().calls);
        telemetry.record(&Run::builder().exit_code(0).build());
        let client = telemetry.client();
        let flush = thread::spawn(move || client.flush(PATIENCE));
        let waiting = CHANGED.wait_while(STATE.lock().unwrap(), |state| state.calls == 0);
        let mut state = waiting.unwrap();
        println!(
            "asked: {} sent, {} held",
            memory.bodies().len(),
            telemetry.health().held()
        );
        state.answers = true;
        drop(state);
        CHANGED.notify_all();
        let _ = flush.join();
        let health = telemetry.health();
        println!(
            "sent {}, dropped {}",
            memory.bodies().len(),
            health.dropped()
        );
        println!("{}", telemetry.decision());
    }
}
