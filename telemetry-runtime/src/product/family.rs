//! A family of products.

/// A family of products: one variable turns all of them off.
///
/// ```
/// use telemetry_runtime::{Family, Product};
///
/// const EXAMPLE: Family = Family::new("EXAMPLE_TELEMETRY").system_version("example/1.0");
/// static MY_TOOL: Product = Product::new("my-tool").family(EXAMPLE);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Family {
    pub(crate) variable: &'static str,
    pub(crate) system_version: Option<&'static str>,
    pub(crate) administrator_folder: Option<&'static str>,
}

impl Family {
    /// A family with this variable. Every value except `1`, `true` and `yes` (any case, not trimmed)
    /// turns its products off. These three values turn on the products that have no
    /// [enable variable](Product::enable_variable).
    #[must_use]
    pub const fn new(variable: &'static str) -> Self {
        Self {
            variable,
            system_version: None,
            administrator_folder: None,
        }
    }

    /// Sets `eventSysVer` of the products that do not set
    /// [their own](Product::system_version). Default: none.
    #[must_use]
    pub const fn system_version(mut self, version: &'static str) -> Self {
        self.system_version = Some(version);
        self
    }
}
