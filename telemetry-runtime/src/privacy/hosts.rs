//! Classifies the address of a host as one of the product's kinds.
//!
//! A product declares its kinds in a table. An address without a matching row has the kind for other
//! hosts.
//!
//! **Invariants.** The address is never sent, only its kind.

/// A product's table of hosts: parts of addresses, each with the kind `T` of its host.
///
/// `T` is a [`Label`](crate::Label), a wire enum, or anything that can be copied.
///
/// ```
/// use telemetry_runtime::{Label, privacy::HostRules};
///
/// static HOSTS: HostRules<Label> = HostRules::new(
///     &[
///         ("hub.example.com", Label("hub")),
///         ("localhost", Label("local")),
///         ("127.0.0.1", Label("local")),
///     ],
///     Label("other"),
/// );
///
/// assert_eq!(HOSTS.classify(Some("https://Hub.example.com/v1")), Label("hub"));
/// assert_eq!(HOSTS.classify(Some("http://localhost:8000")), Label("local"));
/// assert_eq!(HOSTS.classify(Some("https://intranet.example.com")), Label("other"));
/// assert_eq!(HOSTS.classify(None), Label("other"));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct HostRules<T: 'static> {
    rules: &'static [(&'static str, T)],
    other: T,
}

impl<T: Copy + 'static> HostRules<T> {
    /// A table of rows and the kind of `other` hosts.
    ///
    /// A row matches an address that contains its text, which must be in lower case. The first
    /// matching row decides, so the most specific rows come first.
    #[must_use]
    pub const fn new(rules: &'static [(&'static str, T)], other: T) -> Self {
        Self { rules, other }
    }

    /// The kind of the host in `endpoint`; the kind of other hosts without an endpoint.
    ///
    /// The whole address is searched, ignoring case, as in the Python products. The result classifies
    /// the configured service; it is not a security check of the request's destination.
    #[must_use]
    pub fn classify(&self, endpoint: Option<&str>) -> T {
        let endpoint = endpoint.unwrap_or_default().to_lowercase();
        self.rules
            .iter()
            .find(|(fragment, _)| endpoint.contains(fragment))
            .map_or(self.other, |(_, kind)| *kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_matching_row_decides() {
        static RULES: HostRules<u8> = HostRules::new(&[("a.b", 1), ("b", 2)], 0);
        assert_eq!(RULES.classify(Some("http://A.B/")), 1);
        assert_eq!(RULES.classify(Some("http://b/?a.b")), 1);
        assert_eq!(RULES.classify(Some("http://b/")), 2);
        assert_eq!(RULES.classify(Some("")), 0);
    }
}
