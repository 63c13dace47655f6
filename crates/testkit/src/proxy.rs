//! A proxy on loopback: it passes requests on, and opens tunnels (`CONNECT`).

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

/// The longest request line and headers that are read, in bytes.
const LONGEST_HEAD: u64 = 64 << 10;

/// A running proxy. It ends with this.
pub struct Proxy {
    shared: Arc<Shared>,
    address: SocketAddr,
    accepting: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    /// What has to be in the header of who may use it.
    signed_in_by: Option<&'static str>,
    stopping: AtomicBool,
    /// The request lines of what went through.
    passed: Mutex<Vec<String>>,
}

impl Proxy {
    /// Starts on a free port of 127.0.0.1, for everybody.
    pub fn start() -> Self {
        Self::begin(None)
    }

    /// The same for who is `ann` with the password `secret`, and for nobody else.
    pub fn that_asks() -> Self {
        Self::begin(Some("Basic YW5uOnNlY3JldA=="))
    }

    /// # Panics
    /// Where loopback cannot be listened on.
    fn begin(signed_in_by: Option<&'static str>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let shared = Arc::new(Shared { signed_in_by, ..Shared::default() });
        let accepting = thread::spawn({
            let shared = Arc::clone(&shared);
            move || accept(&listener, &shared)
        });
        Self { shared, address, accepting: Some(accepting) }
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The request lines of what went through, as `CONNECT host:443 HTTP/1.1`.
    pub fn passed(&self) -> Vec<String> {
        self.shared.passed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::Release);
        // `accept` has no time limit; a connection wakes it.
        let _ = TcpStream::connect(self.address);
        if let Some(accepting) = self.accepting.take() {
            let _ = accepting.join();
        }
    }
}

/// A connection ends when one of its ends does, which is before the test does.
fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for stream in listener.incoming() {
        if shared.stopping.load(Ordering::Acquire) {
            return;
        }
        let Ok(stream) = stream else { continue };
        let shared = Arc::clone(shared);
        // What a client cuts off is no concern of the proxy's.
        thread::spawn(move || pass(&stream, &shared).map_err(drop));
    }
}

fn pass(stream: &TcpStream, shared: &Shared) -> io::Result<()> {
    let mut input = BufReader::new(stream.try_clone()?);
    let head = read_head(&mut input)?;
    let Some((line, headers)) = head.split_first() else { return Ok(()) };
    let own = |name: &str| {
        let name = format!("{name}: ");
        headers.iter().find_map(|header| header.strip_prefix(&name))
    };
    if shared.signed_in_by.is_some_and(|wanted| own("Proxy-Authorization") != Some(wanted)) {
        return (&mut &*stream).write_all(
            b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"proxy\"\r\n\
              Connection: close\r\nContent-Length: 0\r\n\r\n",
        );
    }
    shared.passed.lock().unwrap_or_else(PoisonError::into_inner).push(line.clone());
    let mut words = line.split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    if method == "CONNECT" {
        let there = TcpStream::connect(target)?;
        (&mut &*stream).write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
        return join(input, stream, &there);
    }
    let (host, path) = target
        .strip_prefix("http://")
        .and_then(|rest| rest.split_at_checked(rest.find('/')?))
        .ok_or(io::ErrorKind::InvalidData)?;
    let there = TcpStream::connect(host)?;
    let passed_on = headers.iter().filter(|header| !header.starts_with("Proxy-"));
    let mut request = format!("{method} {path} HTTP/1.1\r\n");
    request.extend(passed_on.map(|header| format!("{header}\r\n")));
    (&mut &there).write_all((request + "\r\n").as_bytes())?;
    join(input, stream, &there)
}

/// Request line and headers, without what ends a line.
fn read_head(input: &mut impl BufRead) -> io::Result<Vec<String>> {
    let mut lines = Vec::new();
    for line in input.take(LONGEST_HEAD).lines() {
        let line = line?;
        if line.is_empty() {
            break;
        }
        lines.push(line);
    }
    Ok(lines)
}

/// Passes on what comes from both sides, until the far one has no more to say.
fn join(mut from_client: BufReader<TcpStream>, client: &TcpStream, there: &TcpStream) -> io::Result<()> {
    let mut to_there = there.try_clone()?;
    let up = thread::spawn(move || {
        let _ = io::copy(&mut from_client, &mut to_there);
        let _ = to_there.shutdown(Shutdown::Write);
    });
    let copied = io::copy(&mut &*there, &mut &*client);
    let _ = (client.shutdown(Shutdown::Both), there.shutdown(Shutdown::Both));
    let _ = up.join();
    copied.map(drop)
}
