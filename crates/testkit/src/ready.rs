//! Servers that are programs of the system: waiting until one listens, ending it with the test.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

/// How long a server may take until it listens.
const LIMIT: Duration = Duration::from_secs(20);

/// A program that listens on loopback. It ends when this is dropped.
pub(crate) struct Listening {
    child: Child,
    address: SocketAddr,
}

impl Listening {
    /// Starts what `command` makes for a free port. `None` where there is no such program.
    ///
    /// # Panics
    /// Where it ends at once, or does not listen.
    pub(crate) fn start(command: impl Fn(SocketAddr) -> Command) -> Option<Self> {
        // The port is free when it is drawn, and may be taken by the time the program asks for it.
        for _ in 0..10 {
            let address = free_address();
            let mut child = command(address).spawn().ok()?;
            let limit = now() + LIMIT;
            while child.try_wait().is_ok_and(|ended| ended.is_none()) {
                if TcpStream::connect(address).is_ok() {
                    return Some(Self { child, address });
                }
                assert!(now() < limit, "nothing listens at {address}");
                std::thread::yield_now();
            }
        }
        panic!("the server ends at once, with every port")
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An address of loopback at which nothing listens just now.
///
/// # Panics
/// Where loopback has no free port.
pub fn free_address() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has a free port");
    listener.local_addr().expect("a bound socket has an address")
}

#[expect(clippy::disallowed_methods, reason = "tests bound how long they wait")]
fn now() -> Instant {
    Instant::now()
}
