//! Counting the flows of a Colang 2.x file.
//!
//! Not a parser: a scanner that finds the lines at the left margin which are code, outside of
//! comments, strings and brackets. A broken file is refused as far as this sees it.

use super::Parsed;

/// The flows and imports of a file, or why it does not parse.
pub(super) fn parse(text: &str) -> Result<Parsed, &'static str> {
    if text.starts_with('\u{feff}') {
        return Err("a byte order mark");
    }
    let lines = Scanner::new(text).lines()?;
    let mut parsed = Parsed::default();
    for (index, line) in lines
        .iter()
        .enumerate()
        .filter(|(_, line)| line.indentation == 0)
    {
        if let Some(name) = keyword(&line.text, "flow") {
            let has_body = lines
                .get(index + 1)
                .is_some_and(|next| next.indentation > 0);
            check_flow(name, has_body)?;
            parsed.flows += 1;
        } else if let Some(package) = keyword(&line.text, "import") {
            parsed.imports.push(import_path(package)?);
        }
    }
    // Nothing but one import makes the original look for the statements inside of it.
    if parsed.imports.len() == 1 && text.starts_with("import") && !text.trim_end().contains('\n') {
        return Err("a file of a single import");
    }
    Ok(parsed)
}

/// What follows a keyword at the start of a line, if it is that word.
fn keyword<'a>(line: &'a str, word: &str) -> Option<&'a str> {
    let rest = line.strip_prefix(word)?;
    let goes_on = rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    // `flow (x)` is a call of something named flow.
    (!goes_on && !rest.trim_start().starts_with('(')).then(|| rest.trim())
}

fn check_flow(name: &str, has_body: bool) -> Result<(), &'static str> {
    let is_name = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
    match (is_name, has_body) {
        (false, _) => Err("a flow without a name"),
        (_, false) => Err("a flow without a body"),
        _ => Ok(()),
    }
}

/// `a.b` is the path `a/b`. A quoted path keeps its quotes in the original and leads nowhere.
fn import_path(package: &str) -> Result<String, &'static str> {
    let is_name = |part: &str| {
        part.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && part.chars().all(|c| c.is_alphanumeric() || c == '_')
    };
    let is_quoted = package.starts_with(['"', '\'']);
    if is_quoted || package.split('.').all(is_name) {
        Ok(package.replace('.', "/"))
    } else {
        Err("an import of something that is not a package")
    }
}

/// A line of code; a statement that goes on inside brackets is one line.
#[derive(Debug, Default)]
struct Line {
    indentation: usize,
    text: String,
}

struct Scanner<'a> {
    rest: &'a str,
    brackets: Vec<char>,
    line: Line,
    lines: Vec<Line>,
}

impl<'a> Scanner<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            rest: text,
            brackets: Vec::new(),
            line: Line::default(),
            lines: Vec::new(),
        }
    }

    fn lines(mut self) -> Result<Vec<Line>, &'static str> {
        while let Some(c) = self.rest.chars().next() {
            match c {
                '\n' => self.end_of_line(),
                ' ' | '\t' if self.line.text.is_empty() => self.indent(c),
                '#' => self.skip(self.rest.find('\n').unwrap_or(self.rest.len())),
                '"' | '\'' => self.string(c)?,
                '(' | '[' | '{' => self.open(c),
                ')' | ']' | '}' => self.close(c)?,
                _ => self.push(c.len_utf8()),
            }
        }
        self.end_of_line();
        if self.brackets.is_empty() {
            Ok(self.lines)
        } else {
            Err("a bracket that is not closed")
        }
    }

    fn skip(&mut self, length: usize) {
        self.rest = self.rest.get(length..).unwrap_or_default();
    }

    fn push(&mut self, length: usize) {
        self.line
            .text
            .push_str(self.rest.get(..length).unwrap_or_default());
        self.skip(length);
    }

    /// A tab goes to the next multiple of eight.
    fn indent(&mut self, c: char) {
        let width = if c == '\t' {
            8 - self.line.indentation % 8
        } else {
            1
        };
        self.line.indentation += width;
        self.skip(1);
    }

    fn end_of_line(&mut self) {
        self.skip(1);
        if !self.brackets.is_empty() {
            self.line.text.push(' ');
            return;
        }
        let line = std::mem::take(&mut self.line);
        if !line.text.is_empty() {
            self.lines.push(line);
        }
    }

    fn string(&mut self, quote: char) -> Result<(), &'static str> {
        let long = String::from(quote).repeat(3);
        let is_long = self.rest.starts_with(&long);
        let (open, close) = if is_long {
            (3, long.as_str())
        } else {
            (1, long.get(..1).unwrap_or_default())
        };
        let end = end_of_string(self.rest, open, close).ok_or("a string that is not closed")?;
        let goes_over_lines = self.rest.get(..end).is_some_and(|text| text.contains('\n'));
        if goes_over_lines && !is_long {
            return Err("a string that is not closed");
        }
        self.push(end);
        Ok(())
    }

    fn open(&mut self, bracket: char) {
        self.brackets.push(bracket);
        self.push(1);
    }

    fn close(&mut self, bracket: char) -> Result<(), &'static str> {
        match (self.brackets.pop(), bracket) {
            (Some('('), ')') | (Some('['), ']') | (Some('{'), '}') => {}
            _ => return Err("a bracket that is not open"),
        }
        self.push(1);
        Ok(())
    }
}

/// Where a string ends, its closing quotes included; a backslash protects the next character.
fn end_of_string(text: &str, start: usize, close: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(start) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if text.get(at..)?.starts_with(close) => return Some(at + close.len()),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flows(text: &str) -> Result<usize, &'static str> {
        parse(text).map(|parsed| parsed.flows)
    }

    #[test]
    fn only_lines_at_the_margin_are_flows() {
        let text = concat!(
            "@override\nflow a $x -> $y # flow\n",
            "  \"\"\"Says:\nflow b\n  \"\"\"\n",
            "  match X(\nflow=1\n)\n",
            "  flow\n",
            "flowing\n",
            "flow (x)\n",
            "flow main\n\n\n\tmatch Y(\"(\", 'it\\'s')\n",
        );
        assert_eq!(flows(text), Ok(2));
    }

    #[test]
    fn broken_files_are_refused() {
        let broken = [
            "flow a\n",
            "flow a\nb\n",
            "flow\n  x\n",
            "flow a\n  x(((\n",
            "flow a\n  \"x\n  y\"\n",
            "flow a\n  ]\n",
        ];
        for text in broken {
            assert!(flows(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn imports_become_paths() {
        let parsed = parse("import a.b\nimport \"c.d\"\n").unwrap();
        assert_eq!(parsed.imports, ["a/b", "\"c/d\""]);
        assert!(parse("import core\n").is_err(), "alone in a file");
        assert!(parse("import core as c\nimport x\n").is_err());
    }
}
