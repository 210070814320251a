//! Epochs: numbered spans of time in which telemetry is on or off.

/// The number of an epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Epoch(u32);

/// Bits of an epoch's number; the switch stores it in 32 bits together with a phase of 2 bits.
const BITS: u32 = 30;

impl Epoch {
    /// The epoch in which a client is built.
    pub(crate) const FIRST: Self = Self(0);

    pub(crate) const fn from_number(number: u32) -> Self {
        Self(number % (1 << BITS))
    }

    pub(crate) const fn number(self) -> u32 {
        self.0
    }

    /// The following epoch. Wraps around after 2^30 epochs.
    pub(crate) const fn next(self) -> Self {
        Self::from_number(self.0.wrapping_add(1))
    }
}
