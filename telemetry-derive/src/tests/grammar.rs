//! Generates pseudorandom declarations: most are plausible, some are arbitrary tokens.
//!
//! Every generator depends only on the seeded generator of random numbers, so the seed of a failure
//! reproduces it.

use std::iter;

use fastrand::Rng;
use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};

use super::vocabulary::{EXPRESSIONS, IDENTS, NUMBERS, TEXTS, TYPES, WORDS};

fn one<'w>(rng: &mut Rng, words: &[&'w str]) -> &'w str {
    rng.choice(words).copied().unwrap_or_default()
}

fn tokens(source: &str) -> TokenStream {
    source.parse().unwrap_or_default()
}

fn ident(rng: &mut Rng) -> String {
    one(rng, IDENTS).to_owned()
}

fn quoted(rng: &mut Rng) -> String {
    Literal::string(one(rng, TEXTS)).to_string()
}

/// The tokens after an equals sign.
fn value(rng: &mut Rng) -> String {
    match rng.u8(..8) {
        0..=3 => quoted(rng),
        4..=5 => one(rng, NUMBERS).to_owned(),
        6 => one(rng, EXPRESSIONS).to_owned(),
        _ => one(rng, TYPES).to_owned(),
    }
}

/// One `key`, `key = value` or `key(...)`.
fn item(rng: &mut Rng, depth: u8) -> String {
    let key = one(rng, WORDS);
    match rng.u8(..10) {
        0..=1 => key.to_owned(),
        2..=6 => format!("{key} = {}", value(rng)),
        7..=8 if depth < 3 => format!("{key}({})", list(rng, depth + 1)),
        7..=8 => format!("{key}[{}]", value(rng)),
        _ => format!("{key} {}", value(rng)),
    }
}

fn list(rng: &mut Rng, depth: u8) -> String {
    let items: Vec<_> = (0..rng.usize(..5)).map(|_| item(rng, depth)).collect();
    let separator = one(rng, &[", ", ", ", ", ", " ", ",, ", "; "]);
    items.join(separator)
}

/// Attributes of one item; most of them include valid ones for this kind of item.
fn attributes(rng: &mut Rng, valid: &[&str]) -> String {
    let mut attributes = String::new();
    if rng.u8(..8) > 0 {
        attributes.push_str(&format!("#[event({})]", one(rng, valid)));
    }
    for _ in 0..rng.usize(..3) {
        let attribute = match rng.u8(..8) {
            0 => "#[event]".to_owned(),
            1 => format!("#[event = {}]", quoted(rng)),
            2 => "/// Text.\n".to_owned(),
            3 => "#[doc = concat!(\"a\", \"b\")] #[deprecated] #[doc(hidden)]".to_owned(),
            _ => format!("#[event({})]", list(rng, 0)),
        };
        attributes.push_str(&attribute);
    }
    attributes
}

const ON_STRUCTS: &[&str] = &["name = \"run\", schema = \"1.7\""];
const ON_FIELDS: &[&str] = &[
    "required",
    "default = 5",
    "constant = 5",
    "rename = \"x\"",
    "range(min = -1, max = 5)",
    "free_text = \"x\", max_len = 9",
    "unit = \"ms\"",
    "since = \"1.5\"",
    "retired = \"1.6\"",
    "flatten",
    "flatten, prefix = \"fooBar\"",
    "why = \"which\"",
];
const ON_ENUMS: &[&str] = &[
    "name = \"KindEnum\"",
    "name = \"KindEnum\", rename_all = \"snake_case\"",
];
const ON_VARIANTS: &[&str] = &["fallback", "rename = \"x\"", "retired", "since = \"1.5\""];

fn generics(rng: &mut Rng) -> (&'static str, &'static str) {
    let choices = [
        ("", ""),
        ("", ""),
        ("", ""),
        ("<'a>", ""),
        ("<'a, 'b: 'a>", "where 'a: 'b"),
        ("<'a, T: Clone = i64>", "where T: 'a, [T; 2]: Sized"),
        ("<const N: usize>", ""),
        ("<>", "where"),
    ];
    rng.choice(choices).unwrap_or_default()
}

fn fields(rng: &mut Rng) -> String {
    let field = |rng: &mut Rng| {
        let attributes = attributes(rng, ON_FIELDS);
        let vis = one(rng, &["", "", "pub", "pub(crate)", "pub(in a::b)"]);
        format!("{attributes} {vis} {}: {}", ident(rng), one(rng, TYPES))
    };
    let fields: Vec<_> = (0..rng.usize(..5)).map(|_| field(rng)).collect();
    fields.join(", ")
}

