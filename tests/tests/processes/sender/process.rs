//! The process of the sender.
