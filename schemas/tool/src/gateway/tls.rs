//! The certificate of the gateway.

use std::{fmt, path::Path, sync::Arc};

use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};

/// A certificate with its key, ready for connections.
#[derive(Clone)]
pub struct Certificate(pub(super) Arc<ServerConfig>);

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Certificate")
    }
}

impl Certificate {
    /// Reads a chain of certificates and the key of the first one, both as PEM. Clients need TLS 1.2 or 1.3.
    ///
    /// # Errors
    ///
    /// The mistake and the correction: a file cannot be read, has nothing, or the key does not belong to the
    /// certificate.
    pub fn load(chain: &Path, key: &Path) -> Result<Self, (String, String)> {
        let help = |what: &str| format!("write the path of {what} in PEM, as `openssl` writes it");
        let of_chain = |wrong: String| {
            let instead = help("a certificate, or of a chain that begins with it,");
            (format!("`{}` {wrong}", chain.display()), instead)
        };
        let of_key = |wrong: String| {
            let instead = help("the private key of the certificate");
            (format!("`{}` {wrong}", key.display()), instead)
        };
        let certificates: Vec<_> = CertificateDer::pem_file_iter(chain)
            .and_then(Iterator::collect)
            .map_err(|error| of_chain(format!("cannot be read: {error}")))?;
        if certificates.is_empty() {
            return Err(of_chain("has no certificate".to_owned()));
        }
        let private = PrivateKeyDer::from_pem_file(key)
            .map_err(|error| of_key(format!("cannot be read: {error}")))?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| of_chain(format!("cannot be used: {error}")))?
            .with_no_client_auth()
            .with_single_cert(certificates, private)
            .map_err(|error| of_key(format!("cannot be used: {error}")))?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self(Arc::new(config)))
    }
}
