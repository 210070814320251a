use super::*;

fn read(text: &str) -> Result<Value, String> {
    Json::read(text.as_bytes())
        .map(|(json, _)| json.value)
        .map_err(|problem| problem.to_string())
}

#[test]
fn values_are_read() {
    for (text, value) in [
        ("null", Value::Null),
        (" true ", Value::Bool(true)),
        ("-0.5e2", Value::Number(-50.0)),
        (
            "9223372036854775807",
            Value::Number(9_223_372_036_854_775_807.0),
        ),
        ("[]", Value::List(Vec::new())),
        ("{ }", Value::Object(Object::default())),
        (
            r#""a\"\\\/\b\f\n\r\té""#,
            Value::Text("a\"\\/\u{8}\u{c}\n\r\té".to_owned()),
        ),
        (r#""\u00e9\ud83d\ude00""#, Value::Text("é😀".to_owned())),
    ] {
        assert_eq!(read(text), Ok(value), "{text}");
    }
}

#[test]
fn members_keep_their_order_and_position() {
    let text = "{\"é\": 1,\n  \"a\": [true, null]}";
    let (json, text) = Json::read(text.as_bytes()).unwrap_or_else(|_| unreachable!());
    let Value::Object(object) = json.value else {
        unreachable!()
    };
    let places: Vec<_> = object
        .members
        .iter()
        .map(|member| {
            let at = Position::of(member.value.at, text);
            (
                member.key.as_str(),
                Position::of(member.at, text).to_string(),
                at.to_string(),
            )
        })
        .collect();
    assert_eq!(
        places,
        [
            ("é", "1:2".to_owned(), "1:7".to_owned()),
            ("a", "2:3".to_owned(), "2:8".to_owned())
        ]
    );
}

#[test]
fn mistakes_have_line_and_column() {
    for (text, problem) in [
        ("", "expected a value at 1:1"),
        (
            "{\n  \"a\": 1,\n  \"b\": 2\n  \"c\": 3\n}",
            "expected `,` at 4:3",
        ),
        ("{\"a\" 1}", "expected `:` at 1:6"),
        ("{\"a\": 1,}", "expected a key at 1:9"),
        ("[1,]", "expected a value at 1:4"),
        ("{'a': 1}", "expected a key at 1:2"),
        ("nul", "expected a value, found `nul` at 1:1"),
        ("01", "number with a leading zero at 1:2"),
        ("1.", "expected a digit at 1:3"),
        ("-", "expected a digit at 1:2"),
        ("1e", "expected a digit at 1:3"),
        ("+1", "expected a value at 1:1"),
        ("\"a", "expected `\"` at 1:3"),
        ("\"a\nb\"", "expected `\"` at 1:3"),
        (r#""\x""#, "expected an escape at 1:3"),
        (r#""\u12g4""#, "expected a hexadecimal digit at 1:6"),
        (r#""\ud83d""#, "escape is not a character at 1:2"),
        (r#""\ud83d\u0041""#, "escape is not a character at 1:2"),
        (r#""\udc00""#, "escape is not a character at 1:2"),
        ("{} {}", "expected the end of the file at 1:4"),
        ("{\"a\": 1,\n \"a\": 2}", "duplicate key `a` at 2:2"),
        ("\u{feff}{}", "expected a value at 1:1"),
        ("[1, // no\n 2]", "expected a value at 1:5"),
        ("[NaN]", "expected a value at 1:2"),
    ] {
        assert_eq!(read(text), Err(problem.to_owned()), "{text}");
    }
}

#[test]
fn bytes_that_are_not_utf8_are_an_error() {
    let problem = Json::read(b"{\n \"\xff\": 1}").unwrap_err();
    assert_eq!(problem.to_string(), "expected UTF-8 at 2:3");
}

#[test]
fn nesting_has_a_limit() {
    let nested = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
    assert!(read(&nested(MAX_DEPTH)).is_ok());
    let problem = read(&nested(MAX_DEPTH + 1));
    assert_eq!(problem, Err("more than 64 levels at 1:65".to_owned()));
    assert!(read(&"[".repeat(1_000_000)).is_err());
    assert!(read(&"{\"a\":".repeat(1_000_000)).is_err());
}

/// Reads every prefix of a document, every one-byte change, and pseudorandom bytes.
#[test]
fn no_input_causes_a_panic() {
    let document = r#"{"a": [1.5e3, -0, "x\u00e9\n", true], "b": {"c": null}, "é": ""}"#;
    let bytes = document.as_bytes();
    for end in 0..bytes.len() {
        let _ = Json::read(bytes.get(..end).unwrap_or_default());
        for byte in [0, b'"', b'\\', b'{', b'}', b'[', b',', b'9', 0x80, 0xff] {
            let mut changed = bytes.to_vec();
            changed.splice(end..=end, [byte]);
            let _ = Json::read(&changed);
        }
    }
    // A linear congruential generator: every run reads the same bytes.
    let mut state = 7_u32;
    for length in 0..500 {
        let noise: Vec<u8> = (0..length % 40)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let alphabet = b"{}[]\",:\\u0d8ctrufalsn-+.eE \n\xc3\xa9";
                alphabet
                    .iter()
                    .copied()
                    .cycle()
                    .nth((state >> 16) as usize % 64)
                    .unwrap_or(0)
            })
            .collect();
        let _ = Json::read(&noise);
    }
}
