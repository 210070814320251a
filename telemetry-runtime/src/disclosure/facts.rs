//! The sections of a disclosure in their order, from the declaration of the product.

use super::{
    Disclosure, collected, held_events,
    render::{Page, sentence},
};
use crate::product::enable_variable;

/// Names of the headers of a request. A test compares them with a request of the transport.
const HEADERS: &str = "`content-type` (always `application/json`), `content-length`, `accept` and \
                       `host`";

impl Disclosure {
    pub(super) fn page(&self) -> Page {
        let mut page = self.start_page();
        collected::events(&mut page, self.events());
        collected::envelope(&mut page, self.product);
        self.facts(&mut page);
        self.how_to_change(&mut page);
        page
    }

    pub(super) fn short_page(&self) -> Page {
        let mut page = self.start_page();
        collected::event_names(&mut page, self.events());
        collected::envelope_names(&mut page, self.product);
        self.facts(&mut page);
        match self.command {
            Some(command) => {
                page.heading("How to change this setting");
                page.item(format!(
                    "{} `DO_NOT_TRACK=1` also turns it off.",
                    command_sentence(command)
                ));
                page.item(format!(
                    "`{command} show` describes every field and lists all ways to turn it off."
                ));
            }
            None => self.how_to_change(&mut page),
        }
        page
    }

    fn start_page(&self) -> Page {
        let mut page = Page::default();
        page.title(format!("Anonymous usage events of {}", self.product.name()));
        page.paragraph(self.default_state());
        page.heading("Collected data");
        page
    }

    fn facts(&self, page: &mut Page) {
        self.never(page);
        self.recipient(page);
        self.visible_to_servers(page);
        self.stored_locally(page);
    }

    /// Whether events are sent if the user does nothing.
    pub(super) fn default_state(&self) -> String {
        let product = self.product;
        match (enable_variable(product), product.is_consent_required()) {
            (Some(variable), true) => {
                format!("Nothing is sent before you agree or `{variable}=1` is set.")
            }
            (None, true) => "Nothing is sent before you agree.".to_owned(),
            _ if product.is_on_by_default() => {
                "Events are sent unless you turn them off, as described below.".to_owned()
            }
            (Some(variable), false) => format!("Nothing is sent unless `{variable}=1` is set."),
            (None, false) => "Nothing is sent.".to_owned(),
        }
    }

    fn never(&self, page: &mut Page) {
        page.heading("Data that is never collected");
        page.item("Anything that is not listed above: an event has these fields and no others.");
        let mut listed: Vec<&str> = Vec::new();
        for bullet in self.events().flat_map(|event| event.never) {
            if !listed.contains(bullet) {
                listed.push(bullet);
                page.item(*bullet);
            }
        }
    }

    fn recipient(&self, page: &mut Page) {
        let facts = &self.product.disclosure_facts;
        page.heading("Recipient");
        page.paragraph(match facts.recipient {
            Some(recipient) => sentence(recipient),
            None => "The product does not name a recipient.".to_owned(),
        });
        let named = |variable| format!("the address in `{variable}` if it is set");
        let endpoint = self.product.endpoint.map(|it| format!("`{it}`"));
        let variable = self.product.endpoint_variable.map(named);
        let places: Vec<_> = endpoint.into_iter().chain(variable).collect();
        if !places.is_empty() {
            page.item(format!("Events are sent to {}.", places.join(", or to ")));
        }
        page.item(match facts.responsible {
            Some(party) => format!("Responsible: {}", sentence(party)),
            None => "The product does not name a responsible party.".to_owned(),
        });
        page.item(match facts.retention {
            Some(period) => format!("Retention: {}", sentence(period)),
            None => "The product does not specify a retention period.".to_owned(),
        });
        if let Some(url) = facts.policy {
            page.item(format!("Privacy policy: {url}"));
        }
    }

    fn visible_to_servers(&self, page: &mut Page) {
        page.heading("Data that any server sees");
        page.paragraph(format!(
            "The IP address that a request comes from, and its time. The requests have the headers \
             {HEADERS}. The headers contain no user agent, no cookie and no information about your \
             device."
        ));
        for (name, value) in self.product.headers.iter() {
            page.item(format!(
                "Each request also has the header `{name}`, which is always `{value}`."
            ));
        }
        #[cfg(feature = "gzip")]
        if self.product.gzip {
            page.item(
                "Each request also has the header `content-encoding`, which is always `gzip`.",
            );
        }
        if let Some(name) = self.product.api_key_header {
            let address = match self.product.endpoint {
                Some(endpoint) => format!("`{endpoint}`"),
                None => "the address that the product declares".to_owned(),
            };
            page.item(format!(
                "If the program has an API key, a request to {address} also has the header `{name}` with \
                 the key. The key can identify its owner. It is sent only by https and to no other \
                 address, and it is neither stored nor logged."
            ));
        }
        if let Some(derived) = self.product.disclosure_facts.derived {
            page.paragraph(format!(
                "The recipient derives from the connection: {}",
                sentence(derived)
            ));
        }
    }

