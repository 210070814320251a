// A macro of another file may contain the declaration.

#[path = "../support/macros.rs"]
mod macros;

const FALLBACK: i64 = 4;

macros::event!(Run, "run", exit_code: i64 = FALLBACK + 1);

fn main() {
    assert_eq!(Run::builder().hidden(true).build().exit_code, 5);
}
