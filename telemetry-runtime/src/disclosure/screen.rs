//! The disclosure on one screen of a terminal, for the prompt.
//!
//! **Invariants.** The text has at most [`MAX_LINES`] lines and [`MAX_WIDTH`] columns for every
//! product. Text that does not fit ends with `...`; the prompt shows all of it after `?`.

use std::borrow::Cow;

use super::{Disclosure, collected::envelope_fields, held_events, render::sentence};
use crate::{
    event::descriptor::FieldDescriptor,
    product::{Product, enable_variable},
};

/// A terminal has at least 24 lines. A question with its hint, asked twice, takes 5 of them.
const MAX_LINES: usize = 19;

/// A terminal has at least 80 columns. Some wrap a line that fills the last column.
const MAX_WIDTH: usize = 79;

/// Keeps lines long enough for ` ...`.
const MIN_WIDTH: usize = 20;

const INDENT: &str = "  ";
const CUT: &str = " ...";

impl Disclosure {
    /// The disclosure in lines of at most `width` characters, as far as they fit on the screen.
    pub(super) fn screen(&self, width: usize) -> String {
        let width = width.clamp(MIN_WIDTH, MAX_WIDTH);
        let title = format!("Anonymous usage events of {}", self.product.name());
        let fields = self.collected(true);
        let collected = if wrap(&fields, width).len() <= 4 {
            fields
        } else {
            self.collected(false)
        };
        // Each paragraph with its maximum number of lines.
        let paragraphs = [
            (title, 1),
            (
                self.default_state() + held_events::in_short(self.product),
                2,
            ),
            (collected, 4),
            (envelope_names(self.product), 3),
            (self.never_collected(), 3),
            (self.recipient_in_short(), 4),
            (self.off_switch(), 2),
        ];
        let lines = paragraphs.iter().flat_map(|(text, most)| {
            let lines = wrap(&text.replace('`', ""), width);
            cut(lines, *most, width)
        });
        let lines = lines.take(MAX_LINES);
        lines.map(|line| line + "\n").collect()
    }

    /// The events, with or without the names of their fields.
    fn collected(&self, with_fields: bool) -> String {
        let names = self.events().map(|event| {
            let fields: Vec<_> = event.fields.iter().map(field_name).collect();
            match (with_fields, fields.as_slice()) {
                (true, [_, ..]) => format!("{} ({})", event.name, fields.join(", ")),
                _ => event.name.to_owned(),
            }
        });
        let names: Vec<_> = names.collect();
        match names.len() {
            0 | 1 => format!("Collected: {}.", names.join("")),
            count => format!("Collected: {count} events: {}.", names.join(", ")),
        }
    }

    fn never_collected(&self) -> String {
        let mut listed: Vec<&str> = Vec::new();
        for bullet in self.events().flat_map(|event| event.never) {
            if !listed.contains(bullet) {
                listed.push(bullet);
            }
        }
        listed.push("any data that the full text does not list");
        format!("Never collected: {}.", listed.join("; "))
    }

    fn recipient_in_short(&self) -> String {
        let facts = &self.product.disclosure_facts;
        let named = |fact: Option<&'static str>| match fact {
            Some(fact) => fact.trim_end().trim_end_matches('.'),
            None => "not specified",
        };
        let address = match self.product.endpoint {
            Some(endpoint) => format!(" at {endpoint}"),
            None => String::new(),
        };
        let headers = match self.own_headers().as_slice() {
            [] => String::new(),
            headers => format!(" and the headers {}", headers.join(", ")),
        };
        let derived = match facts.derived {
            Some(derived) => format!(" Derived from the connection: {}", sentence(derived)),
            None => String::new(),
        };
        format!(
            "Recipient: {}{address}. Responsible: {}. Retention: {}. Every server also sees your IP \
             address{headers}.{derived}",
            named(facts.recipient),
            named(facts.responsible),
            named(facts.retention),
        )
    }

    fn off_switch(&self) -> String {
        match self.command {
            Some(command) => format!(
                "{command} disable or DO_NOT_TRACK=1 turns it off; {command} show describes all of it."
            ),
            None => match enable_variable(self.product) {
                Some(variable) => format!("{variable}=0 or DO_NOT_TRACK=1 turns it off."),
                None => "DO_NOT_TRACK=1 turns it off.".to_owned(),
            },
        }
    }
}

/// The name of a field; for a list of objects also the names of their fields.
fn field_name(field: &FieldDescriptor) -> Cow<'static, str> {
    let name = field.wire_name;
    match field.sent_item_fields() {
        None => Cow::Borrowed(name),
        Some(fields) => {
            let fields: Vec<_> = fields.iter().map(|field| field.wire_name).collect();
            Cow::Owned(format!("{name} ({})", fields.join(", ")))
        }
    }
}

fn envelope_names(product: &Product) -> String {
    let names: Vec<_> = envelope_fields(product).map(|(name, _)| name).collect();
    let session = match (product.session, product.session_variable) {
        (true, None) => "The session id is random and for one run.",
        (true, Some(_)) => {
            "The session id is random and for one run and the programs that it starts."
        }
        (false, _) => "There is no session id.",
    };
    format!(
        "Each request also contains: ts, {}. {session}",
        names.join(", ")
    )
}

/// `text` in lines of at most `width` characters. A longer word is broken.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let room = width.saturating_sub(INDENT.len()).max(1);
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in text.split_whitespace() {
        let letters: Vec<char> = word.chars().collect();
        for part in letters.chunks(room) {
            if used > 0 && used + 1 + part.len() > width {
                lines.push(std::mem::replace(&mut line, INDENT.to_owned()));
                used = INDENT.len();
            }
            if !line.trim_start().is_empty() {
                line.push(' ');
                used += 1;
            }
            line.extend(part);
            used += part.len();
        }
    }
    lines.push(line);
    lines
}

/// The first `most` lines. If there are more, the last one of them ends with `...`.
fn cut(mut lines: Vec<String>, most: usize, width: usize) -> Vec<String> {
    if lines.len() <= most {
        return lines;
    }
    lines.truncate(most);
    if let Some(last) = lines.last_mut() {
        let room = width.saturating_sub(CUT.len());
        while last.chars().count() > room {
            // Whole words, or letters of a word that fills the line.
            match last.trim_end().rfind(' ') {
                Some(at) if at > INDENT.len() => last.truncate(at),
                _ => drop(last.pop()),
            }
        }
        last.push_str(CUT);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_to_their_width_and_a_cut_shows() {
        let text = format!("one two three {} four", "x".repeat(50));
        for width in [20, 33, 79] {
            let lines = wrap(&text, width);
            assert!(lines.iter().all(|line| line.chars().count() <= width));
            let letters = |text: &str| text.split_whitespace().collect::<String>();
            assert_eq!(letters(&lines.join(" ")), letters(&text));
            for most in 1..lines.len() {
                let cut = cut(lines.clone(), most, width);
                assert_eq!(cut.len(), most);
                assert!(cut.iter().all(|line| line.chars().count() <= width));
                assert!(cut.last().is_some_and(|line| line.ends_with(" ...")));
            }
            assert_eq!(cut(lines.clone(), lines.len(), width), lines);
        }
    }
}
