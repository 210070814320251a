//! A library with a C interface, for a host in another language that forks.
#![expect(unsafe_code, reason = "symbols of a C interface")]
#![allow(
    clippy::unwrap_used,
    reason = "a failure must end the program of the test"
)]

use std::ffi::{CStr, c_char};

use telemetry_runtime::{Policy, global};
use telemetry_tests::client::{PATIENCE, Run, builder};

/// Builds and installs the client.
///
/// # Safety
///
/// `endpoint` is a string that ends with a zero byte.
// SAFETY: no other symbol of the program has this name.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn telemetry_start(endpoint: *const c_char) {
    // SAFETY: the caller passes such a string.
    let endpoint = unsafe { CStr::from_ptr(endpoint) }.to_str().unwrap();
    let owner = builder()
        .endpoint(endpoint)
        .policy(Policy::default().request_timeout(PATIENCE))
        .build();
    global::install(&owner).unwrap();
    // The host calls `telemetry_shutdown` in each of its processes, so that no drop is needed.
    std::mem::forget(owner);
}

/// Records an event. 0 if it is accepted.
// SAFETY: no other symbol of the program has this name.
#[unsafe(no_mangle)]
pub extern "C" fn telemetry_record(number: i64) -> i32 {
    i32::from(global::client().try_record(&Run(number)).is_err())
}

/// Delivers the held events and ends the client of this process. 0 if every event was delivered.
// SAFETY: no other symbol of the program has this name.
#[unsafe(no_mangle)]
pub extern "C" fn telemetry_shutdown() -> i32 {
    let complete = global::client().shutdown(PATIENCE).is_complete();
    let health = global::client().health();
    i32::from(!complete || health.accepted() != health.delivered())
}
