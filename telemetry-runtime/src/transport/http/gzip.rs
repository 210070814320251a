//! Compressed bodies of requests.

use std::io::{self, Write};

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use reqwest::header::{CONTENT_ENCODING, HeaderMap, HeaderValue};

use super::HttpTransport;

impl HttpTransport {
    /// Compresses the body of every request with gzip. A client does this for a product with
    /// [`gzip`](crate::Product::gzip).
    ///
    /// ```
    /// # use telemetry_runtime::transport::HttpTransport;
    /// let transport = HttpTransport::new("https://telemetry.example/")?.gzip();
    /// # Ok::<(), telemetry_runtime::transport::EndpointError>(())
    /// ```
    #[must_use]
    pub fn gzip(mut self) -> Self {
        let encoding = HeaderValue::from_static("gzip");
        self.headers.insert(CONTENT_ENCODING, encoding);
        self
    }
}

/// Whether bodies are compressed. A product cannot declare this header.
pub(super) fn is_declared(headers: &HeaderMap) -> bool {
    headers.contains_key(CONTENT_ENCODING)
}

/// The compressed body; `None` without memory.
pub(super) fn compressed(body: &[u8]) -> Option<Bytes> {
    let mut encoder = GzEncoder::new(Output(Vec::new()), Compression::default());
    encoder.write_all(body).ok()?;
    Some(encoder.finish().ok()?.0.into())
}

/// Memory whose allocation may fail.
struct Output(Vec<u8>);

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.try_reserve(bytes.len()).is_err() {
            return Err(io::ErrorKind::OutOfMemory.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
