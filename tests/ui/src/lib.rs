//! Compile-fail and compile-pass cases of the derives: see `tests/ui.rs`.
