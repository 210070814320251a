//! Compressed requests of a product.

use super::Product;

impl Product {
    /// Compresses the body of every request with gzip, and sends the header `content-encoding: gzip`. The
    /// collector must accept it. Default: not compressed. A custom
    /// [transport](crate::ClientBuilder::transport) gets the body uncompressed.
    ///
    /// ```
    /// use telemetry_runtime::Product;
    ///
    /// static MY_TOOL: Product = Product::new("my-tool").gzip();
    /// ```
    #[must_use]
    pub const fn gzip(mut self) -> Self {
        self.gzip = true;
        self
    }
}
