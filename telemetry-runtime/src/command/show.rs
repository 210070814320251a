//! `show`: the disclosure, an example of each event, and the events that are held in files.

use super::{
    TelemetryCommand,
    output::{DONE, Outcome, Text},
};
use crate::disclosure::{Disclosure, example};

impl TelemetryCommand<'_> {
    pub(super) fn show(&self) -> Outcome {
        let disclosure = &self.disclosure;
        let mut text = Text::new(self.columns());
        text.raw(&disclosure.text(self.columns()));
        for event in disclosure.events() {
            text.raw(&format!("\nExample of {}\n", event.name));
            for line in Disclosure::sample(event).lines() {
                text.raw(&format!("  {line}\n"));
            }
        }
        #[cfg(feature = "spool")]
        self.held_text(&mut text);
        Outcome::new(DONE, text, |object| {
            object
                .text("product", disclosure.product().name())
                .text("disclosure", &disclosure.markdown())
                .objects("events", disclosure.events(), |object, event| {
                    object
                        .text("name", event.name)
                        .text("schemaVersion", event.schema_version)
                        .object("sample", |object| example::write(object, event));
                });
            #[cfg(feature = "spool")]
            self.held_members(object);
        })
    }
}
