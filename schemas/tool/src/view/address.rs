//! The address of a view: its port, and the token in its path.

use std::io;

use axum::http::{HeaderMap, header};
use subtle::ConstantTimeEq;

/// The address of a running view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    port: u16,
    token: String,
}

impl Address {
    /// An address with a new random token of 128 bits.
    pub(super) fn new(port: u16) -> io::Result<Self> {
        let mut bytes = [0_u8; 16];
        getrandom::fill(&mut bytes).map_err(io::Error::other)?;
        let token = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { port, token })
    }

    /// The address of the page, with `/` at its end.
    #[must_use]
    pub fn page(&self) -> String {
        format!("http://127.0.0.1:{}/{}/", self.port, self.token)
    }

    /// The address for envelopes: the value of a product's endpoint variable.
    #[must_use]
    pub fn ingest(&self) -> String {
        format!("{}ingest", self.page())
    }

    /// Whether the first segment of a path is the token. The time does not depend on the place of the first
    /// difference.
    pub(super) fn has_token(&self, path: &str) -> bool {
        let segment = path.split('/').nth(1).unwrap_or_default();
        bool::from(segment.as_bytes().ct_eq(self.token.as_bytes()))
    }

    /// Whether a request names this machine. Another name is a page of another site whose name resolves to
    /// 127.0.0.1.
    pub(super) fn is_host(&self, headers: &HeaderMap) -> bool {
        let mut hosts = headers.get_all(header::HOST).iter();
        match (hosts.next(), hosts.next()) {
            (Some(host), None) => self.names().any(|name| host.as_bytes() == name.as_bytes()),
            _ => false,
        }
    }

    /// Whether a request comes from the page, or from a program, which names no origin.
    pub(super) fn is_origin(&self, headers: &HeaderMap) -> bool {
        let mut origins = headers.get_all(header::ORIGIN).iter();
        let is_own = origins.all(|origin| {
            self.names()
                .any(|name| origin.as_bytes() == format!("http://{name}").as_bytes())
        });
        let mut sites = headers.get_all("sec-fetch-site").iter();
        is_own && sites.all(|site| matches!(site.as_bytes(), b"same-origin" | b"none"))
    }

    fn names(&self) -> impl Iterator<Item = String> {
        ["127.0.0.1", "localhost"]
            .into_iter()
            .map(|name| format!("{name}:{}", self.port))
    }
}

/// Whether a name can be that of an environment variable in a line for a shell.
#[must_use]
pub fn is_variable(name: &str) -> bool {
    let is_letter = |it: char| it.is_ascii_alphabetic() || it == '_';
    name.chars().next().is_some_and(is_letter)
        && name.chars().all(|it| is_letter(it) || it.is_ascii_digit())
}