    /// The names of the headers that the product adds, with a note on the one for an API key.
    #[cfg(feature = "consent")]
    pub(super) fn own_headers(&self) -> Vec<String> {
        let names = self.product.headers.iter().map(|(name, _)| name.to_owned());
        let key = self.product.api_key_header;
        names
            .chain(key.map(|name| format!("{name} (an API key)")))
            .collect()
    }

    fn stored_locally(&self, page: &mut Page) {
        page.heading("Data stored on this machine");
        let session = match self.product.session {
            true => ", and the session id",
            false => "",
        };
        match held_events::in_files(self.product) {
            Some(sentences) => page.item(sentences),
            None => page.item(format!(
                "Events that are waiting to be sent{session}: only in memory, until the program ends."
            )),
        }
        #[cfg(feature = "consent")]
        if let Some(consent) = &self.product.consent {
            let moved = match consent.variable {
                Some(variable) => format!(", or the path in `{variable}`"),
                None => String::new(),
            };
            if let Some(file) = consent.places.described() {
                let previous = file.previous.as_ref().map_or(String::new(), |previous| {
                    format!(" An answer of an earlier version is read from `{previous}`.")
                });
                page.item(format!(
                    "`{}`{}{moved}: your answer, its time, and the version of the question. An existing \
                     file that cannot be parsed is preserved as `<name>.replaced`.{previous}",
                    file.path,
                    file.remark()
                ));
            }
        }
        #[cfg(feature = "audit")]
        if let Some(file) = self.product.audit.described() {
            let (path, remark) = (&file.path, file.remark());
            page.item(format!(
                "`{path}` and `{path}.1`{remark}: a copy of every event, for you to read; together at most \
                 about 20 MiB."
            ));
        }
        if let Some(marker) = self.product.marker.described() {
            page.item(format!(
                "`{}`{}, if you create it: it turns telemetry off.",
                marker.path,
                marker.remark()
            ));
        }
    }

    /// The commands that remove files. The marker file is not removed, because it opts out.
    fn purge_commands(&self, command: &str) -> String {
        let mut text = String::new();
        #[cfg(feature = "audit")]
        let has_copies = self.product.audit.is_declared();
        #[cfg(not(feature = "audit"))]
        let has_copies = false;
        let removed = match (has_copies, held_events::are_in_files(self.product)) {
            (true, true) => "the copies of events, and the events that are waiting to be sent",
            (true, false) => "the copies of events",
            (false, true) => "the events that are waiting to be sent",
            (false, false) => "",
        };
        if !removed.is_empty() {
            text.push_str(&format!(" `{command} purge` removes {removed}."));
        }
        #[cfg(feature = "consent")]
        if self.product.consent.is_some() {
            text.push_str(&format!(" `{command} purge --all` removes your answer."));
        }
        text
    }

    fn how_to_change(&self, page: &mut Page) {
        let product = self.product;
        page.heading("How to change this setting");
        page.paragraph("A single opt-out takes precedence over everything else.");
        if let Some(command) = self.command {
            page.item(command_sentence(command));
            page.item(format!(
                "`{command} show` describes everything that can be sent, with an example of each event.{}",
                self.purge_commands(command)
            ));
        }
        for variable in product.opt_out_variables {
            page.item(format!("`{variable}=1` turns it off."));
        }
        let enable = enable_variable(product);
        if let Some(enable) = enable {
            page.item(format!(
                "`{enable}=0` turns it off; `{enable}=1` turns it on unless an opt-out is set."
            ));
        }
        page.item(
            "`DO_NOT_TRACK=1` turns it off, here and in every other program that honours it.",
        );
        let family = product.family.map(|family| family.variable);
        if let Some(family) = family.filter(|family| enable != Some(family)) {
            page.item(format!(
                "`{family}=0` turns it off for every product of the family."
            ));
        }
        if let Some(marker) = product.marker.described() {
            let previous = marker.previous.as_ref().map_or(String::new(), |previous| {
                format!(" So does a file `{previous}`.")
            });
            page.item(format!(
                "A file `{}`{} turns it off; its content is ignored.{previous}",
                marker.path,
                marker.remark()
            ));
        }
        for folder in product.administrator_folders() {
            page.item(format!(
                "An administrator of this machine can turn it off for all users with the file \
                 `/etc/{folder}/telemetry.toml` (on Windows `%ProgramData%\\{}\\telemetry.toml`), which is \
                 read before everything else and cannot turn it on.",
                folder.replace('/', "\\")
            ));
        }
        let unless = enable.map_or(String::new(), |enable| {
            format!(" unless `{enable}=1` is set")
        });
        page.item(format!(
            "On CI systems (`CI` or a similar variable is set) and in test runners, it is off{unless}."
        ));
        if let Some(variable) = product.endpoint_variable {
            page.item(format!(
                "`{variable}=stdout` prints the requests on standard error and sends nothing."
            ));
        }
    }
}

fn command_sentence(command: &str) -> String {
    format!(
        "`{command} disable` turns it off, `{command} enable` turns it on, and `{command} status` \
         reports the current state and the reason."
    )
}
