//! Addresses without a server.

use std::{
    io::ErrorKind,
    iter,
    net::{TcpListener, TcpStream},
    time::Duration,
};

use telemetry_runtime::testing::UnreachableEndpoint;

#[test]
fn a_refusing_endpoint_refuses_and_holds_its_port() {
    let unreachable = UnreachableEndpoint::refusing().unwrap();
    assert_eq!(
        unreachable.url(),
        format!("http://{}", unreachable.address())
    );
    for _ in 0..10 {
        let error = TcpStream::connect(unreachable.address()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    }
    let taken = TcpListener::bind(unreachable.address()).unwrap_err();
    assert_eq!(taken.kind(), ErrorKind::AddrInUse);
    let is_free = |unreachable: UnreachableEndpoint| {
        let address = unreachable.address();
        drop(unreachable);
        TcpListener::bind(address).is_ok()
    };
    // Another process may bind it first, but not each time.
    let mut several = iter::repeat_with(|| UnreachableEndpoint::refusing().unwrap()).take(10);
    assert!(is_free(unreachable) || several.any(is_free));
}

#[test]
#[cfg(target_os = "linux")]
fn a_black_hole_lets_connects_hang() {
    let hole = UnreachableEndpoint::black_hole().unwrap();
    for _ in 0..3 {
        let hung = TcpStream::connect_timeout(&hole.address(), Duration::from_millis(10));
        assert_eq!(hung.unwrap_err().kind(), ErrorKind::TimedOut);
    }
}
