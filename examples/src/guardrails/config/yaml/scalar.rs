//! What a plain scalar means in YAML 1.1, by the rules PyYAML has them in its resolver.
//!
//! They are narrower than the specification: `y` is text, `1e5` and `1.0e5` are text (a dot and a
//! signed exponent are needed), `0o17` is text and `017` is fifteen.

use super::Value;

/// The value of a scalar written without quotes and without a tag.
pub(super) fn plain(text: &str) -> Value {
    null(text)
        .or_else(|| boolean(text))
        .or_else(|| integer(text))
        .or_else(|| float(text))
        .or_else(|| timestamp(text))
        .unwrap_or_else(|| Value::Text(text.to_owned()))
}

/// The value of a scalar with the tag `!!NAME`, where it has one.
pub(super) fn tagged(name: &str, text: &str) -> Option<Value> {
    match name {
        "str" => Some(Value::Text(text.to_owned())),
        "null" => Some(Value::Null),
        "bool" => boolean(text),
        "int" => integer(text),
        "float" => float(text).or_else(|| text.parse().ok().map(Value::Float)),
        "timestamp" => timestamp(text),
        "binary" => Some(Value::Other("binary")),
        _ => None,
    }
}

fn null(text: &str) -> Option<Value> {
    matches!(text, "" | "~" | "null" | "Null" | "NULL").then_some(Value::Null)
}

fn boolean(text: &str) -> Option<Value> {
    match text {
        "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Some(true),
        "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Some(false),
        _ => None,
    }
    .map(Value::Bool)
}

fn integer(text: &str) -> Option<Value> {
    let (negative, digits) = sign(text);
    let magnitude = if let Some(binary) = digits.strip_prefix("0b") {
        radix(binary, 2)
    } else if let Some(hexadecimal) = digits.strip_prefix("0x") {
        radix(hexadecimal, 16)
    } else if digits.contains(':') {
        digits
            .starts_with(|c: char| matches!(c, '1'..='9'))
            .then(|| sexagesimal(digits))
            .flatten()
    } else if digits.len() > 1 && digits.starts_with('0') {
        radix(digits, 8)
    } else if digits.starts_with('_') {
        None
    } else {
        radix(digits, 10)
    }?;
    let value = if negative { -magnitude } else { magnitude };
    // A number that no field of a configuration can hold stays a number.
    #[expect(clippy::cast_possible_truncation, reason = "guarded by the comparison")]
    Some(if value.abs() < 9e15 {
        Value::Int(value as i64)
    } else {
        Value::Float(value)
    })
}

fn float(text: &str) -> Option<Value> {
    let (negative, body) = sign(text);
    let signed = body.len() < text.len();
    let value = match body {
        ".inf" | ".Inf" | ".INF" => Some(f64::INFINITY),
        ".nan" | ".NaN" | ".NAN" if !signed => Some(f64::NAN),
        _ if body.starts_with('.') && signed => None,
        _ if body.contains(':') => sexagesimal_float(body),
        _ => decimal(body),
    }?;
    Some(Value::Float(if negative { -value } else { value }))
}

/// `2024-01-02`, or a date with a time: a value that is not text.
fn timestamp(text: &str) -> Option<Value> {
    let (date, time) = match text.find(['T', 't', ' ', '\t']) {
        Some(at) => text.split_at(at),
        None => (text, ""),
    };
    let mut parts = date.split('-');
    let lengths = [
        4..=4,
        if time.is_empty() { 2..=2 } else { 1..=2 },
        if time.is_empty() { 2..=2 } else { 1..=2 },
    ];
    let is_date = lengths.iter().all(|length| {
        parts
            .next()
            .is_some_and(|part| is_digits(part) && length.contains(&part.len()))
    }) && parts.next().is_none();
    (is_date && (time.is_empty() || is_time(time))).then_some(Value::Other("timestamp"))
}

/// `T12:00:00.5Z`, ` 12:00:00 +01:00`.
fn is_time(text: &str) -> bool {
    let text = text.trim_start_matches(['T', 't', ' ', '\t']);
    let clock = text
        .find([' ', '\t', 'Z', '+', '-'])
        .map_or(text, |at| text.split_at(at).0);
    let whole = clock.split_once('.').map_or(clock, |(whole, _)| whole);
    let parts: Vec<&str> = whole.split(':').collect();
    parts.len() == 3 && parts.iter().all(|part| is_digits(part) && part.len() <= 2)
}

