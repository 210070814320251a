//! The lines of a Colang 1.0 file, as its parser numbers them: without comments, documentation and
//! empty lines, continued ones joined.

/// A line that means something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Spaces before it. Tabs do not indent; lines that the parser makes up can stand left of all.
    pub(super) indentation: isize,
    pub(super) text: String,
}

impl Line {
    pub(super) fn new(indentation: isize, text: impl Into<String>) -> Self {
        Self {
            indentation,
            text: text.into(),
        }
    }
}

/// The lines of a file, or why it has none.
pub(super) fn lines(text: &str) -> Result<Vec<Line>, &'static str> {
    let raw: Vec<&str> = text.split('\n').collect();
    let mut lines = Vec::new();
    let mut at = 0;
    let mut in_documentation = false;
    while let Some(line) = raw.get(at) {
        let trimmed = line.trim();
        if is_open_string(trimmed) {
            let (next, text) = long_string(&raw, at);
            // A string that is never closed is dropped with all that follows.
            lines.extend(text.map(|text| Line::new(leading(line, char::is_whitespace), text)));
            at = next;
            continue;
        }
        at += 1;
        let code = without_comment(trimmed);
        if code.is_empty() || is_documentation(code, &mut in_documentation) {
            continue;
        }
        let (next, text) = continued(&raw, at, code)?;
        lines.push(Line::new(leading(line, |c| c == ' '), text));
        at = next;
    }
    Ok(lines)
}

fn leading(line: &str, is_space: impl Fn(char) -> bool) -> isize {
    isize::try_from(line.chars().take_while(|c| is_space(*c)).count()).unwrap_or(isize::MAX)
}

/// A text that begins on this line and ends on a later one.
fn is_open_string(line: &str) -> bool {
    line.starts_with('"') && !line.starts_with("\"\"\"") && !line.ends_with('"')
}

fn long_string(raw: &[&str], start: usize) -> (usize, Option<String>) {
    let mut text = raw
        .get(start)
        .map(|line| line.trim().to_owned())
        .unwrap_or_default();
    for (at, line) in raw.iter().enumerate().skip(start + 1) {
        text.push('\n');
        text.push_str(line.trim());
        if line.trim().ends_with('"') {
            return (at + 1, Some(text));
        }
    }
    (raw.len(), None)
}

/// Whether a line belongs to `"""..."""`.
fn is_documentation(code: &str, inside: &mut bool) -> bool {
    if *inside {
        *inside = !code.ends_with("\"\"\"");
        return true;
    }
    if code.starts_with("\"\"\"") {
        *inside = code == "\"\"\"" || !code.ends_with("\"\"\"");
        return true;
    }
    false
}

/// Joins the next lines to one that ends in a backslash or in ` or`.
fn continued(raw: &[&str], mut next: usize, code: &str) -> Result<(usize, String), &'static str> {
    let mut text = code.to_owned();
    while text.ends_with(" or") || text.ends_with('\\') && next < raw.len() {
        let more = raw.get(next).ok_or("nothing after `or`")?;
        if text.ends_with('\\') {
            text.pop();
        }
        if !text.ends_with(' ') {
            text.push(' ');
        }
        text.push_str(more.trim());
        next += 1;
    }
    Ok((next, text))
}

/// The line up to a `#` outside of text.
fn without_comment(line: &str) -> &str {
    let mut in_text = false;
    for (at, c) in line.char_indices() {
        match c {
            '"' => in_text = !in_text,
            '#' if !in_text => return line.get(..at).unwrap_or_default().trim(),
            _ => {}
        }
    }
    line
}

/// A line with one space between words; what stands in quotes is left alone.
pub(super) fn squeeze(text: &str) -> String {
    let mut squeezed = String::with_capacity(text.len());
    let mut in_text = false;
    for c in text.trim().chars() {
        if c == '"' {
            in_text = !in_text;
        }
        if in_text || c != ' ' || !squeezed.ends_with(' ') {
            squeezed.push(c);
        }
    }
    squeezed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<(isize, String)> {
        lines(text)
            .unwrap()
            .into_iter()
            .map(|line| (line.indentation, line.text))
            .collect()
    }

    #[test]
    fn comments_and_documentation_are_no_lines() {
        let text =
            "# a\n\ndefine flow g # b\n  \"\"\"c\n  d\n  \"\"\"\n  \"\"\"e\"\"\"\n  bot \"#1\"\n";
        assert_eq!(
            texts(text),
            [(0, "define flow g".into()), (2, "bot \"#1\"".into())]
        );
    }

    #[test]
    fn lines_go_on() {
        assert_eq!(texts("user a or\n  b\n"), [(0, "user a or b".into())]);
        assert_eq!(texts("bot a \\\n  b\n"), [(0, "bot a b".into())]);
        assert_eq!(
            texts("  \"a\n  define\n  b\"\n"),
            [(2, "\"a\ndefine\nb\"".into())]
        );
        assert!(lines("user a or").is_err());
    }
}
