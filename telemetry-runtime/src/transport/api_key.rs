//! An API key that the program passes at run time.
//!
//! **Invariants.** The text of a key is never formatted, stored in a file or copied into an error. Only
//! the HTTPS transport reads it.

use std::fmt;

/// A key that authenticates the requests of a client, set with
/// [`ClientBuilder::api_key`](crate::ClientBuilder::api_key).
///
/// A key has 1 to 4096 visible ASCII characters. Any other text is not sent, and
/// [`Client::api_key_problem`](crate::Client::api_key_problem) returns the reason.
///
/// `Debug` never shows the key:
///
/// ```
/// use telemetry_runtime::transport::ApiKey;
///
/// let key = ApiKey::new("secret");
/// assert_eq!(format!("{key:?}"), "ApiKey(hidden)");
/// ```
#[derive(Clone)]
pub struct ApiKey(String);

impl ApiKey {
    /// Maximum length of a key in bytes.
    pub const MAX_LEN: usize = 4096;

    /// A key with this text, which is checked when the client is built.
    #[must_use]
    pub fn new(key: impl Into<String>) -> Self {
        Self(key.into())
    }

    /// The text, if it can be sent as it is.
    #[cfg_attr(not(feature = "http"), allow(dead_code))]
    pub(crate) fn checked(&self) -> Result<&str, ApiKeyProblem> {
        let text = self.0.as_str();
        if text.is_empty() {
            Err(ApiKeyProblem::Empty)
        } else if text.len() > Self::MAX_LEN {
            Err(ApiKeyProblem::TooLong)
        } else if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            Err(ApiKeyProblem::InvalidCharacter)
        } else {
            Ok(text)
        }
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(hidden)")
    }
}

/// The reason why an API key is not sent. It never contains the key or an address.
///
/// ```
/// use telemetry_runtime::transport::ApiKeyProblem;
///
/// assert_eq!(ApiKeyProblem::Empty.to_string(), "the API key is not sent: it is empty");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ApiKeyProblem {
    /// The product declares no [header](crate::Product::api_key_header) for a key.
    NotDeclared,
    /// The key is empty.
    Empty,
    /// The key is longer than [`ApiKey::MAX_LEN`].
    TooLong,
    /// The key contains a space, a control character or a character that is not ASCII.
    InvalidCharacter,
    /// The client has a custom transport.
    CustomTransport,
    /// The endpoint is not an `https` address: envelopes are printed, discarded or sent by `http`.
    NotHttps,
    /// The endpoint is not the one that the product declares.
    OtherEndpoint,
    /// The endpoint contains a user name or a password, which use the same header.
    Credentials,
}

impl fmt::Display for ApiKeyProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the API key is not sent: ")?;
        f.write_str(match self {
            Self::NotDeclared => {
                "the product declares no header for it; call `Product::api_key_header`"
            }
            Self::Empty => "it is empty",
            Self::TooLong => "it is longer than 4096 bytes",
            Self::InvalidCharacter => {
                "it contains a space, a control character or a character that is not ASCII"
            }
            Self::CustomTransport => "the client has a custom transport",
            Self::NotHttps => "the endpoint is not an https address",
            Self::OtherEndpoint => "the endpoint is not the one that the product declares",
            Self::Credentials => {
                "the endpoint contains a user name or a password, which use the header \
                 `authorization`, too"
            }
        })
    }
}

impl std::error::Error for ApiKeyProblem {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_visible_ascii_text_is_a_key() {
        for text in ["k", "!~", &"x".repeat(4096)] {
            assert_eq!(ApiKey::new(text).checked(), Ok(text));
        }
        assert_eq!(ApiKey::new("").checked(), Err(ApiKeyProblem::Empty));
        let long = ApiKey::new("x".repeat(4097));
        assert_eq!(long.checked(), Err(ApiKeyProblem::TooLong));
        for text in [
            "a b",
            " a",
            "a\n",
            "a\r\nx: y",
            "\0",
            "\t",
            "\u{7f}",
            "\u{e9}",
        ] {
            let key = ApiKey::new(text);
            assert_eq!(
                key.checked(),
                Err(ApiKeyProblem::InvalidCharacter),
                "{text:?}"
            );
        }
    }
}
