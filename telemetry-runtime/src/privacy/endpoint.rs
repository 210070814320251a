//! Addresses of servers in a form that a log may hold.
//!
//! An address that a person configured can carry a token in its query and a password before its host.
//! What no address can be is replaced as a whole, since nobody knows what is in it.

use std::net::Ipv6Addr;

const REDACTED: &str = "<redacted>";
const INVALID: &str = "<invalid-endpoint>";

/// `endpoint` without what its query says: `?<redacted>` stands for a query that is not empty.
///
/// Does what the originals do for their logs, so a user and a password stay: [`redact_endpoint`]
/// replaces them too. The scheme gets lower case, control characters and an empty query or fragment
/// go.
///
/// ```
/// use telemetry_runtime::privacy::redact_query;
///
/// assert_eq!(redact_query("https://a.b/c?token=1#top"), "https://a.b/c?<redacted>#top");
/// assert_eq!(redact_query("https://a.b/c"), "https://a.b/c");
/// assert_eq!(redact_query("http://[::1"), "<invalid-endpoint>");
/// ```
#[must_use]
pub fn redact_query(endpoint: &str) -> String {
    Endpoint::text(endpoint, |endpoint| endpoint.written(endpoint.authority))
}

/// `endpoint` without what could be a secret: its query, and a user and password before its host.
///
/// ```
/// use telemetry_runtime::privacy::redact_endpoint;
///
/// assert_eq!(
///     redact_endpoint("https://alice:pw@a.b/c?token=1"),
///     "https://<redacted>@a.b/c?<redacted>"
/// );
/// assert_eq!(redact_endpoint("https://a.b/c"), "https://a.b/c");
/// ```
#[must_use]
pub fn redact_endpoint(endpoint: &str) -> String {
    Endpoint::text(endpoint, |endpoint| {
        match endpoint.authority.rsplit_once('@') {
            Some((_, host)) => endpoint.written(&[REDACTED, "@", host].concat()),
            None => endpoint.written(endpoint.authority),
        }
    })
}

/// The parts of an address, as they were written.
struct Endpoint<'t> {
    /// Lower case, with its colon; empty when there is none.
    scheme: String,
    /// `//` when an authority follows, else empty.
    slashes: &'static str,
    authority: &'t str,
    path: &'t str,
    query: &'t str,
    fragment: &'t str,
}

impl Endpoint<'_> {
    /// The text that `write` makes of the parts of `text`.
    fn text(text: &str, write: impl FnOnce(&Endpoint<'_>) -> String) -> String {
        let text: String = text
            .trim_start_matches(|character| character <= ' ')
            .chars()
            .filter(|character| !matches!(character, '\t' | '\r' | '\n'))
            .collect();
        let endpoint = Endpoint::split(&text);
        if is_authority(endpoint.authority) {
            write(&endpoint)
        } else {
            INVALID.to_owned()
        }
    }

    fn split(text: &str) -> Endpoint<'_> {
        let (scheme, rest) = match text.split_once(':') {
            Some((scheme, rest)) if is_scheme(scheme) => (scheme.to_ascii_lowercase() + ":", rest),
            _ => (String::new(), text),
        };
        let (slashes, authority, rest) = match rest.strip_prefix("//") {
            Some(rest) => {
                let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
                let (authority, rest) = rest.split_at_checked(end).unwrap_or((rest, ""));
                ("//", authority, rest)
            }
            None => ("", "", rest),
        };
        let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        Endpoint {
            scheme,
            slashes,
            authority,
            path,
            query,
            fragment,
        }
    }

    fn written(&self, authority: &str) -> String {
        let mut text = [&self.scheme, self.slashes, authority, self.path].concat();
        if !self.query.is_empty() {
            text.extend(["?", REDACTED]);
        }
        if !self.fragment.is_empty() {
            text.extend(["#", self.fragment]);
        }
        text
    }
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}

/// False for an authority that two programs could read differently.
fn is_authority(text: &str) -> bool {
    if text.contains(LOOKALIKES) {
        return false;
    }
    match (text.split_once('['), text.contains(']')) {
        (None, closes) => !closes,
        (Some((_, rest)), _) => rest
            .split_once(']')
            .is_some_and(|(address, _)| is_ip_literal(address)),
    }
}

/// An address of version 6 or later, as it stands between brackets.
fn is_ip_literal(text: &str) -> bool {
    if let Some(future) = text.strip_prefix('v') {
        return future.split_once('.').is_some_and(|(version, address)| {
            !version.is_empty()
                && version.bytes().all(|byte| byte.is_ascii_hexdigit())
                && !address.is_empty()
        });
    }
    let address = match text.split_once('%') {
        Some((_, zone)) if zone.is_empty() || zone.contains('%') => return false,
        Some((address, _)) => address,
        None => text,
    };
    address.parse::<Ipv6Addr>().is_ok()
}

/// Characters that normalization turns into one of `/ ? # @ :`, which end a host.
const LOOKALIKES: [char; 19] = [
    '\u{2047}', '\u{2048}', '\u{2049}', '\u{2100}', '\u{2101}', '\u{2105}', '\u{2106}', '\u{2a74}',
    '\u{fe13}', '\u{fe16}', '\u{fe55}', '\u{fe56}', '\u{fe5f}', '\u{fe6b}', '\u{ff03}', '\u{ff0f}',
    '\u{ff1a}', '\u{ff1f}', '\u{ff20}',
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_its_shape() {
        for (endpoint, redacted) in [
            ("HTTPS://A.B/C?X", "https://A.B/C?<redacted>"),
            ("  http://a?b ", "http://a?<redacted>"),
            ("ht\ntp://a", "http://a"),
            ("https://a.b/c?", "https://a.b/c"),
            ("https://a.b/c#", "https://a.b/c"),
            ("https://a#b?c", "https://a#b?c"),
            ("http://a?b?c#d#e", "http://a?<redacted>#d#e"),
            ("mailto:x?y", "mailto:x?<redacted>"),
            ("1a:b?c", "1a:b?<redacted>"),
            ("foo//bar?x", "foo//bar?<redacted>"),
            (
                "http://u@[fe80::1%25eth0]:80/?q",
                "http://u@[fe80::1%25eth0]:80/?<redacted>",
            ),
            ("http://[v1.a]/", "http://[v1.a]/"),
            ("stdout", "stdout"),
        ] {
            assert_eq!(redact_query(endpoint), redacted, "{endpoint:?}");
        }
    }

    #[test]
    fn what_is_no_address_is_not_repeated() {
        for endpoint in [
            "http://[::1",
            "http://]a",
            "http://[x]/",
            "http://[]/",
            "http://[1.2.3.4]/",
            "http://[::1%]/",
            "http://a\u{ff0f}b/?q",
        ] {
            assert_eq!(redact_query(endpoint), "<invalid-endpoint>", "{endpoint}");
            assert_eq!(
                redact_endpoint(endpoint),
                "<invalid-endpoint>",
                "{endpoint}"
            );
        }
    }

    #[test]
    fn nothing_before_the_host_stays() {
        assert_eq!(
            redact_endpoint("https://a@b:c@d.e/f@g"),
            "https://<redacted>@d.e/f@g"
        );
        assert_eq!(
            redact_endpoint("https://d.e/?u@h"),
            "https://d.e/?<redacted>"
        );
    }
}
