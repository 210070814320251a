//! Kinds of hosts: an address becomes one of a few labels.
//!
//! The address of a server never leaves, only which of the product's kinds it is. A product declares
//! its kinds as one table; an address that fits no row is of the kind for all others.

/// A product's table of hosts: fragments of addresses, each with the kind `T` of its host.
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
    /// The table. A row fits an address that contains its text, which is written in lower case; the
    /// first row that fits decides, so the most special come first.
    #[must_use]
    pub const fn new(rules: &'static [(&'static str, T)], other: T) -> Self {
        Self { rules, other }
    }

    /// The kind of the host that `endpoint` names; the kind for all others when there is none.
    ///
    /// The whole address is searched, in any case of letters, as the originals do: this tells which
    /// service a person meant to use, and is no check of where a request goes.
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
    fn the_first_row_that_fits_decides() {
        static RULES: HostRules<u8> = HostRules::new(&[("a.b", 1), ("b", 2)], 0);
        assert_eq!(RULES.classify(Some("http://A.B/")), 1);
        assert_eq!(RULES.classify(Some("http://b/?a.b")), 1);
        assert_eq!(RULES.classify(Some("http://b/")), 2);
        assert_eq!(RULES.classify(Some("")), 0);
    }
}
