//! Signals of the host: no thread of a client receives them.
