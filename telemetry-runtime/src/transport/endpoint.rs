//! Where envelopes go: what an endpoint text means and which addresses are refused.
//!
//! Never lets an event travel unencrypted to another machine unless that was allowed explicitly,
//! never changes the case of a path, and never shows credentials or a query in any message.

use std::fmt;

/// A place that envelopes can go to, parsed from text.
///
/// | text | meaning |
/// | --- | --- |
/// | empty | envelopes are built and thrown away |
/// | `stdout`, `stderr`, `log` | one JSON line per envelope on standard error |
/// | `https://...` | HTTPS |
/// | `http://...` | only to this machine, unless allowed |
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint(pub(crate) Destination);

#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Destination {
    Nowhere,
    Stderr,
    #[cfg(feature = "http")]
    Url(reqwest::Url),
}

/// Why a text is no endpoint. Its text never repeats the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum EndpointError {
    /// Not a URL with a host.
    Invalid,
    /// Neither `http` nor `https`.
    Scheme,
    /// `http` to another machine.
    Insecure,
    /// Anything but a word of the table at [`Endpoint`]: this build has no HTTP transport.
    NoHttp,
}

impl Endpoint {
    /// Understands `text`; `allow_insecure` accepts `http` to other machines.
    ///
    /// # Errors
    ///
    /// When the text is neither a word of the table above nor a URL that may be sent to.
    pub fn parse(text: &str, allow_insecure: bool) -> Result<Self, EndpointError> {
        let text = text.trim();
        match text.to_ascii_lowercase().as_str() {
            "" => Ok(Self(Destination::Nowhere)),
            "stdout" | "stderr" | "log" => Ok(Self(Destination::Stderr)),
            _ => parse_url(text, allow_insecure).map(Self),
        }
    }
}

#[cfg(not(feature = "http"))]
fn parse_url(_: &str, _: bool) -> Result<Destination, EndpointError> {
    Err(EndpointError::NoHttp)
}

// The address is judged by the parser that the HTTP client uses: two parsers could disagree about
// which host a text names.
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

/// True for this machine, as a URL's host names it: lower case, IPv6 in brackets.
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
            Self::Insecure => "the endpoint is http to another machine; use https",
            Self::NoHttp => {
                "the endpoint is neither stdout nor empty, and this program is built without `http`"
            }
        })
    }
}

impl std::error::Error for EndpointError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Result<String, EndpointError> {
        Endpoint::parse(text, false).map(|endpoint| format!("{endpoint:?}"))
    }

    #[test]
    fn words_name_local_places() {
        assert_eq!(shown("  ").unwrap(), "Endpoint(nowhere)");
        for word in ["stdout", "stderr", "log", " STDOUT "] {
            assert_eq!(shown(word).unwrap(), "Endpoint(stderr)");
        }
    }

    #[cfg(feature = "http")]
    #[test]
    fn http_is_for_this_machine_only() {
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
            assert!(Endpoint::parse(text, true).is_ok(), "{text}");
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
    fn a_path_keeps_its_case_and_secrets_stay_hidden() {
        let text = shown("https://user:pw@Host.Example:8443/V1/Events?token=T#f").unwrap();
        assert_eq!(text, "Endpoint(https://host.example:8443/V1/Events)");
    }

    #[cfg(not(feature = "http"))]
    #[test]
    fn a_url_needs_the_http_feature() {
        assert_eq!(shown("https://a.example/"), Err(EndpointError::NoHttp));
    }
}
