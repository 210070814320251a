//! The parts of a disclosure in their order, each made of facts of the product.

use super::{Disclosure, collected, render::Page};
use crate::product::{FAMILY_VARIABLE, enable_variable};

/// Names of the headers that a request carries; every test of the transport holds it to them.
const HEADERS: &str = "`content-type` (always `application/json`), `content-length`, `accept` and \
                       `host`";

impl Disclosure {
    pub(super) fn page(&self) -> Page {
        let mut page = self.start_page();
        collected::events(&mut page, self.events);
        collected::envelope(&mut page, self.product);
        self.facts(&mut page);
        self.how_to_change(&mut page);
        page
    }

    pub(super) fn short_page(&self) -> Page {
        let mut page = self.start_page();
        collected::event_names(&mut page, self.events);
        collected::envelope_names(&mut page, self.product);
        self.facts(&mut page);
        match self.command {
            Some(command) => {
                page.heading("How to change it");
                page.item(format!(
                    "{} `DO_NOT_TRACK=1` turns it off too.",
                    command_sentence(command)
                ));
                page.item(format!(
                    "`{command} show` explains every field and lists everything that turns it off."
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
        page.heading("What is collected");
        page
    }

    fn facts(&self, page: &mut Page) {
        self.never(page);
        self.recipient(page);
        self.visible_to_servers(page);
        self.stored_locally(page);
    }

    /// What silence means.
    fn default_state(&self) -> String {
        let variable = enable_variable(self.product);
        #[cfg(feature = "consent")]
        if self.product.consent.is_some() {
            return format!("Nothing is sent before you agree or `{variable}=1` is set.");
        }
        if self.product.is_on_by_default() {
            "They are sent unless you turn them off; how to do that stands below.".to_owned()
        } else {
            format!("Nothing is sent unless `{variable}=1` is set.")
        }
    }

    fn never(&self, page: &mut Page) {
        page.heading("What is never collected");
        page.item("Anything that is not listed above: an event has these fields and no others.");
        let mut listed: Vec<&str> = Vec::new();
        for bullet in self.events.iter().flat_map(|event| event.never) {
            if !listed.contains(bullet) {
                listed.push(bullet);
                page.item(*bullet);
            }
        }
    }

    fn recipient(&self, page: &mut Page) {
        let facts = &self.product.disclosure_facts;
        page.heading("Who receives it");
        page.paragraph(match facts.recipient {
            Some(recipient) => format!("{recipient}."),
            None => "The product does not say.".to_owned(),
        });
        let named = |variable| format!("the address that `{variable}` names");
        let endpoint = self.product.endpoint.map(|it| format!("`{it}`"));
        let variable = self.product.endpoint_variable.map(named);
        let places: Vec<_> = endpoint.into_iter().chain(variable).collect();
        if !places.is_empty() {
            page.item(format!("It is sent to {}.", places.join(", or to ")));
        }
        page.item(match facts.responsible {
            Some(party) => format!("Responsible: {party}."),
            None => "The product does not say who is responsible.".to_owned(),
        });
        let holder = facts.recipient.unwrap_or("Whoever receives it");
        page.item(match facts.retention {
            Some(period) => format!("{holder} keeps it: {period}."),
            None => "The product does not say how long it is kept.".to_owned(),
        });
        if let Some(url) = facts.policy {
            page.item(format!("Privacy policy: {url}"));
        }
    }

    fn visible_to_servers(&self, page: &mut Page) {
        page.heading("What any server sees of any request");
        page.paragraph(format!(
            "The internet address that it comes from, and when it comes. Our requests have the \
             headers {HEADERS}; there is no user agent, no cookie and nothing about your device."
        ));
    }

    fn stored_locally(&self, page: &mut Page) {
        page.heading("What is kept on this machine");
        page.item(
            "Events that wait to be sent and the session id: in memory, until the program ends.",
        );
        #[cfg(feature = "consent")]
        if let Some(consent) = &self.product.consent {
            let moved = match consent.variable {
                Some(variable) => format!(", or the file that `{variable}` names"),
                None => String::new(),
            };
            page.item(format!(
                "`~/{}`{moved}: your answer, when you gave it, and to which version of the question. \
                 A file there that could not be read stays beside it, as `.replaced`.",
                consent.path_in_home
            ));
        }
        #[cfg(feature = "audit")]
        if let Some(file) = self.product.audit_file {
            page.item(format!(
                "`~/{file}` and `~/{file}.1`: a copy of every event, for you to read; at most about \
                 20 MiB."
            ));
        }
        if let Some(marker) = self.product.marker_file {
            page.item(format!("`~/{marker}`, if you put it there: it says no."));
        }
    }

    /// What of this machine's files can be removed by a command. A marker file is not: it says no.
    #[cfg_attr(not(any(feature = "audit", feature = "consent")), allow(unused))]
    fn purge_commands(&self, command: &str) -> String {
        let mut text = String::new();
        #[cfg(feature = "audit")]
        if self.product.audit_file.is_some() {
            text.push_str(&format!(" `{command} purge` removes the copies of events."));
        }
        #[cfg(feature = "consent")]
        if self.product.consent.is_some() {
            text.push_str(&format!(" `{command} purge --all` removes your answer."));
        }
        text
    }

    fn how_to_change(&self, page: &mut Page) {
        let product = self.product;
        page.heading("How to change it");
        page.paragraph("One no is enough: it outranks every yes.");
        if let Some(command) = self.command {
            page.item(command_sentence(command));
            page.item(format!(
                "`{command} show` prints everything that can be sent, with an example.{}",
                self.purge_commands(command)
            ));
        }
        for variable in product.opt_out_variables {
            page.item(format!("`{variable}=1` turns it off."));
        }
        let enable = enable_variable(product);
        page.item(format!(
            "`{enable}=0` turns it off; `{enable}=1` turns it on if nothing says no."
        ));
        page.item(
            "`DO_NOT_TRACK=1` turns it off, and that of every other program that listens to it.",
        );
        if enable != FAMILY_VARIABLE {
            page.item(format!(
                "`{FAMILY_VARIABLE}=0` turns it off for every product of the family."
            ));
        }
        if let Some(marker) = product.marker_file {
            page.item(format!(
                "A file `~/{marker}` turns it off, whatever it holds."
            ));
        }
        page.item(format!(
            "On build servers (`CI` is set) and in test runners it is off unless `{enable}=1` is set."
        ));
        if let Some(variable) = product.endpoint_variable {
            page.item(format!(
                "`{variable}=stdout` prints what would be sent, on standard error, and sends nothing."
            ));
        }
    }
}

fn command_sentence(command: &str) -> String {
    format!(
        "`{command} disable` turns it off, `{command} enable` on; `{command} status` tells which it \
         is and why."
    )
}
