//! The prompt with its own defaults, which differ from the Agent Toolkit's on purpose: only a
//! typed yes turns telemetry on, and only a typed answer is stored.

use std::io::{self, BufRead, BufReader, Cursor, Read, Write};

use telemetry_runtime::{
    Client, Product,
    consent::{
        Answer, ConsentFile, IoTerminal, ProductConsent, Prompt, PromptOutcome, StoredConsent,
    },
    decision::DecisionSource,
    transport::NullTransport,
};
use telemetry_tests::scratch::Scratch;

static TOOL: Product = Product::new("tool")
    .requires_consent(ProductConsent::new("1.0", "telemetry.toml").variable("TOOL_FILE"));

fn prompt() -> Prompt {
    Prompt::new("Collected data.\n", "Allow?")
}

fn answered(prompt: &Prompt, typed: &[u8]) -> PromptOutcome {
    prompt.ask(&mut IoTerminal::new(typed, io::sink()))
}

#[test]
fn row_71_only_a_typed_yes_is_a_yes() {
    let yes: [&[u8]; 8] = [
        b"y\n",
        b"Y\n",
        b"yes\n",
        b"YeS\r\n",
        b"  y \t\r\n",
        b"\x1cy\x1f\n",
        b"y",
        b"\xc2\xa0y\n",
    ];
    for typed in yes {
        assert_eq!(
            answered(&prompt(), typed),
            PromptOutcome::Answered(Answer::Yes),
            "{typed:?}"
        );
    }
    let no: [&[u8]; 7] = [
        b"\n", b"\r\n", b" \t\n", b"n\n", b"no\n", b"N\n", b" nO\r\n",
    ];
    for typed in no {
        assert_eq!(
            answered(&prompt(), typed),
            PromptOutcome::Answered(Answer::No),
            "{typed:?}"
        );
    }
}

#[test]
fn c4_text_that_is_neither_a_yes_nor_a_no_is_not_an_answer() {
    let unclear: [&[u8]; 14] = [
        b"ye\n",
        b"yse\n",
        b"yess\n",
        b"y y\n",
        b"1\n",
        b"0\n",
        b"true\n",
        b"maybe\n",
        b"not now\n",
        b"nope\n",
        b"?\n",
        b"\xffy\n",
        b"\xffn\n",
        b"\0\n",
    ];
    for typed in unclear {
        for prompt in [prompt(), prompt().default_answer(Answer::Yes)] {
            let twice = [typed, typed].concat();
            assert_eq!(
                answered(&prompt, &twice),
                PromptOutcome::Unanswered,
                "{typed:?}"
            );
            for (second, answer) in [("yes\n", Answer::Yes), ("no\n", Answer::No)] {
                let then = [typed, second.as_bytes()].concat();
                assert_eq!(answered(&prompt, &then), PromptOutcome::Answered(answer));
            }
            assert_eq!(answered(&prompt, typed), PromptOutcome::EndOfInput);
        }
    }
}

#[test]
fn c5_a_question_mark_shows_all_of_it_and_asks_again() {
    let prompt = prompt().details("All of it.\n");
    let mut person = IoTerminal::new(b"?\nyes\n".as_slice(), Vec::new());
    assert_eq!(
        prompt.ask(&mut person),
        PromptOutcome::Answered(Answer::Yes)
    );
    let shown = String::from_utf8(person.into_output()).unwrap();
    let hint = "Type ? to read all of it.\n";
    assert_eq!(
        shown,
        format!("Collected data.\n{hint}Allow? [y/N]: All of it.\nAllow? [y/N]: ")
    );
    // The number of questions is bounded.
    let forever = "?\n".repeat(10);
    assert_eq!(
        answered(&prompt, forever.as_bytes()),
        PromptOutcome::Unanswered
    );
    assert_eq!(
        answered(&prompt, b"x\n?\nn\n"),
        PromptOutcome::Answered(Answer::No)
    );
}

#[test]
fn enter_means_yes_only_where_the_product_declares_it() {
    assert_eq!(
        answered(&prompt(), b"\n"),
        PromptOutcome::Answered(Answer::No)
    );
    let prompt = prompt().default_answer(Answer::Yes);
    assert_eq!(
        answered(&prompt, b"\r\n"),
        PromptOutcome::Answered(Answer::Yes)
    );
    assert_eq!(answered(&prompt, b"x\nx\n"), PromptOutcome::Unanswered);
    let mut person = IoTerminal::new(b"\n".as_slice(), Vec::new());
    prompt.ask(&mut person);
    let shown = String::from_utf8(person.into_output()).unwrap();
    assert_eq!(shown, "Collected data.\nAllow? [Y/n]: ");
}

#[test]
fn row_71_end_of_input_and_interrupt_mean_off_and_are_stored_only_where_the_product_declares_it() {
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "consent-prompt-end");
    let path = scratch.join("telemetry.toml");
    let file = ConsentFile::new(&path, "1.0");
    let inputs: [fn() -> Box<dyn BufRead>; 3] = [
        || Box::new(io::empty()),
        || Box::new(BufReader::new(Interrupted)),
        || Box::new(Cursor::new(b"ye").chain(BufReader::new(Interrupted))),
    ];
    for (stores, stored) in [(false, StoredConsent::Absent), (true, no_of("1.0"))] {
        for input in inputs {
            file.remove().unwrap();
            let prompt = prompt()
                .default_answer(Answer::Yes)
                .store_no_at_end_of_input(stores);
            let mut person = IoTerminal::new(input(), Vec::new());
            let path = path.clone();
            let decision = Client::builder(&TOOL)
                .env(move |name| (name == "TOOL_FILE").then(|| path.clone().into()))
                .transport(NullTransport)
                .ask_consent(&prompt, &mut person)
                .build()
                .decision();
            assert_eq!(
                (decision.on, decision.source),
                (false, DecisionSource::Consent)
            );
            assert_eq!(file.read(), stored);
            assert!(
                person.into_output().ends_with(b": \n"),
                "the host starts on a fresh line"
            );
        }
    }
}

fn no_of(version: &str) -> StoredConsent {
    StoredConsent::No {
        version: Some(version.into()),
    }
}

struct Interrupted;

impl Read for Interrupted {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::ErrorKind::Interrupted.into())
    }
}

#[test]
fn a_line_without_end_is_unclear_and_takes_bounded_memory_and_time() {
    assert_eq!(
        prompt().ask(&mut IoTerminal::new(
            BufReader::new(io::repeat(b'y')),
            io::sink()
        )),
        PromptOutcome::Unanswered
    );
    // Blank to its end, and too long for Enter.
    let spaces = [vec![b' '; 300], b"\n".to_vec()].concat();
    let prompt = prompt().default_answer(Answer::Yes);
    assert_eq!(
        answered(&prompt, &spaces.repeat(2)),
        PromptOutcome::Unanswered
    );
}

#[test]
fn the_host_gets_the_input_after_the_answer_and_none_of_the_answer() {
    let typed = [&b"y".repeat(1000)[..], b"\nno\nfor the host\n"].concat();
    let mut input = BufReader::new(typed.as_slice());
    prompt().ask(&mut IoTerminal::new(&mut input, io::sink()));
    let mut rest = String::new();
    input.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "for the host\n");
}

#[test]
fn row_71_nothing_is_read_when_nothing_can_be_shown() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut input = b"y\n".as_slice();
    assert_eq!(
        prompt().ask(&mut IoTerminal::new(&mut input, Full)),
        PromptOutcome::NotShown
    );
    assert_eq!(input, b"y\n");
}
