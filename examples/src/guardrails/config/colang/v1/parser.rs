//! The line machine.

use std::collections::{BTreeSet, VecDeque};

use super::define::Definition;
use super::lines::Line;
use super::token::{Kind, Statement, alternatives};

/// A heading above the current line and how far the lines below it are indented.
struct Heading {
    name: String,
    indentation: isize,
}

/// A list of statements that the current line may add to.
struct Block {
    indentation: isize,
    is_empty: bool,
}

/// An `if` that an `else` may belong to.
struct Condition {
    indentation: isize,
    keyword_indentation: isize,
}

pub(super) struct Parser {
    lines: VecDeque<Line>,
    flows: BTreeSet<String>,
    headings: Vec<Heading>,
    /// The heading that statements go to; it stays when a later line is indented less.
    current: String,
    blocks: Vec<Block>,
    conditions: Vec<Condition>,
}

impl Parser {
    pub(super) fn new(lines: Vec<Line>) -> Self {
        Self {
            lines: lines.into(),
            flows: BTreeSet::new(),
            headings: Vec::new(),
            current: String::new(),
            blocks: Vec::new(),
            conditions: Vec::new(),
        }
    }

    /// How many flows there are.
    pub(super) fn flows(mut self) -> Result<usize, &'static str> {
        while let Some(line) = self.lines.pop_front() {
            self.line(&line)?;
        }
        Ok(self.flows.len())
    }

    fn line(&mut self, line: &Line) -> Result<(), &'static str> {
        let else_of_when = self
            .conditions
            .last()
            .is_none_or(|open| open.indentation <= line.indentation);
        let statement = Statement::read(&line.text, else_of_when);
        match statement.kind {
            Kind::Import => Ok(()),
            Kind::Define => self.define(line, &statement.text),
            _ => self.statement(line, &statement),
        }
    }

    fn define(&mut self, line: &Line, text: &str) -> Result<(), &'static str> {
        let has_body = self.has_body(line);
        let is_last = self.lines.is_empty();
        match Definition::read(text)? {
            // Without a body `define user a and b` defines itself, and on the last line so does
            // everything else, flows without end.
            Definition::Flow(_) if is_last => Err("a flow on the last line"),
            Definition::Messages(_)
                if !has_body && (is_last || text.starts_with("define user")) =>
            {
                Ok(())
            }
            Definition::Action if is_last => Ok(()),
            _ if !has_body => Err("a definition without a body"),
            Definition::Flow(name) => {
                let name = if text == "define flow" {
                    self.anonymous(line)
                } else {
                    name.to_owned()
                };
                self.enter_flow(line, &name)
            }
            Definition::Messages(name) => {
                self.skip_messages(name);
                Ok(())
            }
            Definition::Action => {
                self.skip_lines(|next| next.indentation > 0);
                Ok(())
            }
        }
    }

    /// A flow without a name is known by its body.
    fn anonymous(&self, line: &Line) -> String {
        let body = self
            .lines
            .iter()
            .take_while(|next| next.indentation > line.indentation);
        body.fold("anonymous-".to_owned(), |name, next| name + &next.text)
    }

    /// A defined flow is a heading, whatever words its name begins with.
    fn enter_flow(&mut self, line: &Line, name: &str) -> Result<(), &'static str> {
        self.leave_blocks(line, Kind::Heading);
        if !self.may_enter() {
            return Err("a flow inside of a flow");
        }
        self.enter(line, name);
        Ok(())
    }

    fn statement(&mut self, line: &Line, statement: &Statement) -> Result<(), &'static str> {
        self.leave_blocks(line, statement.kind);
        if statement.kind == Kind::Heading {
            if self.has_body(line) && self.may_enter() {
                self.enter(
                    line,
                    statement.text.strip_prefix(':').unwrap_or(&statement.text),
                );
                return Ok(());
            }
            return Err("a line that begins with no known word");
        }
        if statement.opens_flow {
            self.open_flow(line);
        }
        self.add(line, statement)
    }

    /// Ends the blocks that the line is not indented enough for.
    fn leave_blocks(&mut self, line: &Line, kind: Kind) {
        let outside = |indentation| line.indentation < indentation;
        while self
            .blocks
            .last()
            .is_some_and(|block| outside(block.indentation))
        {
            self.blocks.pop();
        }
        let ends = |open: &Condition| {
            outside(open.indentation) && (kind != Kind::Else || outside(open.keyword_indentation))
        };
        while self.conditions.last().is_some_and(ends) {
            self.conditions.pop();
        }
    }

    /// Headings stand where no statement has been yet.
    fn may_enter(&self) -> bool {
        self.blocks.last().is_none_or(|block| block.is_empty)
    }

    fn enter(&mut self, line: &Line, name: &str) {
        while self
            .headings
            .last()
            .is_some_and(|above| above.indentation > line.indentation)
        {
            self.headings.pop();
        }
        self.headings.push(Heading {
            name: name.to_owned(),
            indentation: self.next_indentation(),
        });
        let names: Vec<&str> = self
            .headings
            .iter()
            .map(|above| above.name.as_str())
            .collect();
        self.current = names.join(".");
        self.blocks.clear();
        self.conditions.clear();
    }

    /// The first statement under a heading makes it a flow. Under the same heading once more there
    /// is nothing to add to, and the next step fails.
    fn open_flow(&mut self, line: &Line) {
        if self.flows.insert(self.current.clone()) {
            self.blocks = vec![Block {
                indentation: line.indentation,
                is_empty: true,
            }];
        }
    }

    fn add(&mut self, line: &Line, statement: &Statement) -> Result<(), &'static str> {
        let block = self
            .blocks
            .last_mut()
            .ok_or("a statement outside of a flow")?;
        block.is_empty = false;
        match statement.kind {
            Kind::WithParameters => self.skip_lines(|next| next.indentation > line.indentation),
            Kind::Block => self.open_block(line, &statement.text)?,
            Kind::If => self.open_condition(line)?,
            Kind::Else => self.open_else(line, &statement.text)?,
            Kind::When => self.open_when(line)?,
            Kind::Reserved => return Err("a word that has no meaning yet"),
            Kind::Alternatives => self.open_alternatives(line, &statement.text),
            Kind::Plain => {}
            Kind::Import | Kind::Define | Kind::Heading => return Err("not a statement"),
        }
        Ok(())
    }

    /// `while`, `any` and `infer`; what is inferred may stand on the same line.
    fn open_block(&mut self, line: &Line, text: &str) -> Result<(), &'static str> {
        if let Some(inferred) = text.strip_prefix("infer ") {
            self.lines
                .push_front(Line::new(line.indentation + 1, inferred));
        }
        self.push_block()
    }

    fn open_condition(&mut self, line: &Line) -> Result<(), &'static str> {
        self.push_block()?;
        let keyword_indentation = line.indentation;
        let indentation = self.next_indentation();
        self.conditions.push(Condition {
            indentation,
            keyword_indentation,
        });
        Ok(())
    }

    fn open_else(&mut self, line: &Line, text: &str) -> Result<(), &'static str> {
        let indentation = self
            .conditions
            .last()
            .ok_or("an `else` without an `if`")?
            .indentation;
        let is_empty = !text.starts_with("else if");
        self.blocks.push(Block {
            indentation,
            is_empty,
        });
        if is_empty {
            Ok(())
        } else {
            self.open_condition(line)
        }
    }

    /// The rest of the line is the first statement of the new block.
    fn open_when(&mut self, line: &Line) -> Result<(), &'static str> {
        if !self.has_body(line) {
            return Err("a `when` without a body");
        }
        let below = self
            .lines
            .iter()
            .take_while(|next| next.indentation > line.indentation);
        let indentation = below.map(|next| next.indentation).min().unwrap_or_default();
        self.blocks.push(Block {
            indentation,
            is_empty: false,
        });
        Ok(())
    }

    /// `user a or user b` is read as `any` with the two below it.
    fn open_alternatives(&mut self, line: &Line, text: &str) {
        for alternative in alternatives(text).into_iter().rev() {
            self.lines
                .push_front(Line::new(line.indentation + 8, alternative));
        }
        self.lines.push_front(Line::new(line.indentation, "any"));
    }

    fn push_block(&mut self) -> Result<(), &'static str> {
        if self.lines.is_empty() {
            return Err("a block that never comes");
        }
        self.blocks.push(Block {
            indentation: self.next_indentation(),
            is_empty: true,
        });
        Ok(())
    }

    /// Messages end with the first line that is indented less than their first one. A bot statement
    /// among them begins a flow of its own, named after them.
    fn skip_messages(&mut self, name: &str) {
        let indentation = self.next_indentation();
        loop {
            let Some(line) = self.lines.front() else {
                return;
            };
            if line.indentation < indentation {
                return;
            }
            let (at, is_bot) = (line.indentation, line.text.split(' ').next() == Some("bot"));
            if is_bot {
                self.lines.push_front(Line::new(at, format!("user {name}")));
                self.lines
                    .push_front(Line::new(at - 2, format!("{name}_direct:")));
                return;
            }
            self.lines.pop_front();
        }
    }

    fn skip_lines(&mut self, belongs: impl Fn(&Line) -> bool) {
        while self.lines.front().is_some_and(&belongs) {
            self.lines.pop_front();
        }
    }

    fn has_body(&self, line: &Line) -> bool {
        self.lines
            .front()
            .is_some_and(|next| next.indentation > line.indentation)
    }

    fn next_indentation(&self) -> isize {
        self.lines.front().map_or(0, |next| next.indentation)
    }
}
