//! The wire of a product.

use super::Product;
use crate::wire::wires::Wire;

impl Product {
    /// Sets the format of the requests: the envelope, or logs of OpenTelemetry. Default:
    /// [`Wire::Envelope`]. The endpoint is used as it is given in both formats.
    ///
    /// ```
    /// use telemetry_runtime::{Product, Wire};
    ///
    /// static MY_TOOL: Product = Product::new("my-tool").wire(Wire::Otlp);
    /// ```
    #[must_use]
    pub const fn wire(mut self, wire: Wire) -> Self {
        self.wire = wire;
        self
    }
}
