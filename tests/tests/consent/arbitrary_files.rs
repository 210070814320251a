//! Consent files with arbitrary content: reading never panics, only a valid yes counts as one, and an
//! answer can always be written.

use proptest::prelude::*;
use telemetry_runtime::consent::{Answer, ConsentFile};
use telemetry_tests::scratch::Scratch;

/// Pieces that meet in consent files, in any order.
fn text() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "[telemetry]",
            "[[telemetry]]",
            "telemetry",
            "consent",
            "prompt_version",
            ".",
            " = ",
            "\"enabled\"",
            "\"disabled\"",
            "'disabled'",
            "\"1.0\"",
            "{",
            "}",
            "[",
            "]",
            ",",
            "# ",
            "\n",
            "\r\n",
            "\"\"\"",
            "\u{feff}",
            "1979-05-27",
            "\\u0064",
            "consent = \"disabled\"\n",
            "consent = \"enabled\"\n",
            "prompt_version = \"1.0\"\n",
        ])
        .prop_map(|piece| piece.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..4),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_answer_can_be_written_over_anything_and_is_read_back(before in text(), yes: bool) {
        let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "consent-property");
        let file = ConsentFile::new(scratch.join("telemetry.toml"), "1.0");
        std::fs::write(file.path(), &before).unwrap();
        let said_yes = file.read().answer() == Some(Answer::Yes);
        prop_assert!(!said_yes || std::str::from_utf8(&before).is_ok());

        let answer = if yes { Answer::Yes } else { Answer::No };
        let now = std::time::UNIX_EPOCH;
        file.write(answer, now).unwrap();
        prop_assert_eq!(file.read().answer(), Some(answer));
    }
}
