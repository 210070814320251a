//! The prompt of a disclosure: one screen, the question, and the complete text on request.
//!
//! After a change, `UPDATE_EXPECT=1 cargo test -p telemetry-tests --test privacy` rewrites the texts in
//! `golden/`; read the diff as a user.

use expect_test::expect_file;
use telemetry_examples::{
    agent_toolkit::{DISCLOSURE, QUESTION},
    registry::REGISTRY,
};
use telemetry_runtime::{
    Disclosure, Product,
    consent::{IoTerminal, Prompt},
};

use super::disclosure::PRODUCTS;

#[test]
fn the_prompt_shows_one_screen_and_then_the_question() {
    for width in [60, 100] {
        let shown = shown_by(&DISCLOSURE.prompt(width, QUESTION), "no\n");
        expect_file![format!("../../golden/prompt-{width}.txt")].assert_eq(&shown);
    }
}

fn shown_by(prompt: &Prompt, typed: &str) -> String {
    let mut person = IoTerminal::new(typed.as_bytes(), Vec::new());
    prompt.ask(&mut person);
    String::from_utf8(person.into_output()).unwrap()
}

#[test]
fn c5_the_question_fits_24_rows_and_80_columns_even_after_an_unclear_answer() {
    static LONG: Product = Product::new(
        "product with a name that takes more than one line of a terminal of eighty columns",
    )
    .endpoint("https://a-host-name-that-is-longer-than-a-line.example/with/a/path/that/is/longer/than/a/line/json")
    .recipient("Example Corporation. Its subsidiaries in all countries. Its processors, as listed on its page.")
    .responsible("Example Corporation, Example Street 1, Example Town, privacy@example.org, and its officer")
    .retention("13 months, except for copies of backups, which are kept for another 6 months.")
    .derived_from_connection("the country, the town and the network of the IP address");
    let many = REGISTRY.disclosure(&LONG);
    let none = Disclosure::new(&LONG);
    let long_command = many.command("a-program with-a-long-subcommand telemetry");
    let all = PRODUCTS.into_iter().chain([&many, &none, &long_command]);
    for disclosure in all {
        for width in [0, 40, 60, 80, 100, usize::MAX] {
            let shown = shown_by(&disclosure.prompt(width, QUESTION), "maybe\nno\n");
            // The terminal echoes the end of the typed line.
            let rows = shown.lines().count() + 1;
            assert!(rows <= 24, "{width}: {rows} rows\n{shown}");
            let columns = shown.lines().map(|line| line.chars().count()).max();
            assert!(columns < Some(80), "{width}: {columns:?}\n{shown}");
        }
    }
}

#[test]
fn c5_a_question_mark_shows_the_complete_disclosure() {
    for disclosure in PRODUCTS {
        let shown = shown_by(&disclosure.prompt(60, QUESTION), "?\nno\n");
        assert!(shown.contains(&disclosure.text(60)), "{shown}");
        assert!(shown.ends_with(&format!("\n{QUESTION} [y/N]: ")), "{shown}");
    }
}
