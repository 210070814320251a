//! The headers of a product, checked in constants.
//!
//! **Invariants.** A value of [`Headers`] exists only for names and values that were checked. No name
//! belongs to HTTP, to a cookie or to a login, so that a header can change neither how a request is
//! read nor who its sender is.

use crate::util::const_str::{Text, contains, eq};

/// Headers with a meaning for HTTP, for a connection or for an identity.
const RESERVED: &[&str] = &[
    "authorization",
    "cache-control",
    "connection",
    "cookie",
    "cookie2",
    "date",
    "early-data",
    "expect",
    "forwarded",
    "from",
    "host",
    "http2-settings",
    "keep-alive",
    "max-forwards",
    "origin",
    "pragma",
    "range",
    "referer",
    "te",
    "trailer",
    "transfer-encoding",
    "true-client-ip",
    "upgrade",
    "user-agent",
    "via",
    "www-authenticate",
    "x-client-ip",
    "x-method-override",
    "x-original-url",
    "x-real-ip",
    "x-rewrite-url",
];

/// Beginnings of names that are reserved, too.
const RESERVED_PREFIXES: &[&str] = &[
    "accept",
    "access-control-",
    "content-",
    "if-",
    "proxy-",
    "sec-",
    "set-cookie",
    "x-forwarded-",
    "x-http-method",
];

/// Headers that a product adds to its requests, from [`telemetry_headers!`](crate::telemetry_headers).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Headers(&'static [(&'static str, &'static str)]);

impl Headers {
    /// No headers.
    pub const NONE: Self = Self(&[]);

    /// Maximum number of headers of a product.
    pub const MAX_COUNT: usize = 8;

    /// Maximum length of a name in bytes.
    pub const MAX_NAME_LEN: usize = 64;

    /// Maximum length of a value in bytes.
    pub const MAX_VALUE_LEN: usize = 256;

    /// The names and values, in the order of their declaration.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &'static str)> + Clone + use<> {
        self.0.iter().copied()
    }

    /// True if there are no headers.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The [headers](crate::Product::headers) of a product, checked while the program is compiled.
///
/// A name is a literal of 1 to 64 characters of `a-z 0-9 -` that starts with a letter. A value is a
/// constant of 1 to 256 visible ASCII characters and inner spaces. There are at most eight headers, each
/// with its own name.
///
/// Names with a meaning for HTTP, a connection or an identity are not accepted: `authorization`,
/// `cookie`, `from`, `host`, `user-agent`, `connection`, `transfer-encoding`, `expect`, `te`, `upgrade` and
/// others, and every name that starts with `accept`, `access-control-`, `content-`, `if-`, `proxy-`,
/// `sec-`, `set-cookie`, `x-forwarded-` or `x-http-method`.
///
/// ```
/// use telemetry_runtime::{Product, telemetry_headers, transport::Headers};
///
/// const HEADERS: Headers = telemetry_headers! {
///     "x-team" = "nemo",
///     "x-build" = env!("CARGO_PKG_VERSION"),
/// };
/// static MY_TOOL: Product = Product::new("my-tool").headers(HEADERS);
///
/// assert_eq!(HEADERS.iter().next(), Some(("x-team", "nemo")));
/// ```
///
/// A mistake is a compile error:
///
/// ```compile_fail
/// # use telemetry_runtime::{Product, telemetry_headers};
/// static MY_TOOL: Product =
///     Product::new("my-tool").headers(telemetry_headers! { "cookie" = "a=b" });
/// ```
#[macro_export]
macro_rules! telemetry_headers {
    ($($name:literal = $value:expr),+ $(,)?) => {
        const {
            match $crate::transport::macros::checked(&[$(($name, $value)),+]) {
                ::core::result::Result::Ok(headers) => headers,
                ::core::result::Result::Err(mistake) => {
                    ::core::panic!("{}", mistake.message().as_str())
                }
            }
        }
    };
}

/// The first header that is not valid.
#[derive(Debug, Clone, Copy)]
pub struct Mistake {
    subject: &'static str,
    name: &'static str,
    problem: &'static str,
}

impl Mistake {
    const fn new(subject: &'static str, name: &'static str, problem: &'static str) -> Self {
        Self {
            subject,
            name,
            problem,
        }
    }

    /// A message for the author of the product.
    #[must_use]
    pub const fn message(&self) -> Text<320> {
        let mut message = Text::EMPTY;
        message.push(self.subject);
        message.push(" `");
        message.push(self.name);
        message.push("` ");
        message.push(self.problem);
        message
    }
}

/// The headers, if all of them are valid.
///
/// # Errors
///
/// The first one that is not valid.
pub const fn checked(headers: &'static [(&'static str, &'static str)]) -> Result<Headers, Mistake> {
    let mut rest = headers;
    let mut count = 0;
    while let [(name, value), after @ ..] = rest {
        count += 1;
        if count > Headers::MAX_COUNT {
            return Err(Mistake::new(
                "the header",
                name,
                "is one too many\nhelp: a product has at most 8 headers",
            ));
        }
        if is_reserved(name) {
            return Err(Mistake::new(
                "the header",
                name,
                "belongs to HTTP, a connection or an identity\nhelp: choose another name, such \
                 as \"x-team\"",
            ));
        }
        if !is_name(name) {
            return Err(Mistake::new(
                "the header name",
                name,
                "is not valid\nhelp: write 1 to 64 characters of a-z, 0-9 and -, and a letter first",
            ));
        }
        if !is_value(value) {
            return Err(Mistake::new(
                "the value of the header",
                name,
                "is not valid\nhelp: write 1 to 256 visible ASCII characters; spaces are allowed \
                 between them, line breaks are not",
            ));
        }
        if has(after, name) {
            return Err(Mistake::new(
                "the header",
                name,
                "is declared twice\nhelp: keep one of them",
            ));
        }
        rest = after;
    }
    Ok(Headers(headers))
}

