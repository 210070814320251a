//! `show`: the disclosure, an example of each event, and the events that are held in files.

use super::{
    TelemetryCommand,
    output::{DONE, Outcome, Text},
};
#[cfg(feature = "otlp")]
use crate::disclosure::{otlp, otlp_example};
use crate::{
    disclosure::{Disclosure, example},
    event::descriptor::EventDescriptor,
    schema::json::{self, Object},
};

impl TelemetryCommand<'_> {
    pub(super) fn show(&self) -> Outcome {
        let disclosure = &self.disclosure;
        let mut text = Text::new(self.columns());
        text.raw(&disclosure.text(self.columns()));
        for event in disclosure.events() {
            text.raw(&format!("\nExample of {}\n", event.name));
            let sample = json::document(|object| write_sample(object, disclosure, event));
            for line in sample.lines() {
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
                        .object("sample", |object| write_sample(object, disclosure, event));
                });
            #[cfg(feature = "spool")]
            self.held_members(object);
        })
    }
}

/// Writes the example of an event in the form in which it is sent.
fn write_sample(object: &mut Object<'_>, disclosure: &Disclosure, event: &EventDescriptor) {
    #[cfg(feature = "otlp")]
    if otlp::is_wire_of(disclosure.product()) {
        return otlp_example::write_record(object, event);
    }
    let _ = disclosure;
    example::write(object, event);
}
