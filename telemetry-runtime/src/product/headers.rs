//! The headers that a product adds to its requests.

use super::Product;
use crate::transport::headers::{Headers, is_free_name};

impl Product {
    /// Sets headers that every request to a URL has, beside those of HTTP. Default: none.
    ///
    /// The macro [`telemetry_headers!`](crate::telemetry_headers) checks names and values while the
    /// program is compiled. The headers are the same in every run and for every user. They are
    /// disclosed by name and value, and are also sent to an endpoint that replaces the product's own.
    /// A [custom transport](crate::ClientBuilder::transport) sends its own headers.
    ///
    /// ```
    /// use telemetry_runtime::{Product, telemetry_headers};
    ///
    /// static MY_TOOL: Product = Product::new("my-tool")
    ///     .endpoint("https://collector.invalid/events")
    ///     .headers(telemetry_headers! { "x-team" = "nemo" });
    /// ```
    #[must_use]
    pub const fn headers(mut self, headers: Headers) -> Self {
        self.headers = headers;
        self
    }

    /// Sets the header for an API key, which the program passes at run time with
    /// [`ClientBuilder::api_key`](crate::ClientBuilder::api_key). Default: none, and a key is then never
    /// sent, because it is not disclosed.
    ///
    /// The header is `authorization`, whose value is `Bearer` and the key, or another name that
    /// [`telemetry_headers!`](crate::telemetry_headers) accepts, whose value is the key. With any other
    /// name, or that of one of the [headers](Self::headers), the client is off and its decision names the
    /// error.
    ///
    /// ```
    /// use telemetry_runtime::Product;
    ///
    /// static MY_TOOL: Product = Product::new("my-tool")
    ///     .endpoint("https://collector.invalid/events")
    ///     .api_key_header("x-api-key");
    /// ```
    #[must_use]
    pub const fn api_key_header(mut self, name: &'static str) -> Self {
        self.api_key_header = Some(name);
        self
    }

    /// A sentence about a header for the API key that is not valid.
    pub(crate) fn headers_problem(&self) -> Option<&'static str> {
        let name = self.api_key_header?;
        if name != "authorization" && !is_free_name(name) {
            return Some(
                "the product's header for the API key is not valid; use `authorization` or a name \
                 such as `x-api-key`",
            );
        }
        let twice = self.headers.iter().any(|(given, _)| given == name);
        twice.then_some("the product's header for the API key is also one of its headers")
    }
}
