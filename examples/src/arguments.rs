//! Arguments that several of the products' programs take.

use clap::{Arg, ArgMatches, value_parser};

/// `--NAME VALUE`.
#[must_use]
pub fn option(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).help(help)
}

/// `--endpoint URL`, for [`Destination::choose`](crate::destination::Destination::choose).
#[must_use]
pub fn endpoint() -> Arg {
    option(
        "endpoint",
        "URL",
        "Where events go [default: a collector in this process]",
    )
}

/// `--wait SECONDS`, for [`timeout`](crate::destination::timeout).
#[must_use]
pub fn wait() -> Arg {
    option(
        "wait",
        "SECONDS",
        "How long to wait for the event to arrive [default: 0.5]",
    )
    .value_parser(value_parser!(u64))
}

/// The text of an option that was given or has a default.
#[must_use]
pub fn text<'m>(matches: &'m ArgMatches, name: &str) -> Option<&'m str> {
    matches.get_one::<String>(name).map(String::as_str)
}
