//! The error for [`TelemetryCommand`] in an enum with `#[derive(Subcommand)]`, which clap would build
//! without a disclosure.

use std::marker::PhantomData;

use clap::{ArgMatches, Args, Command, Error, FromArgMatches};

use super::TelemetryCommand;

/// Never implemented.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`TelemetryCommand` cannot be parsed by a derive of clap",
    label = "needs the disclosure of the product",
    note = "add it to the command of the derive: `Cli::command().subcommand(TelemetryCommand::command())`; the documentation of `TelemetryCommand` shows the rest"
)]
pub trait ParsedByDerive {}

/// The type of the bound. With a lifetime, the compiler evaluates the bound only at a use.
#[doc(hidden)]
#[derive(Debug)]
pub struct ByDerive<'never>(PhantomData<&'never ()>);

impl FromArgMatches for TelemetryCommand<'_>
where
    for<'never> ByDerive<'never>: ParsedByDerive,
{
    fn from_arg_matches(_: &ArgMatches) -> Result<Self, Error> {
        Err(Error::new(clap::error::ErrorKind::InvalidSubcommand))
    }

    fn update_from_arg_matches(&mut self, _: &ArgMatches) -> Result<(), Error> {
        Err(Error::new(clap::error::ErrorKind::InvalidSubcommand))
    }
}

impl Args for TelemetryCommand<'_>
where
    for<'never> ByDerive<'never>: ParsedByDerive,
{
    fn augment_args(command: Command) -> Command {
        command
    }

    fn augment_args_for_update(command: Command) -> Command {
        command
    }
}
