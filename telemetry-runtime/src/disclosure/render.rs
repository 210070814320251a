//! Headings, paragraphs and bullets, rendered as text and as Markdown.
//!
//! Words in backticks are code in Markdown; in text the backticks are removed.

/// The blocks of a page, in their order.
#[derive(Default)]
pub(super) struct Page(Vec<Block>);

enum Block {
    Title(String),
    Heading(&'static str),
    Paragraph(String),
    Item(String),
}

impl Page {
    pub(super) fn title(&mut self, text: impl Into<String>) {
        self.0.push(Block::Title(text.into()));
    }

    pub(super) fn heading(&mut self, text: &'static str) {
        self.0.push(Block::Heading(text));
    }

    pub(super) fn paragraph(&mut self, text: impl Into<String>) {
        self.0.push(Block::Paragraph(text.into()));
    }

    pub(super) fn item(&mut self, text: impl Into<String>) {
        self.0.push(Block::Item(text.into()));
    }

    pub(super) fn text(&self, width: usize) -> String {
        let mut text = String::new();
        let mut before: Option<&Block> = None;
        for block in &self.0 {
            let (first, rest) = match block {
                Block::Title(_) | Block::Heading(_) => ("", ""),
                Block::Paragraph(_) => ("  ", "  "),
                Block::Item(_) => ("  - ", "    "),
            };
            // No empty line before an item or after a heading.
            let joined =
                matches!(block, Block::Item(_)) || matches!(before, Some(Block::Heading(_)));
            if before.is_some() && !joined {
                text.push('\n');
            }
            wrap(
                &mut text,
                &block.words().replace('`', ""),
                width,
                first,
                rest,
            );
            before = Some(block);
        }
        text
    }

    pub(super) fn markdown(&self) -> String {
        let mut text = String::new();
        let mut in_list = false;
        for block in &self.0 {
            let is_item = matches!(block, Block::Item(_));
            let next_of_list = in_list && is_item;
            if !text.is_empty() && !next_of_list {
                text.push('\n');
            }
            text.push_str(match block {
                Block::Title(_) => "# ",
                Block::Heading(_) => "## ",
                Block::Paragraph(_) => "",
                Block::Item(_) => "- ",
            });
            text.push_str(&words(block.words()).collect::<Vec<_>>().join(" "));
            text.push('\n');
            in_list = is_item;
        }
        text
    }
}

impl Block {
    fn words(&self) -> &str {
        match self {
            Self::Title(text) | Self::Paragraph(text) | Self::Item(text) => text,
            Self::Heading(text) => text,
        }
    }
}

/// The words of a text, without the line breaks of doc comments.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace()
}

/// `text` as a sentence: with a full stop, unless it already ends with punctuation.
pub(super) fn sentence(text: &str) -> String {
    let text = text.trim_end();
    let stop = if text.is_empty() || text.ends_with(['.', '!', '?']) {
        ""
    } else {
        "."
    };
    format!("{text}{stop}")
}

/// Writes `text` in lines of at most `width` characters. The first line starts with `first`, the
/// others with `rest`.
pub(crate) fn wrap(out: &mut String, text: &str, width: usize, first: &str, rest: &str) {
    out.push_str(first);
    let mut used = first.chars().count();
    let mut at_start = true;
    for word in words(text) {
        let length = word.chars().count();
        if !at_start && used + 1 + length > width {
            out.push('\n');
            out.push_str(rest);
            used = rest.chars().count();
            at_start = true;
        }
        if !at_start {
            out.push(' ');
            used += 1;
        }
        out.push_str(word);
        used += length;
        at_start = false;
    }
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_to_their_width_and_lose_no_word() {
        let mut page = Page::default();
        page.title("Events of `tool`");
        page.heading("Collected");
        page.paragraph("`run`: one\n run.");
        page.item("a-word-that-is-longer-than-the-line and more");
        page.heading("Never");
        page.item("x");
        assert_eq!(
            page.text(12),
            "Events of\ntool\n\nCollected\n  run: one\n  run.\n  - a-word-that-is-longer-than-the-line\n    \
             and more\n\nNever\n  - x\n"
        );
        assert_eq!(
            page.markdown(),
            "# Events of `tool`\n\n## Collected\n\n`run`: one run.\n\n- a-word-that-is-longer-than-\
             the-line and more\n\n## Never\n\n- x\n"
        );
        for width in [0, 1, usize::MAX] {
            assert_eq!(page.text(width).matches("run").count(), 2, "{width}");
        }
    }
}
