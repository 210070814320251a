//! Socket options of the test kit.

use socket2::Socket;

/// Makes TCP segments small, so that socket buffers hold few bytes in flight.
///
/// Only Linux needs it, and systems differ in the sizes that they accept: macOS accepts at most
/// 512 bytes and Windows has no such option. A refusal is therefore not an error.
pub(crate) fn limit_segment_size(socket: &Socket) {
    #[cfg(unix)]
    let _ = socket.set_tcp_mss(536);
    #[cfg(not(unix))]
    let _ = socket;
}
