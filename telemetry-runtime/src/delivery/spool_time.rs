//! The time of the spool is that of its client.

use std::{
    io::{self, ErrorKind},
    time::{Duration, UNIX_EPOCH},
};

use super::{clock::Clock, mono_time::MonoTime};
use crate::spool::folder::Time;

impl Time for Clock {
    fn now(&self) -> Duration {
        Self::now(self).since(MonoTime::START)
    }

    fn wall_ms(&self) -> u64 {
        let since = self.wall().duration_since(UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }

    fn pause(&self, duration: Duration) {
        std::thread::sleep(duration);
    }

    fn random(&self) -> io::Result<u64> {
        getrandom::u64().map_err(|_| ErrorKind::Unsupported.into())
    }
}
