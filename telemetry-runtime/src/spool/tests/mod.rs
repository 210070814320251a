//! Tests of the spool.
