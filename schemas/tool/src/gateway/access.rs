//! The tokens of clients, and the addresses that need them.

use std::{fmt, fs, path::Path};

use axum::http::{HeaderMap, header};
use subtle::{Choice, ConstantTimeEq};

/// Shortest token in bytes.
const SHORTEST: usize = 16;
/// Most tokens of a file.
const MOST: usize = 64;

/// The tokens of a file, one a line. Each of them is valid, so that a new one can replace an old one.
#[derive(Clone)]
pub struct Tokens(Vec<String>);

/// A token is never a part of a message.
impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} tokens", self.0.len())
    }
}

impl Tokens {
    /// Reads a file. Empty lines, and lines that begin with `#`, are skipped.
    ///
    /// # Errors
    ///
    /// The mistake and the correction: the file cannot be read, has no token, or has one that is too short or
    /// cannot be sent in a header.
    pub fn load(path: &Path) -> Result<Self, (String, String)> {
        let file = path.display();
        let text = fs::read_to_string(path).map_err(|error| {
            (
                format!("`{file}` cannot be read: {error}"),
                "write the path of a file with one token in each line".to_owned(),
            )
        })?;
        let lines = text.lines().map(str::trim);
        let tokens: Vec<String> = lines
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .map(str::to_owned)
            .collect();
        let help = "write one token in each line, such as the output of `openssl rand -hex 32`";
        let refused = |wrong: String| Err((wrong, help.to_owned()));
        if tokens.is_empty() {
            return refused(format!("`{file}` has no token"));
        }
        if tokens.len() > MOST {
            return refused(format!("`{file}` has more than {MOST} tokens"));
        }
        if tokens.iter().any(|token| token.len() < SHORTEST) {
            return refused(format!(
                "`{file}` has a token with fewer than {SHORTEST} characters"
            ));
        }
        let is_plain = |token: &String| token.bytes().all(|byte| byte.is_ascii_graphic());
        if !tokens.iter().all(is_plain) {
            return refused(format!(
                "`{file}` has a token with a space or a character beyond ASCII"
            ));
        }
        Ok(Self(tokens))
    }

    /// Whether a request has one of the tokens, as `Authorization: Bearer TOKEN` or `X-Api-Key: TOKEN`. The time
    /// does not depend on the place of the first difference, nor on which token is meant.
    pub(super) fn allow(&self, headers: &HeaderMap) -> bool {
        let bearer = headers.get(header::AUTHORIZATION).and_then(|value| {
            let (scheme, token) = value.as_bytes().split_at_checked(7)?;
            scheme.eq_ignore_ascii_case(b"bearer ").then_some(token)
        });
        let key = headers.get("x-api-key").map(|value| value.as_bytes());
        let mut found = Choice::from(0);
        for sent in [bearer, key].into_iter().flatten() {
            for token in &self.0 {
                found |= token.as_bytes().ct_eq(sent);
            }
        }
        bool::from(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &'static str, value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(name, value.parse().unwrap());
        headers
    }

    #[test]
    fn each_token_is_allowed_in_both_headers() {
        let tokens = Tokens(vec!["a".repeat(16), "b".repeat(20)]);
        assert!(tokens.allow(&headers("authorization", "Bearer aaaaaaaaaaaaaaaa")));
        assert!(tokens.allow(&headers("authorization", "bearer bbbbbbbbbbbbbbbbbbbb")));
        assert!(tokens.allow(&headers("x-api-key", "aaaaaaaaaaaaaaaa")));
        for (name, value) in [
            ("authorization", "Bearer aaaaaaaaaaaaaaab"),
            ("authorization", "Bearer aaaaaaaaaaaaaaaaa"),
            ("authorization", "Bearer "),
            ("authorization", "Bearer"),
            ("authorization", "aaaaaaaaaaaaaaaa"),
            ("authorization", "Basic aaaaaaaaaaaaaaaa"),
            ("x-api-key", ""),
            ("cookie", "aaaaaaaaaaaaaaaa"),
        ] {
            assert!(!tokens.allow(&headers(name, value)), "{name}: {value}");
        }
        assert!(!tokens.allow(&HeaderMap::new()));
        assert_eq!(format!("{tokens:?}"), "2 tokens");
    }
}
