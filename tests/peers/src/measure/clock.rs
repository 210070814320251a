//! CPU time of this thread and of the whole process.

use rustix::time::{ClockId, clock_gettime};

/// Nanoseconds of CPU time that this thread has used.
pub(crate) fn thread_cpu() -> f64 {
    nanos(ClockId::ThreadCPUTime)
}

/// Nanoseconds of CPU time that all threads of this process have used.
pub(crate) fn process_cpu() -> f64 {
    nanos(ClockId::ProcessCPUTime)
}

fn nanos(clock: ClockId) -> f64 {
    let time = clock_gettime(clock);
    time.tv_sec as f64 * 1e9 + time.tv_nsec as f64
}
