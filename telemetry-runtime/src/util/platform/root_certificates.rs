//! The root certificates that the system trusts.
//!
//! **Invariants.** Only regular files of at most 4 MiB are read, and at most 16 MiB of a folder: a
//! variable of the user may name a device, a FIFO or a huge file. On Unix systems with certificate
//! files nothing here reads the environment, which the host may be changing. Windows and macOS keep
//! certificates in a store that only `load_native_certs` reads. It reads the files that `SSL_CERT_FILE`
//! and `SSL_CERT_DIR` of the process name, without a limit, so it is called only if they are not set.

use std::{fs, path::Path};

use rustls::pki_types::{CertificateDer, pem::PemObject};

use super::descriptors;
use crate::util::read::read_regular;

/// The bundles of Linux distributions have about 250 KiB.
const MAX_FILE_BYTES: u64 = 4 * 1024 * 1024;
const MAX_FOLDER_BYTES: u64 = 16 * 1024 * 1024;

/// Their folders have about 300 entries, half of them links to the others.
const MAX_FOLDER_ENTRIES: usize = 4096;

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

/// The certificates of the system's store. None if the process has a certificate variable that the
/// client's lookup did not return: the store cannot be read then without the files of that variable.
#[cfg(any(windows, target_os = "macos"))]
pub(crate) fn of_system() -> Vec<CertificateDer<'static>> {
    let variables = ["SSL_CERT_FILE", "SSL_CERT_DIR"];
    if variables.map(std::env::var_os).iter().any(Option::is_some) {
        return Vec::new();
    }
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
    parse(&read(file))
}

/// The certificates in the PEM files of a folder, without those of its subfolders.
pub(crate) fn of_folder(folder: &Path) -> Vec<CertificateDer<'static>> {
    let mut found = Vec::new();
    let mut bytes_left = MAX_FOLDER_BYTES;
    if descriptors::occupy_standard_streams().is_err() {
        return found;
    }
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries.take(MAX_FOLDER_ENTRIES) {
        let pem = read(&entry.path());
        let Some(left) = bytes_left.checked_sub(pem.len() as u64) else {
            break;
        };
        bytes_left = left;
        found.append(&mut parse(&pem));
    }
    // Most files also have a link, by which OpenSSL finds them through the hash of their subject.
    found.sort_unstable_by(|first, second| first.as_ref().cmp(second.as_ref()));
    found.dedup();
    found
}

/// Empty for a file that cannot be read, is not a regular file or is too large.
fn read(file: &Path) -> Vec<u8> {
    let pem = read_regular(file, MAX_FILE_BYTES);
    pem.ok().flatten().unwrap_or_default()
}

/// Certificates that are not valid PEM are left out.
fn parse(pem: &[u8]) -> Vec<CertificateDer<'static>> {
    CertificateDer::pem_slice_iter(pem).flatten().collect()
}
