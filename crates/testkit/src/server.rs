//! A Git server over HTTP on loopback: git's own `http-backend` behind a small front end that signs users in,
//! protects branches, and fails on demand.

mod access;
mod backend;
mod connection;
mod fault;
mod http;
mod protection;

use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use tempfile::TempDir;

use access::Access;
use fault::Plan;

pub use access::Right;
pub use connection::Request;
pub use fault::{Fault, On};
pub use protection::Protection;
pub(crate) use protection::make_executable;

/// A running server. Its repositories live in a temporary folder; both end with it.
pub struct GitServer {
    shared: Arc<Shared>,
    address: SocketAddr,
    accepting: Option<JoinHandle<()>>,
}

/// What the threads of one server share.
struct Shared {
    /// Dropped last: the folder goes when the last thread has ended.
    root: TempDir,
    backend: PathBuf,
    state: Mutex<State>,
    changed: Condvar,
    stopping: AtomicBool,
    /// All that was sent to clients, in bytes.
    sent: AtomicU64,
}

#[derive(Default)]
struct State {
    access: Access,
    realm: Option<String>,
    date: Option<String>,
    plan: Plan,
    log: Vec<Request>,
    connections: Vec<(TcpStream, JoinHandle<()>)>,
}

impl Shared {
    /// A panic in one connection's thread must not hide the failure of the test behind a poisoned lock.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn repositories(&self) -> PathBuf {
        self.root.path().join("repositories")
    }

    fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Acquire)
    }

    /// Waits until the server stops, or stalled requests are released after the `released`th time.
    fn stall(&self, released: usize) {
        let mut state = self.state();
        while !self.is_stopping() && state.plan.releases == released {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl GitServer {
    /// Starts on a free port of 127.0.0.1.
    ///
    /// # Panics
    /// Where git lacks `http-backend`, or loopback cannot be listened on.
    pub fn start() -> Self {
        let root =
            tempfile::Builder::new().prefix("git-server-").tempdir().expect("a temporary folder can be made");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let shared = Arc::new(Shared {
            backend: backend::find(),
            root,
            state: Mutex::default(),
            changed: Condvar::new(),
            stopping: AtomicBool::new(false),
            sent: AtomicU64::new(0),
        });
        std::fs::create_dir_all(shared.repositories()).expect("the temporary folder can be written");
        let accepting = thread::spawn({
            let shared = Arc::clone(&shared);
            move || accept(&listener, &shared)
        });
        Self { shared, address, accepting: Some(accepting) }
    }

    /// Makes an empty private repository such as `team/api`: nobody gets in without a token. Its first branch
    /// is `main`.
    pub fn create_repo(&self, name: &str) -> PathBuf {
        let folder = self.repo_path(name);
        backend::init(&folder);
        self.shared.state().access.create(name);
        folder
    }

    /// Makes an empty repository that anyone can read.
    pub fn create_public_repo(&self, name: &str) -> PathBuf {
        let folder = self.create_repo(name);
        self.shared.state().access.open(name, Right::Read);
        folder
    }

    /// Makes an empty repository that anyone can read and push to, for tests that are not about sign-in.
    pub fn create_open_repo(&self, name: &str) -> PathBuf {
        let folder = self.create_repo(name);
        self.shared.state().access.open(name, Right::Write);
        folder
    }

    /// Gives the repository another name. Under the old one the server answers with a redirect to the new.
    ///
    /// # Panics
    /// Where there is no such repository.
    pub fn rename_repo(&self, old: &str, new: &str) -> PathBuf {
        let folder = self.repo_path(new);
        let parent = folder.parent().expect("a repository lies in a folder");
        std::fs::create_dir_all(parent).expect("the server's folder can be written");
        std::fs::rename(self.repo_path(old), &folder).expect("the repository was created before");
        self.shared.state().access.rename(old, new);
        folder
    }

    /// The bare repository behind a name.
    pub fn repo_path(&self, name: &str) -> PathBuf {
        self.shared.repositories().join(format!("{name}.git"))
    }

    /// The address to clone from and push to.
    pub fn url(&self, name: &str) -> String {
        format!("http://{}/{name}.git", self.address)
    }

    /// Where the server listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Makes a token of this user for this repository. A user's tokens are good for what they are made for
    /// and nothing else; other private repositories do not exist for them.
    pub fn token(&self, user: &str, repo: &str, right: Right) -> String {
        self.shared.state().access.token(user, repo, right)
    }

    /// Makes a token invalid, as if it had expired.
    pub fn revoke(&self, token: &str) {
        self.shared.state().access.revoke(token);
    }

    /// What the server calls itself where it asks for a user name, as forges do; `git` otherwise.
    pub fn call_itself(&self, realm: &str) {
        self.shared.state().realm = Some(realm.to_owned());
    }

    /// The time that the server tells with each answer, as `Sun, 06 Nov 1994 08:49:37 GMT`; it tells none otherwise.
    pub fn set_clock(&self, date: &str) {
        self.shared.state().date = Some(date.to_owned());
    }

    /// Refuses pushes to one branch of a repository, with the words of one of the forges.
    pub fn protect(&self, repo: &str, branch: &str, protection: &Protection) {
        protection.install(&self.repo_path(repo), branch);
    }

    /// Lets the next request of this kind fail.
    pub fn fault(&self, on: On, fault: Fault) {
        self.fault_times(1, on, fault);
    }

    /// Lets the next `times` requests of this kind fail.
    pub fn fault_times(&self, times: usize, on: On, fault: Fault) {
        self.shared.state().plan.add(times, on, fault);
    }

    /// Ends all faults that are still to come.
    pub fn clear_faults(&self) {
        self.shared.state().plan.clear();
    }

    /// Lets requests that [`Fault::Stall`] holds end: their connections are cut.
    pub fn release_stalled(&self) {
        self.shared.state().plan.releases += 1;
        self.shared.changed.notify_all();
    }

    /// Runs something before the next request of this kind is answered, with the repository's folder: how
    /// someone else pushes first.
    pub fn before(&self, on: On, action: impl FnOnce(&Path) + Send + 'static) {
        self.shared.state().plan.add_action(on, Box::new(action));
    }

    /// The requests so far, in the order of their arrival.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.state().log.clone()
    }

    /// How many bytes went to clients so far: of the answers, headers and all.
    pub fn bytes_sent(&self) -> u64 {
        self.shared.sent.load(Ordering::Relaxed)
    }

    /// Whether a repository leaves out what a client does not want, as most forges do (`--filter`).
    pub fn allow_filters(&self, repo: &str, allowed: bool) {
        backend::allow_filters(&self.repo_path(repo), allowed);
    }

    /// Waits until so many requests of this kind have arrived (they may not be answered yet).
    ///
    /// # Panics
    /// When they do not arrive within 30 seconds.
    pub fn wait_for(&self, count: usize, on: On) {
        let limit = std::time::Duration::from_secs(30);
        let arrived = |state: &State| state.log.iter().filter(|request| on.matches(request.on)).count();
        let (state, waited) = self
            .shared
            .changed
            .wait_timeout_while(self.shared.state(), limit, |state| arrived(state) < count)
            .unwrap_or_else(PoisonError::into_inner);
        assert!(!waited.timed_out(), "no {count} requests {on:?} within {limit:?}; the log: {:?}", state.log);
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for stream in listener.incoming() {
        if shared.is_stopping() {
            return;
        }
        let Ok(stream) = stream else { continue };
        let Ok(handle) = stream.try_clone() else { continue };
        let thread = thread::spawn({
            let shared = Arc::clone(shared);
            move || connection::serve(&stream, &shared)
        });
        let mut state = shared.state();
        state.connections.retain(|(_, thread)| !thread.is_finished());
        state.connections.push((handle, thread));
    }
}

impl Drop for GitServer {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::Release);
        // Taken once, so that a thread about to wait cannot miss the call.
        drop(self.shared.state());
        self.shared.changed.notify_all();
        // `accept` has no time limit; a connection wakes it.
        let _ = TcpStream::connect(self.address);
        if let Some(accepting) = self.accepting.take() {
            let _ = accepting.join();
        }
        let connections = std::mem::take(&mut self.shared.state().connections);
        for (stream, thread) in connections {
            let _ = stream.shutdown(Shutdown::Both);
            let _ = thread.join();
        }
    }
}
