// Without the derive, the attribute is unknown to the compiler.

#[event(name = "run", schema = "1.0")]
struct Run {
    exit_code: i64,
}

fn main() {}
