//! The root certificates that the system trusts.
//!
//! **Invariants.** On Unix systems with certificate files nothing here reads the environment, which
//! the host may be changing. Windows and macOS keep certificates in a store that only
//! `load_native_certs` reads; it looks up `SSL_CERT_FILE` and `SSL_CERT_DIR` in the process first.

use std::path::Path;

use rustls::pki_types::CertificateDer;

/// Files that hold all roots, by distribution.
#[cfg(not(any(windows, target_os = "macos")))]
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

/// Folders with one file per root, on systems without a bundle.
#[cfg(not(any(windows, target_os = "macos")))]
const FOLDERS: [&str; 2] = ["/etc/ssl/certs", "/system/etc/security/cacerts"];

/// The certificates of the system's store.
#[cfg(any(windows, target_os = "macos"))]
pub(crate) fn of_system() -> Vec<CertificateDer<'static>> {
    rustls_native_certs::load_native_certs().certs
}

/// The certificates of the first bundle or folder that has any.
#[cfg(not(any(windows, target_os = "macos")))]
pub(crate) fn of_system() -> Vec<CertificateDer<'static>> {
    let bundles = BUNDLES.iter().map(|file| of_file(Path::new(file)));
    let folders = FOLDERS.iter().map(|folder| of_folder(Path::new(folder)));
    let mut found = bundles.chain(folders);
    found.find(|roots| !roots.is_empty()).unwrap_or_default()
}

/// The certificates in a PEM file.
pub(crate) fn of_file(file: &Path) -> Vec<CertificateDer<'static>> {
    rustls_native_certs::load_certs_from_paths(Some(file), None).certs
}

/// The certificates in the PEM files of a folder.
pub(crate) fn of_folder(folder: &Path) -> Vec<CertificateDer<'static>> {
    rustls_native_certs::load_certs_from_paths(None, Some(folder)).certs
}
