//! git's own `http-backend`, started as a CGI program for each request.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;

use super::http::Head;

#[expect(clippy::disallowed_methods, reason = "the server is made of git's own programs")]
fn program(path: impl AsRef<std::ffi::OsStr>) -> Command {
    Command::new(path)
}

/// Where git keeps `http-backend`.
pub(super) fn find() -> PathBuf {
    let output = program("git").arg("--exec-path").output().expect("git is installed");
    let folder = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    let backend = folder.join(format!("git-http-backend{}", std::env::consts::EXE_SUFFIX));
    assert!(backend.exists(), "git was installed without http-backend: {}", backend.display());
    backend
}

/// Makes an empty bare repository that takes pushes over HTTP.
pub(super) fn init(folder: &Path) {
    let mut command = program("git");
    own_environment(&mut command);
    command.args(["init", "--quiet", "--bare", "--initial-branch=main"]).arg(folder);
    let output = command.output().expect("git is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let config = folder.join("config");
    let mut text = std::fs::read_to_string(&config).expect("git init writes a config");
    // A gc in the background would still run when the folder is removed.
    text.push_str(
        "[http]\n\treceivepack = true\n[uploadpack]\n\tallowFilter = true\n\tallowAnySHA1InWant = true\n",
    );
    text.push_str("[gc]\n\tauto = 0\n[receive]\n\tautogc = false\n");
    std::fs::write(&config, text).expect("the repository can be written");
}

/// Whether the repository lets clients leave out objects.
pub(super) fn allow_filters(folder: &Path, allowed: bool) {
    let config = folder.join("config");
    let text = std::fs::read_to_string(&config).expect("the repository was created before");
    let text = format!("{text}[uploadpack]\n\tallowFilter = {allowed}\n");
    std::fs::write(&config, text).expect("the repository can be written");
}

/// Neither the user's settings nor a hook that the test runs in has a say on the server.
fn own_environment(command: &mut Command) {
    let kept = ["PATH", "TMPDIR", "SystemRoot"];
    let kept: Vec<_> = kept.iter().filter_map(|name| Some((name, std::env::var_os(name)?))).collect();
    command.env_clear().envs(kept);
    command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", null_device()).env("LC_ALL", "C");
}

fn null_device() -> &'static str {
    if cfg!(windows) { "NUL" } else { "/dev/null" }
}

/// The answer of one run.
pub(super) struct Answer {
    child: Child,
    pub(super) status: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: BufReader<ChildStdout>,
}

impl Answer {
    /// Waits for the end of the program, so that all it was to do is done.
    pub(super) fn finish(mut self) {
        drop(self.body);
        let _ = self.child.wait();
    }
}

/// Runs the program for one request: feeds it `body` while `answer` reads what it says.
pub(super) fn run<T>(
    backend: &Path,
    root: &Path,
    head: &Head,
    user: Option<&str>,
    body: impl Read + Send,
    answer: impl FnOnce(Answer) -> io::Result<T>,
) -> io::Result<T> {
    let mut command = program(backend);
    own_environment(&mut command);
    command.env("GIT_PROJECT_ROOT", root).env("GIT_HTTP_EXPORT_ALL", "1").env("REMOTE_ADDR", "127.0.0.1");
    command.env("REQUEST_METHOD", &head.method).env("PATH_INFO", &head.path).env("QUERY_STRING", &head.query);
    let passed = [
        ("content-type", "CONTENT_TYPE"),
        ("content-length", "CONTENT_LENGTH"),
        ("content-encoding", "HTTP_CONTENT_ENCODING"),
        ("git-protocol", "GIT_PROTOCOL"),
    ];
    command.envs(passed.iter().filter_map(|(header, name)| Some((name, head.header(header)?))));
    if let Some(user) = user {
        command.env("REMOTE_USER", user);
    }
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn()?;
    let stdin = child.stdin.take().expect("piped above");
    let stdout = child.stdout.take().expect("piped above");
    thread::scope(|scope| {
        scope.spawn(move || feed(body, stdin));
        answer(read_head(child, stdout)?)
    })
}

/// What git does not want to read is read all the same: closing a connection with unread bytes in it resets
/// it, and the client would not see the answer.
fn feed(mut body: impl Read, mut stdin: impl Write) {
    let mut buffer = vec![0; 64 << 10];
    let mut wanted = true;
    while let Ok(length @ 1..) = body.read(&mut buffer) {
        wanted = wanted && stdin.write_all(&buffer[..length]).is_ok();
    }
}

fn read_head(child: Child, stdout: ChildStdout) -> io::Result<Answer> {
    let mut body = BufReader::with_capacity(64 << 10, stdout);
    let mut status = "200 OK".to_owned();
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        if body.read_line(&mut line)? == 0 {
            "500 Internal Server Error".clone_into(&mut status);
            break;
        }
        let line = line.trim_end();
        match line.split_once(':') {
            _ if line.is_empty() => break,
            Some((name, value)) if name.eq_ignore_ascii_case("status") => {
                value.trim().clone_into(&mut status);
            }
            Some((name, value)) => headers.push((name.to_owned(), value.trim().to_owned())),
            None => return Err(io::Error::new(io::ErrorKind::InvalidData, "http-backend wrote no header")),
        }
    }
    Ok(Answer { child, status, headers, body })
}
