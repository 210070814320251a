//! The API key of a program: whether its endpoint may receive it.
//!
//! **Invariants.** A key is sent only by HTTPS, and only to the address that the product declares. A
//! variable, a setting of the program or a redirect cannot move it to another address.

use super::{Client, builder::ClientBuilder};
#[cfg(feature = "http")]
use crate::transport::endpoint::Endpoint;
use crate::{
    product::Product,
    transport::{ApiKey, ApiKeyProblem, endpoint::Destination},
};

impl ClientBuilder {
    /// Sets an API key, which authenticates the requests to the product's endpoint. The product declares
    /// its [header](Product::api_key_header). Default: none.
    ///
    /// The key is sent only by HTTPS, and only if the endpoint is the one that the product
    /// [declares](Product::endpoint): the same scheme, host, port, path and query. It is never sent to
    /// another endpoint, by plain `http`, by a redirect, to a proxy or by a
    /// [custom transport](Self::transport). It is kept only in memory and never logged.
    ///
    /// A key that is not sent does not turn telemetry off: requests have no such header then, and
    /// [`Client::api_key_problem`] returns the reason.
    ///
    /// ```
    /// use telemetry_runtime::{
    ///     Client, Product,
    ///     transport::{ApiKey, ApiKeyProblem},
    /// };
    ///
    /// static MY_TOOL: Product = Product::new("my-tool")
    ///     .endpoint("https://collector.invalid/events")
    ///     .api_key_header("x-api-key")
    ///     .default_on(true);
    ///
    /// let builder = Client::builder(&MY_TOOL).api_key(ApiKey::new("secret"));
    /// # let builder = builder.env(|_| None);
    /// let telemetry = builder.endpoint("stdout").build();
    /// assert_eq!(telemetry.api_key_problem(), Some(ApiKeyProblem::NotHttps));
    /// ```
    pub fn api_key(mut self, key: ApiKey) -> Self {
        self.api_key = Some(key);
        self
    }
}

impl Client {
    /// The reason why the [API key](ClientBuilder::api_key) of the program is not sent. `None` if it is
    /// sent, if there is none, or if telemetry was off when the client was built.
    #[must_use]
    pub fn api_key_problem(&self) -> Option<ApiKeyProblem> {
        self.of_process.api_key_problem()
    }
}

/// The name of the header and the key for it, or the reason why `endpoint` must not receive it.
pub(super) fn header<'k>(
    product: &Product,
    key: &'k ApiKey,
    endpoint: &Destination,
) -> Result<(&'static str, &'k str), ApiKeyProblem> {
    let name = product.api_key_header.ok_or(ApiKeyProblem::NotDeclared)?;
    let key = key.checked()?;
    check_endpoint(product, name, endpoint).map(|()| (name, key))
}

#[cfg(feature = "http")]
fn check_endpoint(
    product: &Product,
    name: &str,
    endpoint: &Destination,
) -> Result<(), ApiKeyProblem> {
    let url = match endpoint {
        Destination::Url(url) if url.scheme() == "https" => url,
        _ => return Err(ApiKeyProblem::NotHttps),
    };
    let declared = product.endpoint.map(Endpoint::parse_insecure);
    if !declared.is_some_and(|it| it.is_ok_and(|it| it.0 == *endpoint)) {
        return Err(ApiKeyProblem::OtherEndpoint);
    }
    let has_login = !url.username().is_empty() || url.password().is_some();
    if has_login && name == "authorization" {
        return Err(ApiKeyProblem::Credentials);
    }
    Ok(())
}

/// No URL can be reached without the HTTPS transport.
#[cfg(not(feature = "http"))]
fn check_endpoint(_: &Product, _: &str, _: &Destination) -> Result<(), ApiKeyProblem> {
    Err(ApiKeyProblem::NotHttps)
}
