//! `gateway`: takes envelopes, checks them, and forwards the valid events to a collector of OTLP.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::{
    Console, FINDING, FINE, Failure, USAGE, failed,
    live_check::{lock_argument, registry_argument, released},
    path_argument,
};
use crate::{
    gateway::{Certificate, Event, Options, Tokens, serve},
    outgoing::Target,
    report::printable,
};

pub(super) fn arguments(command: Command) -> Command {
    command
        .about("Take envelopes, check each event, and forward the valid ones to an OpenTelemetry Collector")
        .after_help(
            "The program prints the address, and a line that sends the events of a product to it. POST takes\n\
             envelopes on every path; GET has /healthz and /metrics. An answer is 2xx only after the collector\n\
             has accepted the valid events and the others are in the file of --dead-letter. SIGTERM ends the\n\
             gateway after the answers that are due, within 15 seconds.\n\n\
             examples:\n  \
             telemetry-tool gateway --listen 127.0.0.1:4319 --registry schemas/anonymous_events.json schemas/history \\\n      \
             --forward http://127.0.0.1:4318/v1/logs --dead-letter invalid.ndjson\n  \
             telemetry-tool gateway --listen 0.0.0.0:443 --registry schemas/run.json --forward http://collector:4318/v1/logs \\\n      \
             --tls-cert chain.pem --tls-key key.pem --token-file tokens.txt\n\n\
             exit codes: 0 fine; 1 a request had no answer when the time for the end was over; 2 bad input, or the\n\
             gateway cannot start",
        )
        .arg(
            Arg::new("listen")
                .long("listen")
                .value_name("ADDRESS")
                .required(true)
                .value_parser(|text: &str| {
                    let help = "write an address and a port, such as 127.0.0.1:4319 or [::1]:4319";
                    text.parse::<SocketAddr>().map_err(|_| help)
                })
                .help("Address and port; port 0 takes a free one"),
        )
        .arg(registry_argument().required(true))
        .arg(lock_argument())
        .arg(
            Arg::new("forward")
                .long("forward")
                .value_name("URL")
                .required(true)
                .value_parser(|text: &str| text.parse::<Target>())
                .help("Address of the collector for logs of OTLP over HTTP, in full"),
        )
        .arg(
            path_argument("dead-letter", "Add a line for each invalid event to this file, up to 64 MiB and one backup")
                .long("dead-letter")
                .value_name("FILE"),
        )
        .arg(
            Arg::new("dead-letter-payloads")
                .long("dead-letter-payloads")
                .action(ArgAction::SetTrue)
                .requires("dead-letter")
                .help("Also write the invalid events themselves; without it, only their mistakes"),
        )
        .arg(
            path_argument("tls-cert", "Certificate chain as PEM, for TLS 1.2 and 1.3")
                .long("tls-cert")
                .value_name("FILE")
                .requires("tls-key"),
        )
        .arg(
            path_argument("tls-key", "Private key of the certificate as PEM")
                .long("tls-key")
                .value_name("FILE")
                .requires("tls-cert"),
        )
        .arg(
            path_argument("token-file", "Tokens of clients, one a line; each request needs one of them")
                .long("token-file")
                .value_name("FILE"),
        )
        .arg(
            Arg::new("insecure")
                .long("insecure")
                .action(ArgAction::SetTrue)
                .help("Listen on an address that is not loopback without TLS or without tokens"),
        )
}

pub(super) fn run(matches: &ArgMatches, console: &mut Console<'_>) -> u8 {
    let options = match options(matches) {
        Ok(options) => options,
        Err(failure) => return failed(console, &failure),
    };
    let scheme = if options.certificate.is_some() {
        "https"
    } else {
        "http"
    };
    let ended = serve(options, |event| {
        let _ = match event {
            Event::Started(address) => {
                let line = format!(
                    "gateway: {scheme}://{address}/\npaste: export NEMO_TELEMETRY_ENDPOINT={scheme}://{address}/\n"
                );
                console
                    .out
                    .write_all(line.as_bytes())
                    .and_then(|()| console.out.flush())
            }
            Event::Notice(text) => writeln!(console.err, "notice: {}", printable(text)),
        };
    });
    match ended {
        Ok(ended) => {
            let _ = writeln!(console.out, "{}", ended.summary);
            if ended.is_complete {
                return FINE;
            }
            let _ = writeln!(
                console.err,
                "finding: a request had no answer before the end"
            );
            FINDING
        }
        Err(wrong) => {
            let _ = writeln!(console.err, "error: {}", printable(&wrong));
            USAGE
        }
    }
}

fn options(matches: &ArgMatches) -> Result<Options, Failure> {
    let path = |name: &str| matches.get_one::<PathBuf>(name);
    let usage = |(wrong, instead): (String, String)| Failure::Usage(wrong, instead);
    let missing =
        |name: &str| Failure::Usage(format!("--{name} is missing"), format!("add --{name}"));
    let certificate = match (path("tls-cert"), path("tls-key")) {
        (Some(chain), Some(key)) => Some(Certificate::load(chain, key).map_err(usage)?),
        _ => None,
    };
    let tokens = path("token-file")
        .map(|path| Tokens::load(path).map_err(usage))
        .transpose()?;
    let listen = *matches
        .get_one::<SocketAddr>("listen")
        .ok_or_else(|| missing("listen"))?;
    let is_secure = certificate.is_some() && tokens.is_some();
    if !listen.ip().is_loopback() && !is_secure && !matches.get_flag("insecure") {
        return Err(Failure::Usage(
            format!("other machines can reach {listen}, so it needs TLS and tokens"),
            "add --tls-cert, --tls-key and --token-file; or --insecure, if a proxy or the network does their work".to_owned(),
        ));
    }
    Ok(Options {
        listen,
        released: released(matches)?,
        forward: matches
            .get_one::<Target>("forward")
            .cloned()
            .ok_or_else(|| missing("forward"))?,
        dead_letter: path("dead-letter").cloned(),
        dead_letter_payloads: matches.get_flag("dead-letter-payloads"),
        certificate,
        tokens,
    })
}
