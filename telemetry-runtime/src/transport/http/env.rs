//! Proxy and certificate settings from environment variables, captured once.
//!
//! **Invariants.** Never reads the environment of the process. `Debug` never shows a value: proxy
//! addresses can contain passwords.

use std::{env, fmt, path::PathBuf};

use reqwest::Url;

use super::failure::setup;
use crate::{
    transport::{Failure, endpoint::is_loopback},
    util::env::EnvLookup,
};

/// Proxy and certificate variables.
#[derive(Clone, Default)]
pub(super) struct ProxyEnv {
    proxy: Option<String>,
    no_proxy: Option<String>,
    pub(super) cert_file: Option<PathBuf>,
    pub(super) cert_dirs: Vec<PathBuf>,
}

impl ProxyEnv {
    pub(super) fn capture(url: &Url, lookup: &EnvLookup<'_>) -> Self {
        let text = |names: &[&str]| {
            let set = names
                .iter()
                .filter_map(|name| lookup(name)?.into_string().ok());
            set.map(|text| text.trim().to_owned())
                .find(|text| !text.is_empty())
        };
        let path = |name| lookup(name).filter(|value| !value.is_empty());
        let dirs = path("SSL_CERT_DIR").map(|dirs| env::split_paths(&dirs).collect());
        let local = url.host_str().is_some_and(is_loopback);
        let proxy = match url.scheme() {
            _ if local => None,
            "https" => text(&["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]),
            // Under CGI a request header can set the upper-case variable ("httpoxy").
            _ if lookup("REQUEST_METHOD").is_some() => {
                text(&["http_proxy", "all_proxy", "ALL_PROXY"])
            }
            _ => text(&["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"]),
        };
        Self {
            proxy,
            no_proxy: text(&["no_proxy", "NO_PROXY"]),
            cert_file: path("SSL_CERT_FILE").map(PathBuf::from),
            cert_dirs: dirs.unwrap_or_default(),
        }
    }

    pub(super) fn has_proxy(&self) -> bool {
        self.proxy.is_some()
    }

    pub(super) fn proxy(&self) -> Result<Option<reqwest::Proxy>, Failure> {
        let invalid = |_| setup("the proxy variable does not contain a valid URL");
        let proxy = self
            .proxy
            .as_deref()
            .map(reqwest::Proxy::all)
            .transpose()
            .map_err(invalid)?;
        let exceptions = self
            .no_proxy
            .as_deref()
            .and_then(reqwest::NoProxy::from_string);
        Ok(proxy.map(|proxy| proxy.no_proxy(exceptions)))
    }
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
        ProxyEnv::capture(&Url::parse(url).unwrap(), &lookup).proxy
    }

    #[test]
    fn each_scheme_has_its_variables() {
        let all = [
            ("HTTPS_PROXY", "secure"),
            ("HTTP_PROXY", "plain"),
            ("ALL_PROXY", "any"),
        ];
        let named = |url, variables| proxy(url, variables).unwrap_or_default();
        assert_eq!(named("https://a.example/", &all), "secure");
        assert_eq!(named("http://a.example/", &all), "plain");
        assert_eq!(named("https://a.example/", &all[1..]), "any");
        assert_eq!(named("https://127.0.0.1/", &all), "");
        let lower = [("https_proxy", " first "), ("HTTPS_PROXY", "second")];
        assert_eq!(named("https://a.example/", &lower), "first");
    }

    #[test]
    fn a_request_header_cannot_set_the_proxy_under_cgi() {
        let cgi = [("REQUEST_METHOD", "GET"), ("HTTP_PROXY", "evil")];
        assert_eq!(proxy("http://a.example/", &cgi), None);
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
