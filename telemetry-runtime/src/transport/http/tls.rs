//! What a secure connection is made of: whom to trust, by which code, and what is remembered.
//!
//! Never asks for the process-wide provider, so that it does not matter which one a host installed,
//! or none. Remembers nothing between connections: a resumed session would let a collector see that
//! two connections come from one client.

use std::{borrow::Cow, path::Path, sync::Arc};

use rustls::{
    CertificateError, ClientConfig, Error, NamedGroup, RootCertStore,
    client::{ClientSessionStore, Resumption, Tls12ClientSessionValue, Tls13ClientSessionValue},
    pki_types::{CertificateDer, ServerName},
};

use super::{
    env::ProxyEnv,
    failure::setup,
    stage::{Progress, Stage},
};
use crate::transport::Failure;

/// Where the systems that have such a file keep their roots.
#[cfg(not(any(windows, target_vendor = "apple")))]
const BUNDLES: [&str; 8] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
    "/etc/certs/ca-certificates.crt",
    "/usr/local/share/certs/ca-root-nss.crt",
    "/usr/local/etc/ssl/cert.pem",
];

/// Where the others keep them.
#[cfg(not(any(windows, target_vendor = "apple")))]
const FOLDERS: [&str; 2] = ["/etc/ssl/certs", "/system/etc/security/cacerts"];

/// `with_platform` adds the platform's roots to the bundled ones, which costs milliseconds.
pub(super) fn config(
    proxy_env: &ProxyEnv,
    with_platform: bool,
    progress: &Arc<Progress>,
) -> Result<ClientConfig, Failure> {
    let roots = roots(proxy_env, with_platform);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| setup("no TLS protocol version is supported"))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.resumption = Resumption::store(Arc::new(NoSessionCache(Arc::clone(progress))));
    Ok(config)
}

fn roots(proxy_env: &ProxyEnv, with_platform: bool) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    if with_platform {
        roots.add_parsable_certificates(platform_roots(proxy_env));
    }
    roots
}

fn platform_roots(proxy_env: &ProxyEnv) -> Vec<CertificateDer<'static>> {
    let (file, dirs) = (&proxy_env.cert_file, &proxy_env.cert_dirs);
    if file.is_none() && dirs.is_empty() {
        return system_roots();
    }
    let mut found = file.as_deref().map(from_file).unwrap_or_default();
    found.extend(dirs.iter().flat_map(|dir| from_dir(dir)));
    found
}

/// The system's own store, which is no file.
#[cfg(any(windows, target_vendor = "apple"))]
fn system_roots() -> Vec<CertificateDer<'static>> {
    rustls_native_certs::load_native_certs().certs
}

// Its `load_native_certs` would ask the environment, which the host may be changing.
#[cfg(not(any(windows, target_vendor = "apple")))]
fn system_roots() -> Vec<CertificateDer<'static>> {
    let bundles = BUNDLES.iter().map(|file| from_file(Path::new(file)));
    let folders = FOLDERS.iter().map(|dir| from_dir(Path::new(dir)));
    let mut found = bundles.chain(folders);
    found.find(|roots| !roots.is_empty()).unwrap_or_default()
}

fn from_file(file: &Path) -> Vec<CertificateDer<'static>> {
    rustls_native_certs::load_certs_from_paths(Some(file), None).certs
}

fn from_dir(dir: &Path) -> Vec<CertificateDer<'static>> {
    rustls_native_certs::load_certs_from_paths(None, Some(dir)).certs
}

/// What went wrong, without the names that the library's own texts hold.
pub(super) fn explain(error: &Error) -> Cow<'static, str> {
    use CertificateError::*;
    match error {
        Error::InvalidCertificate(error) => match error {
            Expired | ExpiredContext { .. } => "the certificate has expired".into(),
            NotValidYet | NotValidYetContext { .. } => "the certificate is not valid yet".into(),
            NotValidForName | NotValidForNameContext { .. } => {
                "the certificate is for another host".into()
            }
            UnknownIssuer => "the certificate's issuer is unknown".into(),
            Revoked => "the certificate was revoked".into(),
            _ => "the certificate is invalid".into(),
        },
        Error::AlertReceived(alert) => format!("the collector sent the alert {alert:?}").into(),
        Error::InvalidMessage(_) => "the answer was no TLS".into(),
        _ => "the handshake failed".into(),
    }
}

/// A memory for sessions that keeps none. It is asked when a handshake begins, and notes that.
#[derive(Debug)]
struct NoSessionCache(Arc<Progress>);

impl ClientSessionStore for NoSessionCache {
    fn set_kx_hint(&self, _: ServerName<'static>, _: NamedGroup) {}

    fn kx_hint(&self, _: &ServerName<'_>) -> Option<NamedGroup> {
        self.0.reach(Stage::Handshaking);
        None
    }

    fn set_tls12_session(&self, _: ServerName<'static>, _: Tls12ClientSessionValue) {}

    fn tls12_session(&self, _: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        None
    }

    fn remove_tls12_session(&self, _: &ServerName<'static>) {}

    fn insert_tls13_ticket(&self, _: ServerName<'static>, _: Tls13ClientSessionValue) {}

    fn take_tls13_ticket(&self, _: &ServerName<'static>) -> Option<Tls13ClientSessionValue> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_platform_store_leaves_the_bundled_roots() {
        let url = reqwest::Url::parse("https://a.example/").unwrap();
        let lookup = |name: &str| (name == "SSL_CERT_FILE").then(|| "/dev/null".into());
        let nothing = ProxyEnv::capture(&url, &lookup);
        let found = roots(&nothing, true).len();
        assert!(found > 50, "{found}");
        assert_eq!(found, roots(&nothing, false).len());
    }
}
