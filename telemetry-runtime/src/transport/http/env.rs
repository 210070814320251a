//! Proxy and certificate settings from environment variables, captured once.
//!
//! **Invariants.** Never reads the environment of the process. `Debug` never shows a value: proxy
//! addresses can contain passwords.

use std::{
    env,
    ffi::{OsStr, OsString},
    fmt,
    path::PathBuf,
};

use reqwest::Url;

use super::{failure::setup, no_proxy};
use crate::{
    transport::{Failure, endpoint::is_loopback},
    util::env::EnvLookup,
};

const UNUSABLE: &str = "the proxy variable holds no usable address";
const SOCKS: &str = "the proxy variable names a SOCKS proxy, which is not supported";
const BACKSLASH: &str = "the proxy variable contains a backslash: write it as %5C";

/// Proxy and certificate variables.
#[derive(Clone, Default)]
pub(super) struct ProxyEnv {
    /// The proxy's address, or why the variable is unusable. `None` connects directly.
    proxy: Option<Result<Url, &'static str>>,
    pub(super) cert_file: Option<PathBuf>,
    pub(super) cert_dirs: Vec<PathBuf>,
}

impl ProxyEnv {
    pub(super) fn capture(url: &Url, lookup: &EnvLookup<'_>) -> Self {
        let first = |names: &[&str]| -> Option<OsString> {
            let set = names.iter().filter_map(|name| lookup(name));
            set.into_iter().find(|value| !value.is_empty())
        };
        let path = |name| lookup(name).filter(|value| !value.is_empty());
        let dirs = path("SSL_CERT_DIR").map(|dirs| env::split_paths(&dirs).collect());
        let local = url.host_str().is_some_and(is_loopback);
        let proxy = match url.scheme() {
            _ if local => None,
            "https" => first(&["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]),
            // Under CGI a request header can set the upper-case variable ("httpoxy").
            _ if lookup("REQUEST_METHOD").is_some() => {
                first(&["http_proxy", "all_proxy", "ALL_PROXY"])
            }
            _ => first(&["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"]),
        };
        let exceptions = first(&["no_proxy", "NO_PROXY"]).unwrap_or_default();
        let is_exception = no_proxy::contains(&exceptions.to_string_lossy(), url);
        Self {
            proxy: proxy.filter(|_| !is_exception).map(|proxy| parse(&proxy)),
            cert_file: path("SSL_CERT_FILE").map(PathBuf::from),
            cert_dirs: dirs.unwrap_or_default(),
        }
    }

    pub(super) fn has_proxy(&self) -> bool {
        self.proxy.is_some()
    }

    pub(super) fn proxy(&self) -> Result<Option<reqwest::Proxy>, Failure> {
        let Some(proxy) = &self.proxy else {
            return Ok(None);
        };
        let url = proxy.as_ref().map_err(|why| setup(why))?;
        let proxy = reqwest::Proxy::all(url.clone()).map_err(|_| setup(UNUSABLE))?;
        Ok(Some(proxy))
    }
}

/// The address of a proxy, reduced to scheme, credentials, host and port.
///
/// This is stricter than the HTTP client, which silently ignores an address that it cannot use and
/// connects directly.
fn parse(value: &OsStr) -> Result<Url, &'static str> {
    let text = value.to_str().ok_or(UNUSABLE)?.trim();
    if text.contains('\\') {
        return Err(BACKSLASH);
    }
    let url = match text.split_once("://") {
        Some((scheme, _)) if scheme.to_ascii_lowercase().starts_with("socks") => return Err(SOCKS),
        Some(_) => Url::parse(text),
        None => Url::parse(&format!("http://{text}")),
    };
    let mut url = url.map_err(|_| UNUSABLE)?;
    let host = url.host_str().unwrap_or_default();
    // The URL parser allows quotes and braces in a host.
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._[:]".contains(c);
    let usable = matches!(url.scheme(), "http" | "https")
        && !host.is_empty()
        && host.chars().all(is_plain)
        && url.port() != Some(0);
    // A `/`, `?` or `#` in a password ends the host before the `@`.
    let is_cut = url.path().contains('@') || url.query().is_some() || url.fragment().is_some();
    if !usable || is_cut {
        return Err(UNUSABLE);
    }
    url.set_path("");
    Ok(url)
}

impl fmt::Debug for ProxyEnv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProxyEnv")
            .field("proxy", &self.has_proxy())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;

    fn proxy(url: &str, variables: &[(&str, &str)]) -> Option<String> {
        let lookup = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| OsString::from(value))
        };
        let proxy = ProxyEnv::capture(&Url::parse(url).unwrap(), &lookup).proxy?;
        Some(proxy.map_or_else(str::to_owned, String::from))
    }

    #[test]
    fn each_scheme_has_its_variables() {
        let all = [
            ("HTTPS_PROXY", "secure"),
            ("HTTP_PROXY", "plain"),
            ("ALL_PROXY", "any"),
        ];
        let named = |url, variables| proxy(url, variables).unwrap_or_default();
        assert_eq!(named("https://a.example/", &all), "http://secure/");
        assert_eq!(named("http://a.example/", &all), "http://plain/");
        assert_eq!(named("https://a.example/", &all[1..]), "http://any/");
        assert_eq!(named("https://127.0.0.1/", &all), "");
        let lower = [("https_proxy", " first "), ("HTTPS_PROXY", "second")];
        assert_eq!(named("https://a.example/", &lower), "http://first/");
    }

    #[test]
    fn a_request_header_cannot_set_the_proxy_under_cgi() {
        let cgi = [("REQUEST_METHOD", "GET"), ("HTTP_PROXY", "evil")];
        assert_eq!(proxy("http://a.example/", &cgi), None);
    }

    #[test]
    fn an_address_is_reduced_to_what_connecting_needs_or_unusable() {
        let parsed = |text: &str| parse(OsStr::new(text)).map(String::from);
        let usable = [
            ("proxy.example:3128", "http://proxy.example:3128/"),
            ("HTTPS://Proxy.Example", "https://proxy.example/"),
            ("user:p%40ss@10.0.0.1:1/x", "http://user:p%40ss@10.0.0.1:1/"),
            (
                "http://user:p@ss@[::1]:8080/",
                "http://user:p%40ss@[::1]:8080/",
            ),
        ];
        for (text, address) in usable {
            assert_eq!(parsed(text).unwrap(), address, "{text}");
        }
        let unusable = [
            "http://",
            " ",
            "::",
            "ftp://a.example",
            "file:///x",
            "http://a b",
            "http://a:99999",
            "http://a:0",
            "http://:80",
            "http://a\"b",
            "http://{a}",
            "http://u:1/p@a",
            "http://a?b",
            "http://a#b",
            "mailto:a@b:c",
        ];
        for text in unusable {
            assert_eq!(parsed(text), Err(UNUSABLE), "{text}");
        }
        for text in ["socks5h://a", "SOCKS4://a", "socks://a"] {
            assert_eq!(parsed(text), Err(SOCKS), "{text}");
        }
        assert_eq!(parsed("http://domain\\user:pw@a"), Err(BACKSLASH));
    }

    #[test]
    fn debug_does_not_show_passwords() {
        let lookup = |_: &str| Some(OsString::from("http://user:secret@proxy.example"));
        let url = Url::parse("https://a.example/").unwrap();
        let shown = format!("{:?}", ProxyEnv::capture(&url, &lookup));
        assert!(
            !shown.contains("secret") && shown.contains("true"),
            "{shown}"
        );
    }
}
