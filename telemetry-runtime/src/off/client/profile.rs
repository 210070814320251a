//! A profile without content.

#[derive(Debug, Clone, Copy)]
pub struct Profile {
    nothing: (),
}

impl Profile {
    #[must_use]
    pub const fn cli() -> Self {
        Self { nothing: () }
    }

    #[must_use]
    pub const fn service() -> Self {
        Self { nothing: () }
    }
}
