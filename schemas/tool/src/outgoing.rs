//! Requests to an address that the user has typed.

use std::{str::FromStr, sync::Arc, time::Duration};

use reqwest::{Client, Url, redirect};
use rustls::{ClientConfig, RootCertStore};

/// The address of `--forward`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target(pub(crate) Url);

impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let complete = "write the whole address, such as https://collector.example/v1/events";
        let is_full = text.starts_with("http://") || text.starts_with("https://");
        let url = Url::parse(text)
            .ok()
            .filter(|url| is_full && url.has_host());
        let url = url.ok_or_else(|| complete.to_owned())?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(
                "the address has a password, which messages would show; remove it".to_owned(),
            );
        }
        Ok(Self(url))
    }
}

/// A client that goes to the address itself: no proxy of the environment, no redirect. `limit` is the longest
/// time of a request.
pub(crate) fn client(limit: Duration) -> Result<Client, String> {
    let mut roots = RootCertStore::empty();
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Client::builder()
        .tls_backend_preconfigured(tls)
        .no_proxy()
        .redirect(redirect::Policy::none())
        .timeout(limit)
        .build()
        .map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_written_in_full_and_has_no_password() {
        assert!("http://127.0.0.1:9/x".parse::<Target>().is_ok());
        assert!("https://a.example/".parse::<Target>().is_ok());
        for wrong in [
            "",
            "a.example",
            "/x",
            "ftp://a.example/",
            "https://",
            "https://me:pw@a.example/",
        ] {
            assert!(wrong.parse::<Target>().is_err(), "{wrong}");
        }
    }
}
