//! The checksum of headers and records.
//!
//! It is CRC-32 (IEEE 802.3), as in zlib and PNG. It detects every change of one or two bits and every
//! burst of up to 32 bits in a record. CRC-32C has the same strength here; the crate `crc32fast` computes
//! only CRC-32, and it has a fast implementation for each processor.
//!
//! The checksum of a record starts from the id of its segment, so that a record of another segment, which
//! a file system may leave in a block after a crash, is not valid.

/// The checksum of `parts`, one after the other.
pub(super) fn checksum(seed: u32, parts: &[&[u8]]) -> u32 {
    let mut hasher = crc32fast::Hasher::new_with_initial(seed);
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize()
}
