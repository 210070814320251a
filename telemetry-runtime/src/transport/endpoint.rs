//! The endpoint: the meaning of its text and the addresses that are refused.
//!
//! **Invariants.** No event travels unencrypted to another machine unless that was allowed
//! explicitly. The case of a path never changes. No message contains credentials or a query.

use std::{fmt, str::FromStr};

/// The destination of envelopes, parsed from text.
///
/// | text | meaning |
/// | --- | --- |
/// | empty | envelopes are built and discarded |
/// | `stdout`, `stderr`, `log` | one JSON line per envelope on standard error |
/// | `https://...` | HTTPS |
/// | `http://...` | only to this machine, unless parsed with [`parse_insecure`](Self::parse_insecure) |
///
/// ```
/// use telemetry_runtime::transport::{Endpoint, EndpointError};
///
/// let endpoint: Endpoint = "stdout".parse()?;
/// assert_eq!(endpoint.to_string(), "stderr");
/// # #[cfg(all(feature = "http", not(feature = "off")))]
/// assert_eq!("http://telemetry.example/".parse::<Endpoint>(), Err(EndpointError::Insecure));
/// # Ok::<(), EndpointError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint(pub(crate) Destination);

#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Destination {
    Nowhere,
    Stderr,
    #[cfg(feature = "http")]
    Url(reqwest::Url),
}

/// Why a text is not a valid endpoint. The message never contains the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum EndpointError {
    /// Not a URL with a host.
    Invalid,
    /// Neither `http` nor `https`.
    Scheme,
    /// `http` to another machine.
    Insecure,
    /// Not a word of the table at [`Endpoint`], and this program is built without the feature `http`.
    NoHttp,
}

#[cfg(feature = "spool")]
impl Destination {
    /// The hash of the recipient, without credentials and query; `None` if it is not a URL.
    pub(crate) fn recipient(&self) -> Option<u64> {
        match self {
            Self::Nowhere | Self::Stderr => None,
            #[cfg(feature = "http")]
            Self::Url(url) => {
                let port = url.port_or_known_default().unwrap_or_default();
                let host = url.host_str().unwrap_or_default();
                let text = format!("{}://{host}:{port}{}", url.scheme(), url.path());
                Some(crate::util::const_str::hash_on(
                    crate::util::const_str::HASH_START,
                    &text,
                ))
            }
        }
    }
}

impl Endpoint {
    /// Parses `text` and also accepts `http` to other machines.
    ///
    /// ```
    /// # #[cfg(feature = "http")] {
    /// use telemetry_runtime::transport::Endpoint;
    ///
    /// assert!(Endpoint::parse_insecure("http://telemetry.example/").is_ok());
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the text is not in the table above.
    pub fn parse_insecure(text: &str) -> Result<Self, EndpointError> {
        Self::parse(text, true)
    }

    fn parse(text: &str, allow_insecure: bool) -> Result<Self, EndpointError> {
        let text = text.trim();
        match text.to_ascii_lowercase().as_str() {
            "" => Ok(Self(Destination::Nowhere)),
            "stdout" | "stderr" | "log" => Ok(Self(Destination::Stderr)),
            // A build without telemetry sends to no address, so no address is an error.
            _ if cfg!(feature = "off") => Ok(Self(Destination::Nowhere)),
            _ => parse_url(text, allow_insecure).map(Self),
        }
    }
}

impl FromStr for Endpoint {
    type Err = EndpointError;

    /// Parses `text`; `http` is accepted to this machine only.
    ///
    /// # Errors
    ///
    /// When the text is not in the table above.
    fn from_str(text: &str) -> Result<Self, EndpointError> {
        Self::parse(text, false)
    }
}

#[cfg(not(feature = "http"))]
fn parse_url(_: &str, _: bool) -> Result<Destination, EndpointError> {
    Err(EndpointError::NoHttp)
}

