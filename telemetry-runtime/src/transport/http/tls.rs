//! The TLS configuration: root certificates, crypto provider, session cache.
//!
//! **Invariants.** Never uses the process-wide crypto provider, so the host may install any or none.
//! Never resumes a session: resumption would let a collector link two connections to one client.

use std::sync::Arc;

use rustls::{
    ClientConfig, NamedGroup, RootCertStore,
    client::{ClientSessionStore, Resumption, Tls12ClientSessionValue, Tls13ClientSessionValue},
    pki_types::{CertificateDer, ServerName},
};

use super::{
    env::ProxyEnv,
    failure::setup,
    stage::{Progress, Stage},
};
use crate::{transport::Failure, util::platform::root_certificates};

/// `with_platform` adds the platform's roots to the bundled ones. Loading them takes milliseconds.
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
    let (file, folders) = (&proxy_env.cert_file, &proxy_env.cert_dirs);
    if file.is_none() && folders.is_empty() {
        return root_certificates::of_system();
    }
    let from_file = file
        .iter()
        .flat_map(|file| root_certificates::of_file(file));
    let from_folders = folders
        .iter()
        .flat_map(|folder| root_certificates::of_folder(folder));
    from_file.chain(from_folders).collect()
}

/// A TLS session cache that stores nothing. rustls looks up a hint when a handshake begins, which
/// marks that stage.
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
        let empty_file = ProxyEnv::capture(&url, &lookup);
        let found = roots(&empty_file, true).len();
        assert!(found > 50, "{found}");
        assert_eq!(found, roots(&empty_file, false).len());
    }
}
