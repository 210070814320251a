//! Headers beside those of HTTP: those of the product, and the one with an API key.

use reqwest::header::{HeaderName, HeaderValue};

use super::HttpTransport;
use crate::transport::headers::Headers;

impl HttpTransport {
    /// Sets headers that every request has, beside those of HTTP. A client does this for the
    /// [headers of its product](crate::Product::headers).
    ///
    /// ```
    /// # use telemetry_runtime::{telemetry_headers, transport::HttpTransport};
    /// let transport = HttpTransport::new("https://telemetry.example/")?
    ///     .headers(telemetry_headers! { "x-team" = "nemo" });
    /// # Ok::<(), telemetry_runtime::transport::EndpointError>(())
    /// ```
    #[must_use]
    pub fn headers(mut self, headers: Headers) -> Self {
        for (name, value) in headers.iter() {
            // Neither fails, because the macro has checked them.
            if let (Ok(name), Ok(value)) =
                (HeaderName::try_from(name), HeaderValue::from_str(value))
            {
                self.headers.insert(name, value);
            }
        }
        self
    }

    /// Sets the header with an API key. The caller has checked that the endpoint may receive it.
    pub(crate) fn api_key(mut self, name: &'static str, key: &str) -> Self {
        let value = match name {
            "authorization" => HeaderValue::try_from(format!("Bearer {key}")),
            _ => HeaderValue::from_str(key),
        };
        if let (Ok(name), Ok(mut value)) = (HeaderName::try_from(name), value) {
            // Left out of the debug output of the HTTP client.
            value.set_sensitive(true);
            self.headers.insert(name, value);
        }
        self
    }
}
