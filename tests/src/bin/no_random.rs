//! A program in which the system provides no random bytes: it prints the decision of its client.
#![cfg_attr(
    target_os = "linux",
    expect(clippy::print_stdout, reason = "the test reads it")
)]

fn main() {
    #[cfg(target_os = "linux")]
    program::main();
}

#[cfg(target_os = "linux")]
mod program {
    use std::ffi::{c_uint, c_void};

    use telemetry_runtime::{Client, Product, SessionId, transport::NullTransport};

    static TOOL: Product = Product::new("tool").default_on(true);
    static NO_SESSION: Product = TOOL.no_session();

    /// Replaces the C library's, for everything in this program: its symbol is found first.
    #[expect(unsafe_code, reason = "the C library's function is to be replaced")]
    // SAFETY: it has the C library's signature and writes only the error of its thread.
    #[unsafe(no_mangle)]
    extern "C" fn getrandom(_: *mut c_void, _: libc::size_t, _: c_uint) -> libc::ssize_t {
        // SAFETY: the pointer is valid for the calling thread.
        unsafe { *libc::__errno_location() = libc::EIO };
        -1
    }

    pub(super) fn main() {
        let build = || {
            Client::builder(&TOOL)
                .env(|_| None)
                .transport(NullTransport)
        };
        println!("{}", build().build().decision());
        let session = SessionId::parse_or_unknown("given");
        println!("{}", build().session_id(session).build().decision());
        println!("{}", SessionId::random().as_str());
        let no_session = Client::builder(&NO_SESSION).env(|_| None);
        let no_session = no_session.transport(NullTransport).build();
        println!("{}", no_session.decision());
    }
}