fn variants(rng: &mut Rng) -> String {
    let variant = |rng: &mut Rng| {
        let attributes = attributes(rng, ON_VARIANTS);
        let name = one(
            rng,
            &[
                "A", "B", "TimedOut", "LLMRails", "été", "r#type", "A_1", "__", "HTTP2",
            ],
        );
        let data = one(rng, &["", "", "", "", "(i64)", "{ a: i64 }", " = 5", "()"]);
        format!("{attributes} {name}{data}")
    };
    let variants: Vec<_> = (0..rng.usize(..5)).map(|_| variant(rng)).collect();
    variants.join(", ")
}

fn declaration(rng: &mut Rng) -> String {
    let vis = one(rng, &["", "pub", "pub(crate)"]);
    let name = one(rng, &["Run", "r#struct", "été", "X"]);
    let (generics, clause) = generics(rng);
    if rng.bool() {
        let attributes = attributes(rng, ON_STRUCTS);
        match rng.u8(..12) {
            0 => format!("{attributes} {vis} struct {name}{generics} {clause};"),
            1 => format!("{attributes} {vis} struct {name}{generics}(i64, String) {clause};"),
            2 => format!(
                "{attributes} {vis} union {name}{generics} {clause} {{ {} }}",
                fields(rng)
            ),
            _ => format!(
                "{attributes} {vis} struct {name}{generics} {clause} {{ {} }}",
                fields(rng)
            ),
        }
    } else {
        let attributes = attributes(rng, ON_ENUMS);
        format!(
            "{attributes} {vis} enum {name}{generics} {clause} {{ {} }}",
            variants(rng)
        )
    }
}

/// Arbitrary tokens.
fn arbitrary(rng: &mut Rng, depth: u8) -> TokenStream {
    let length = rng.usize(..6);
    iter::repeat_with(|| token(rng, depth))
        .take(length)
        .collect()
}

fn token(rng: &mut Rng, depth: u8) -> TokenTree {
    match rng.u8(..7) {
        0..=1 => {
            let word = one(rng, WORDS);
            match word.strip_prefix("r#") {
                Some(raw) => Ident::new_raw(raw, Span::call_site()).into(),
                None => Ident::new(word, Span::call_site()).into(),
            }
        }
        2..=3 => {
            let spacing = if rng.bool() {
                Spacing::Alone
            } else {
                Spacing::Joint
            };
            let punct = rng.choice(b"=,:;#<>-&|.!?'*+/%^$@~");
            let punct = punct.copied().map_or(',', char::from);
            // A joint quote begins a lifetime and must be followed by a word.
            let spacing = if punct == '\'' {
                Spacing::Alone
            } else {
                spacing
            };
            Punct::new(punct, spacing).into()
        }
        4 => Literal::string(one(rng, TEXTS)).into(),
        5 if depth < 4 => {
            let delimiter = rng
                .choice([
                    Delimiter::Parenthesis,
                    Delimiter::Bracket,
                    Delimiter::Brace,
                    Delimiter::None,
                ])
                .unwrap_or(Delimiter::None);
            Group::new(delimiter, arbitrary(rng, depth + 1)).into()
        }
        _ => Literal::f64_unsuffixed(rng.f64()).into(),
    }
}

/// Changes one token of a declaration, at any depth: removes, duplicates or replaces it, or wraps it
/// in the invisible group of a macro's argument.
fn mutated(rng: &mut Rng, code: TokenStream) -> TokenStream {
    let mut tokens: Vec<TokenTree> = code.into_iter().collect();
    if tokens.is_empty() {
        return arbitrary(rng, 2);
    }
    let at = rng.usize(..tokens.len());
    if let Some(TokenTree::Group(group)) = tokens.get(at)
        && rng.u8(..4) > 0
    {
        let inner = mutated(rng, group.stream());
        tokens[at] = Group::new(group.delimiter(), inner).into();
        return tokens.into_iter().collect();
    }
    match rng.u8(..4) {
        0 => {
            tokens.remove(at);
        }
        1 => tokens.insert(at, tokens[at].clone()),
        2 => tokens[at] = token(rng, 2),
        _ => tokens[at] = Group::new(Delimiter::None, tokens[at].clone().into()).into(),
    }
    tokens.into_iter().collect()
}

/// The input of one case.
pub(super) fn input(rng: &mut Rng) -> TokenStream {
    match rng.u8(..20) {
        0 => arbitrary(rng, 0),
        1..=5 => {
            let code = tokens(&declaration(rng));
            mutated(rng, code)
        }
        _ => tokens(&declaration(rng)),
    }
}