fn sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// Digits of a base with `_` anywhere between them; at least one digit.
fn radix(digits: &str, base: u32) -> Option<f64> {
    let mut value = None;
    for c in digits.chars().filter(|c| *c != '_') {
        value = Some(value.unwrap_or(0.0) * f64::from(base) + f64::from(c.to_digit(base)?));
    }
    value
}

/// `1:30` is ninety: base sixty, every part after the first below sixty.
fn sexagesimal(text: &str) -> Option<f64> {
    let (first, rest) = text.split_once(':')?;
    rest.split(':').try_fold(radix(first, 10)?, |value, part| {
        let below_sixty =
            is_digits(part) && part.parse::<u32>().is_ok_and(|n| n < 60) && part.len() <= 2;
        below_sixty
            .then(|| radix(part, 10).map(|n| value * 60.0 + n))
            .flatten()
    })
}

fn sexagesimal_float(text: &str) -> Option<f64> {
    let (whole, fraction) = text.split_once('.')?;
    let fraction = fraction.replace('_', "");
    let starts_with_digit = whole.starts_with(|c: char| c.is_ascii_digit());
    let fraction: f64 = format!("0.{fraction}")
        .parse()
        .ok()
        .filter(|_| starts_with_digit)?;
    Some(sexagesimal(whole)? + fraction)
}

/// `1.5`, `.5`, `1.`, `1.5e+3`: a dot always, a sign in the exponent always.
fn decimal(text: &str) -> Option<f64> {
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => text.split_at(at),
        None => (text, ""),
    };
    let (whole, fraction) = mantissa.split_once('.')?;
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit() || b == b'_');
    let starts = if whole.is_empty() { fraction } else { whole };
    let is_number =
        digits(whole) && digits(fraction) && starts.starts_with(|c: char| c.is_ascii_digit());
    let is_exponent = exponent.is_empty()
        || exponent
            .get(1..2)
            .is_some_and(|sign| matches!(sign, "+" | "-"))
            && exponent.get(2..).is_some_and(is_digits);
    (is_number && is_exponent)
        .then(|| text.replace('_', "").parse().ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn booleans_are_those_of_pyyaml() {
        for text in ["yes", "Yes", "ON", "True"] {
            assert_eq!(plain(text), Value::Bool(true), "{text}");
        }
        for text in ["no", "Off", "FALSE"] {
            assert_eq!(plain(text), Value::Bool(false), "{text}");
        }
        for text in ["y", "n", "Y", "tRue", "enabled"] {
            assert_eq!(plain(text), Value::Text(text.to_owned()), "{text}");
        }
    }

    #[test]
    fn numbers_are_those_of_pyyaml() {
        let integers = [
            ("0", 0),
            ("-12", -12),
            ("017", 15),
            ("0x1F", 31),
            ("0b11", 3),
            ("1_000", 1000),
            ("1:30", 90),
        ];
        for (text, value) in integers {
            assert_eq!(plain(text), Value::Int(value), "{text}");
        }
        for (text, value) in [
            ("1.0", 1.0),
            (".5", 0.5),
            ("1.", 1.0),
            ("-1.5e+3", -1500.0),
            ("1:30.5", 90.5),
        ] {
            assert_eq!(plain(text), Value::Float(value), "{text}");
        }
        for text in [
            "1e5", "1.0e5", "0o17", "08", "-.5", "1.2.3", "2.x", "_1", "1:99", "-",
        ] {
            assert_eq!(plain(text), Value::Text(text.to_owned()), "{text}");
        }
    }

    #[test]
    fn dates_are_not_text() {
        for text in [
            "2024-01-01",
            "2024-1-1 10:00:00",
            "2001-12-14t21:59:43.10-05:00",
        ] {
            assert_eq!(plain(text), Value::Other("timestamp"), "{text}");
        }
        for text in ["2024-1-1", "2024-01", "gpt-4-0613", "2024-01-01 x"] {
            assert_eq!(plain(text), Value::Text(text.to_owned()), "{text}");
        }
    }
}
