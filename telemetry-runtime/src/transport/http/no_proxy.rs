//! The exceptions to a proxy: a list of hosts that are reached directly.

use std::net::IpAddr;

use reqwest::Url;

/// True if an entry of `list`, which is separated by commas or white space, names the host of `url`.
pub(super) fn contains(list: &str, url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let host = without_brackets(host).trim_end_matches('.');
    let mut entries = list.split(|c: char| c == ',' || c.is_whitespace());
    entries.any(|entry| {
        let (name, port) = split_port(entry);
        (port.is_none() || port == url.port_or_known_default()) && names(name, host)
    })
}

/// The port of `a.example:443` and `[::1]:443`; `::1` has none.
fn split_port(entry: &str) -> (&str, Option<u16>) {
    let port = match entry.rsplit_once(':') {
        Some((name, port)) if entry.parse::<IpAddr>().is_err() => {
            port.parse().ok().map(|port| (name, Some(port)))
        }
        _ => None,
    };
    port.unwrap_or((entry, None))
}

fn names(name: &str, host: &str) -> bool {
    let name = without_brackets(name);
    match host.parse() {
        _ if name == "*" => true,
        Ok(address) => is_in_range(name, address),
        Err(_) => is_in_domain(name, host),
    }
}

/// `range` is an address, or an address and the length of a prefix in bits.
fn is_in_range(range: &str, address: IpAddr) -> bool {
    let (start, length) = match range.split_once('/') {
        Some((start, length)) => (start, length.parse().ok()),
        None => (range, Some(u128::BITS)),
    };
    let (Ok(start), Some(length)) = (start.parse::<IpAddr>(), length) else {
        return false;
    };
    let differences = match (start.to_canonical(), address.to_canonical()) {
        // Shifted to the upper end, so that leading bits are counted as in an IPv6 address.
        (IpAddr::V4(start), IpAddr::V4(address)) => {
            u128::from(start.to_bits() ^ address.to_bits()) << 96
        }
        (IpAddr::V6(start), IpAddr::V6(address)) => start.to_bits() ^ address.to_bits(),
        _ => return false,
    };
    differences.leading_zeros() >= length
}

/// `domain` is `a.example`, `.a.example` or `*.a.example`; each includes subdomains.
fn is_in_domain(domain: &str, host: &str) -> bool {
    let domain = domain.strip_prefix('*').unwrap_or(domain);
    let domain = domain.trim_matches('.').to_ascii_lowercase();
    let above = host.strip_suffix(&domain);
    !domain.is_empty() && above.is_some_and(|above| above.is_empty() || above.ends_with('.'))
}

fn without_brackets(host: &str) -> &str {
    let inside = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    inside.unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_direct(list: &str, url: &str) -> bool {
        contains(list, &Url::parse(url).unwrap())
    }

    #[test]
    fn an_entry_is_a_domain_an_address_a_range_or_everything() {
        let direct = [
            ("*", "https://a.example/"),
            ("*", "https://10.1.2.3/"),
            ("*", "https://[fd00::1]/"),
            ("b.test A.Example", "https://a.example/"),
            ("b.test,\ta.example", "https://x.a.example/"),
            (".a.example", "https://a.example./"),
            ("*.a.example", "https://x.a.example/"),
            ("a.example:443", "https://a.example/"),
            ("*:8443", "https://a.example:8443/"),
            ("10.1.2.3:8443", "https://10.1.2.3:8443/"),
            ("10.0.0.0/8", "https://10.1.2.3/"),
            ("0.0.0.0/0", "https://10.1.2.3/"),
            ("fd00::1", "https://[fd00::1]/"),
            ("[fd00::1]", "https://[fd00::1]/"),
            ("[fd00::1]:443", "https://[fd00::1]/"),
            ("fd00::/16", "https://[fd00::1]/"),
        ];
        for (list, url) in direct {
            assert!(is_direct(list, url), "{list}: {url}");
        }
        let by_proxy = [
            ("", "https://a.example/"),
            (", .", "https://a.example/"),
            ("example.com", "https://a.example/"),
            ("a.example", "https://ba.example/"),
            ("a.example:80", "https://a.example/"),
            ("10.1.2.3:1", "https://10.1.2.3/"),
            ("10.0.0.0/16", "https://10.1.2.3/"),
            ("10.0.0.0/x", "https://10.1.2.3/"),
            ("0.0.0.0/0", "https://[fd00::1]/"),
            ("fd00::2", "https://[fd00::1]/"),
            ("2.3", "https://10.1.2.3/"),
        ];
        for (list, url) in by_proxy {
            assert!(!is_direct(list, url), "{list}: {url}");
        }
    }
}