// This is the parser of the HTTP client: two parsers could disagree about the host in a text.
#[cfg(feature = "http")]
fn parse_url(text: &str, allow_insecure: bool) -> Result<Destination, EndpointError> {
    let url = reqwest::Url::parse(text).map_err(|_| EndpointError::Invalid)?;
    let host = url.host_str().ok_or(EndpointError::Invalid)?;
    match url.scheme() {
        "https" => Ok(Destination::Url(url)),
        "http" if allow_insecure || is_loopback(host) => Ok(Destination::Url(url)),
        "http" => Err(EndpointError::Insecure),
        _ => Err(EndpointError::Scheme),
    }
}

/// True if a URL's host (lower case, IPv6 in brackets) is this machine. The resolver checks the
/// addresses of `localhost`, which a system may map to another machine.
#[cfg(feature = "http")]
pub(crate) fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    let parsed = address.parse::<std::net::IpAddr>();
    host == "localhost" || parsed.is_ok_and(|address| address.is_loopback())
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Destination::Nowhere => f.write_str("nowhere"),
            Destination::Stderr => f.write_str("stderr"),
            #[cfg(feature = "http")]
            Destination::Url(url) => {
                write!(
                    f,
                    "{}://{}",
                    url.scheme(),
                    url.host_str().unwrap_or_default()
                )?;
                if let Some(port) = url.port() {
                    write!(f, ":{port}")?;
                }
                f.write_str(url.path())
            }
        }
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({self})")
    }
}

impl fmt::Display for EndpointError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Invalid => "the endpoint is not a valid URL; use an https address or stdout",
            Self::Scheme => "the endpoint is neither https nor http; use https",
            Self::Insecure => "the endpoint sends unencrypted http to another machine; use https",
            Self::NoHttp => {
                "the endpoint is neither stdout nor empty; URLs need the feature `http` in this program's build"
            }
        })
    }
}

impl std::error::Error for EndpointError {}

#[cfg(all(test, not(feature = "off")))]
mod tests {
    use super::*;

    fn shown(text: &str) -> Result<String, EndpointError> {
        text.parse::<Endpoint>()
            .map(|endpoint| format!("{endpoint:?}"))
    }

    #[test]
    fn words_are_local_destinations() {
        assert_eq!(shown("  ").unwrap(), "Endpoint(nowhere)");
        for word in ["stdout", "stderr", "log", " STDOUT "] {
            assert_eq!(shown(word).unwrap(), "Endpoint(stderr)");
        }
    }

    #[cfg(feature = "http")]
    #[test]
    fn http_is_accepted_to_this_machine_only() {
        for text in [
            "http://127.0.0.1:8080/x",
            "http://localhost/",
            "http://[::1]:1/",
            "https://a.example/",
        ] {
            assert!(shown(text).is_ok(), "{text}");
        }
        for text in [
            "http://a.example/",
            "http://127.0.0.1.a.example/",
            "http://localhost@a.example/",
            "http://[::2]/",
        ] {
            assert_eq!(shown(text), Err(EndpointError::Insecure), "{text}");
            assert!(Endpoint::parse_insecure(text).is_ok(), "{text}");
        }
    }

    #[cfg(feature = "http")]
    #[test]
    fn text_that_is_not_an_address_is_refused_and_not_repeated() {
        assert_eq!(shown("ftp://a.example/"), Err(EndpointError::Scheme));
        for text in [
            "events",
            "https://",
            "https://[",
            "http//x",
            "https:///secret:pw@",
        ] {
            let Err(error) = shown(text) else { continue };
            assert!(!error.to_string().contains(text), "{text}");
        }
        assert_eq!(shown("not a url"), Err(EndpointError::Invalid));
    }

    #[cfg(feature = "http")]
    #[test]
    fn a_path_keeps_its_case_and_secrets_are_not_shown() {
        let text = shown("https://user:pw@Host.Example:8443/V1/Events?token=T#f").unwrap();
        assert_eq!(text, "Endpoint(https://host.example:8443/V1/Events)");
    }

    #[cfg(not(feature = "http"))]
    #[test]
    fn a_url_needs_the_http_feature() {
        assert_eq!(shown("https://a.example/"), Err(EndpointError::NoHttp));
    }
}