/// True if a product may use this name.
pub(crate) const fn is_free_name(name: &str) -> bool {
    is_name(name) && !is_reserved(name)
}

const fn is_name(name: &str) -> bool {
    let mut bytes = name.as_bytes();
    if !matches!(bytes, [b'a'..=b'z', ..]) || bytes.len() > Headers::MAX_NAME_LEN {
        return false;
    }
    while let [byte, rest @ ..] = bytes {
        if !matches!(*byte, b'a'..=b'z' | b'0'..=b'9' | b'-') {
            return false;
        }
        bytes = rest;
    }
    true
}

/// True for the name of a reserved header in any case.
const fn is_reserved(name: &str) -> bool {
    let lower = lower_case(name);
    let lower = lower.as_str();
    let mut prefixes = RESERVED_PREFIXES;
    while let [prefix, rest @ ..] = prefixes {
        if let Some((start, _)) = lower.split_at_checked(prefix.len())
            && eq(start, prefix)
        {
            return true;
        }
        prefixes = rest;
    }
    contains(RESERVED, lower)
}

/// The name in lower case, as far as it can be a valid one.
const fn lower_case(name: &str) -> Text<{ Headers::MAX_NAME_LEN }> {
    let mut lower = Text::EMPTY;
    let mut bytes = name.as_bytes();
    while let [byte, rest @ ..] = bytes {
        lower.push_byte(byte.to_ascii_lowercase());
        bytes = rest;
    }
    lower
}

const fn is_value(value: &str) -> bool {
    let mut bytes = value.as_bytes();
    if matches!(bytes, [] | [b' ', ..] | [.., b' ']) || bytes.len() > Headers::MAX_VALUE_LEN {
        return false;
    }
    while let [byte, rest @ ..] = bytes {
        if !matches!(*byte, b' '..=b'~') {
            return false;
        }
        bytes = rest;
    }
    true
}

const fn has(mut headers: &[(&str, &str)], name: &str) -> bool {
    while let [(other, _), rest @ ..] = headers {
        if eq(other, name) {
            return true;
        }
        headers = rest;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(headers: &'static [(&'static str, &'static str)]) -> Option<String> {
        let mistake = checked(headers).err()?;
        Some(mistake.message().as_str().to_owned())
    }

    fn problem_of(name: &str, value: &str) -> Option<String> {
        let header: (&'static str, &'static str) =
            (name.to_owned().leak(), value.to_owned().leak());
        problem(Box::leak(Box::new([header])))
    }

    #[test]
    fn headers_of_a_product_are_accepted_in_their_order() {
        let headers = crate::telemetry_headers! { "x-team" = "nemo", "a" = "~ !" };
        let pairs: Vec<_> = headers.iter().collect();
        assert_eq!(pairs, [("x-team", "nemo"), ("a", "~ !")]);
        assert!(!headers.is_empty() && Headers::NONE.is_empty());
        assert_eq!(problem_of(&"x".repeat(64), &"y".repeat(256)), None);
    }

    #[test]
    fn names_of_http_and_of_identities_are_refused_in_any_case() {
        let reserved = RESERVED.iter().map(|name| (*name).to_owned());
        let prefixed = RESERVED_PREFIXES.iter().map(|prefix| format!("{prefix}x"));
        let others = [
            "accept",
            "Cookie",
            "USER-AGENT",
            "set-cookie",
            "Proxy-Authorization",
        ];
        let others = others.map(str::to_owned);
        for name in reserved.chain(prefixed).chain(others) {
            let problem = problem_of(&name, "a").unwrap();
            assert!(problem.contains("belongs to HTTP"), "{name}: {problem}");
            assert!(problem.contains(&format!("`{name}`")), "{problem}");
        }
        for name in ["x-cookie", "hosts", "x-accept", "tea"] {
            assert_eq!(problem_of(name, "a"), None, "{name}");
        }
    }

    #[test]
    fn bytes_that_could_end_a_header_are_refused() {
        let long = "x".repeat(65);
        for name in [
            "", "X-Team", "x team", "x:y", "x\r\ny", "x_y", "1x", "-x", "\u{e9}", &long,
        ] {
            let problem = problem_of(name, "a").unwrap();
            assert!(problem.contains("name"), "{name}: {problem}");
        }
        let long = "x".repeat(257);
        for value in [
            "",
            " a",
            "a ",
            " ",
            "a\r\nx: y",
            "a\n",
            "\t",
            "a\0",
            "\u{7f}",
            "\u{e9}",
            &long,
        ] {
            let problem = problem_of("x-team", value).unwrap();
            assert!(
                problem.contains("value of the header `x-team`"),
                "{problem}"
            );
        }
    }

    #[test]
    fn a_name_appears_once_and_the_number_of_headers_is_limited() {
        let twice = problem(&[("a", "1"), ("b", "2"), ("a", "3")]).unwrap();
        assert!(twice.contains("`a` is declared twice"), "{twice}");
        let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
        let nine = Vec::leak(names.map(|name| (name, "1")).into());
        let problem = problem(nine).unwrap();
        assert!(problem.contains("`i` is one too many"), "{problem}");
        assert!(checked(nine.get(1..).unwrap()).is_ok());
    }
}
