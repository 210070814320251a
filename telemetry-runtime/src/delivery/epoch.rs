//! Epochs: numbered spans of time in which telemetry is on or off.

/// The number of an epoch.
pub(crate) type Epoch = u32;

/// Bits of an epoch's number: the switch keeps it in one word with two bits of its own.
const BITS: u32 = 30;

/// The epoch after `epoch`. Wraps around after 2^30 epochs.
pub(crate) fn epoch_after(epoch: Epoch) -> Epoch {
    epoch.wrapping_add(1) % (1 << BITS)
}
