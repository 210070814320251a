//! What the derives expand to. Not public API: no promise of stability.
