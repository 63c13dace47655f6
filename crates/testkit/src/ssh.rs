//! SSH, by the system's own server and agent, with keys and settings of their own: nothing of the user's takes part.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::TestHome;
use crate::ready::Listening;

/// Where systems keep it; it wants to be started by its whole path.
const SERVERS: [&str; 3] = ["/usr/sbin/sshd", "/usr/local/sbin/sshd", "/usr/bin/sshd"];

/// A running `sshd` that lets the user of this process in with the keys that it was told.
pub struct SshServer {
    listening: Listening,
    folder: TempDir,
}

impl SshServer {
    /// Starts on a free port of loopback. `None` where no ssh server is installed, or it cannot run.
    ///
    /// # Panics
    /// Where no key can be made.
    pub fn start(home: &TestHome) -> Option<Self> {
        let program = SERVERS.iter().map(Path::new).find(|path| path.exists())?;
        // As root it gives up its rights in this folder, which is there where the system itself starts it.
        let _ = fs::create_dir("/run/sshd");
        let folder =
            tempfile::Builder::new().prefix("sshd-").tempdir().expect("a temporary folder can be made");
        make_key(home, &folder.path().join("host_key"), "");
        let ready = Listening::start(|address| {
            let settings = folder.path().join("sshd_config");
            fs::write(&settings, settings_of(folder.path(), address)).expect("the folder can be written");
            let mut command = home.command(program);
            command.args(["-D", "-q", "-f"]).arg(settings).stdin(Stdio::null()).stderr(Stdio::null());
            command
        });
        Some(Self { listening: ready?, folder })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.listening.address()
    }

    /// The address of a repository of this machine.
    pub fn url(&self, repository: &Path) -> String {
        format!("ssh://{}{}", self.address(), repository.display())
    }

    /// Lets in who has the key that belongs to this one.
    ///
    /// # Panics
    /// Where there is no such key.
    pub fn authorize(&self, key: &Path) {
        let public = fs::read_to_string(key.with_extension("pub")).expect("the key was made before");
        fs::write(self.folder.path().join("authorized_keys"), public).expect("the folder can be written");
    }

    /// Has a home's ssh go by `key`, or by the agent alone, and know the host by the key that it has
    /// ([`Known::Right`]) or otherwise.
    ///
    /// # Panics
    /// Where the home cannot be written.
    pub fn set_up(&self, home: &TestHome, key: Option<&Path>, known: Known) {
        let folder = home.folder(".ssh");
        let known_hosts = folder.join("known_hosts");
        fs::write(&known_hosts, self.line_of(home, known)).expect("the home can be written");

        let keys = match key {
            Some(key) => {
                format!("IdentityFile {}\n  IdentitiesOnly yes\n  IdentityAgent none", key.display())
            }
            None => "IdentityFile none".to_owned(),
        };
        let settings = format!(
            "Host *\n  UserKnownHostsFile {}\n  GlobalKnownHostsFile none\n  PasswordAuthentication no\n  {keys}\n",
            known_hosts.display()
        );
        let file = folder.join("config");
        fs::write(&file, settings).expect("the home can be written");
        // Ssh looks for its files where the system says that the user lives, whatever HOME says.
        let command = format!("ssh -F '{}'", file.display());
        home.git(home.path(), ["config", "--global", "core.sshCommand", &command]);
    }

    fn line_of(&self, home: &TestHome, known: Known) -> String {
        let key = match known {
            Known::Not => return String::new(),
            Known::Right => self.folder.path().join("host_key"),
            Known::AsAnother => {
                let other = home.path().join("another_host_key");
                make_key(home, &other, "");
                other
            }
        };
        let public = fs::read_to_string(key.with_extension("pub")).expect("the key was made before");
        format!("[{}]:{} {public}", self.address().ip(), self.address().port())
    }
}

/// What a home knows of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// Nothing.
    Not,
    /// Its key.
    Right,
    /// A key that it has not.
    AsAnother,
}

/// The command of a session finds git where this process does.
fn settings_of(folder: &Path, address: SocketAddr) -> String {
    let folder = folder.display();
    let path = std::env::var("PATH").unwrap_or_default();
    format!(
        "ListenAddress {}\nPort {}\nHostKey {folder}/host_key\nAuthorizedKeysFile {folder}/authorized_keys\n\
         PidFile none\nStrictModes no\nUsePAM no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n\
         PermitRootLogin prohibit-password\nSetEnv PATH=\"{path}\" GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null\n",
        address.ip(),
        address.port()
    )
}

/// Makes a key at this path, and its public half beside it. With a passphrase only an agent can use it unasked.
///
/// # Panics
/// Where `ssh-keygen` makes none.
pub fn make_key(home: &TestHome, path: &Path, passphrase: &str) {
    let mut command = home.command("ssh-keygen");
    command.args(["-q", "-t", "ed25519", "-N", passphrase, "-C", "test", "-f"]).arg(path);
    let made = command.stdin(Stdio::null()).status();
    assert!(made.is_ok_and(|status| status.success()), "no key at {}", path.display());
}

/// A running `ssh-agent`. It ends when this is dropped.
pub struct SshAgent {
    child: Child,
    socket: PathBuf,
    /// A path of a socket must be short.
    _folder: TempDir,
}

impl SshAgent {
    /// Starts one that holds no key. `None` where it is not installed.
    ///
    /// # Panics
    /// Where it does not answer.
    pub fn start(home: &TestHome) -> Option<Self> {
        let folder =
            tempfile::Builder::new().prefix("agent-").tempdir().expect("a temporary folder can be made");
        let socket = folder.path().join("socket");
        let mut command = home.command("ssh-agent");
        command.args(["-D", "-a"]).arg(&socket).stdin(Stdio::null()).stdout(Stdio::null());
        let mut child = command.spawn().ok()?;
        while !socket.exists() {
            assert!(child.try_wait().is_ok_and(|ended| ended.is_none()), "the agent ended at once");
            std::thread::yield_now();
        }
        Some(Self { child, socket, _folder: folder })
    }

    /// Where it is reached: the value of `SSH_AUTH_SOCK`.
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// Hands it a key without a passphrase.
    ///
    /// # Panics
    /// Where it does not take the key.
    pub fn add(&self, home: &TestHome, key: &Path) {
        let mut command: Command = home.command("ssh-add");
        command.arg("-q").arg(key).env("SSH_AUTH_SOCK", &self.socket).stdin(Stdio::null());
        assert!(command.status().is_ok_and(|status| status.success()), "the agent takes no key");
    }
}

impl Drop for SshAgent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
