//! Compile-fail and compile-pass cases live in `tests/`; this crate itself is empty.
