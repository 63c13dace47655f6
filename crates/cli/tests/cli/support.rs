//! Runs the program in a home of its own, and makes what it says comparable.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use syncline_testkit::TestHome;

/// One installation: somebody's home, and the folder that they are in.
pub(crate) struct Installation {
    pub(crate) home: TestHome,
    pub(crate) folder: PathBuf,
    variables: Vec<(String, String)>,
    stdin: Option<String>,
}

impl Installation {
    /// Ann's, in an empty folder.
    pub(crate) fn new() -> Self {
        Self::of("Ann Example", "ann@example.com")
    }

    /// Somebody's, in an empty folder.
    pub(crate) fn of(name: &str, email: &str) -> Self {
        let home = TestHome::of(name, email);
        let folder = home.folder("work");
        Self { home, folder, variables: Vec::new(), stdin: None }
    }

    /// The same in a workspace with one committed collection.
    pub(crate) fn with_collection() -> Self {
        let here = Self::new();
        here.syncline(["init"]).expect_code(0);
        here.write("library.yaml", COLLECTION);
        here.syncline(["commit", "-m", "Add the library"]).expect_code(0);
        here
    }

    /// The same with one more environment variable.
    pub(crate) fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The environment variables that were added.
    pub(crate) fn variables(&self) -> impl Iterator<Item = (&str, &str)> {
        self.variables.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The same with this on standard input.
    pub(crate) fn stdin(mut self, text: &str) -> Self {
        self.stdin = Some(text.to_owned());
        self
    }

    /// Goes to a folder of the home, made where it is not there.
    pub(crate) fn enter(&mut self, folder: &str) {
        self.folder = self.home.folder(folder);
    }

    /// Runs the program.
    pub(crate) fn syncline<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Ran<'_> {
        let mut command = self.home.command(env!("CARGO_BIN_EXE_syncline"));
        command.args(arguments);
        self.run(command)
    }

    /// Runs the program, which gets no more than so many bytes of memory, whatever it maps counted in; so does each
    /// git that it starts.
    #[cfg(unix)]
    pub(crate) fn syncline_in(&self, memory: usize, arguments: &[&str]) -> Ran<'_> {
        let mut command = self.home.command("sh");
        let script = format!("ulimit -v {} && exec \"$0\" \"$@\"", memory >> 10);
        command.args(["-c", &script, env!("CARGO_BIN_EXE_syncline")]).args(arguments);
        self.run(command)
    }

    fn run(&self, mut command: Command) -> Ran<'_> {
        command.current_dir(&self.folder);
        command.envs(self.variables());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program was built");
        let mut stdin = child.stdin.take().expect("it is piped");
        // The program may end without reading: then nobody is there to take the text.
        let _ = stdin.write_all(self.stdin.as_deref().unwrap_or_default().as_bytes());
        drop(stdin);
        Ran { here: self, output: child.wait_with_output().expect("it ends") }
    }

    /// Runs git.
    pub(crate) fn git<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> String {
        self.home.git(&self.folder, arguments)
    }

    /// Writes a file of the folder.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.folder.join(path);
        fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("the home can be written");
        fs::write(path, text).expect("the home can be written");
    }

    /// The text with names for what differs from run to run.
    pub(crate) fn stable(&self, text: &str) -> String {
        stable(text, self.home.path())
    }

    /// Reads a file of the folder.
    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.folder.join(path)).expect("the file is there")
    }

    /// Puts another text in the place of one that stands in the file.
    pub(crate) fn replace(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "{path} has no {from:?}");
        self.write(path, &text.replace(from, to));
    }
}

/// What the program did.
pub(crate) struct Ran<'a> {
    here: &'a Installation,
    pub(crate) output: Output,
}

impl Ran<'_> {
    /// Standard output, lines of standard error, exit code; what differs from run to run is named instead.
    pub(crate) fn transcript(&self) -> String {
        let mut text = self.stdout();
        for line in self.stderr().lines() {
            let _ = writeln!(text, "stderr: {line}");
        }
        let _ = writeln!(text, "exit: {}", self.code());
        text
    }

    /// Standard output, with names for what differs from run to run.
    pub(crate) fn stdout(&self) -> String {
        stable(&String::from_utf8_lossy(&self.output.stdout), self.here.home.path())
    }

    /// Standard error, with names for what differs from run to run.
    pub(crate) fn stderr(&self) -> String {
        stable(&String::from_utf8_lossy(&self.output.stderr), self.here.home.path())
    }

    /// Standard output as JSON, as it is.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.output.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}", self.transcript()))
    }

    pub(crate) fn code(&self) -> i32 {
        self.output.status.code().unwrap_or(-1)
    }

    /// The same, where the exit code is this one.
    pub(crate) fn expect_code(self, code: i32) -> Self {
        assert_eq!(self.code(), code, "{}", self.transcript());
        self
    }
}

/// Ids, times, ports and temporary folders by their names.
pub(crate) fn stable(text: &str, home: &Path) -> String {
    let real = home.canonicalize().expect("the home is there");
    let text = text.replace(&*real.to_string_lossy(), "[HOME]").replace(&*home.to_string_lossy(), "[HOME]");
    let mut out = String::new();
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let end = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let separator = after.chars().next().map_or("", |c| &after[..c.len_utf8()]);
        out.push_str(&named(word));
        out.push_str(separator);
        rest = &after[separator.len()..];
    }
    out.replace("[DATE] [CLOCK]", "[TIME]").replace("[DATE]T[CLOCK]:00+00:00", "[TIME]")
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | ':')
}

fn named(word: &str) -> String {
    let is_hex = word.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let shape: String = word.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    match (word.len(), shape.as_str()) {
        (8, _) if is_hex => "[CONFLICT]".to_owned(),
        (10, _) if is_hex => "[COMMIT]".to_owned(),
        (12, _) if is_hex => "[OPERATION]".to_owned(),
        (16, _) if is_hex => "[ID]".to_owned(),
        (40, _) if is_hex => "[FULL-COMMIT]".to_owned(),
        (64, _) if is_hex => "[HASH]".to_owned(),
        (_, "0000-00-00") => "[DATE]".to_owned(),
        (_, "00:00") => "[CLOCK]".to_owned(),
        _ => word.to_owned(),
    }
}

/// A small Insomnia collection.
pub(crate) const COLLECTION: &str = "\
type: collection.insomnia.rest/5.0
name: Library
meta:
  id: wrk_1
  created: 1700000000000
  modified: 1700000000000
collection:
  - url: https://library.example/books
    name: List books
    meta:
      id: req_1
      created: 1700000000001
      modified: 1700000000001
      sortKey: -1
    method: GET
  - url: https://library.example/loans
    name: Lend a book
    meta:
      id: req_2
      created: 1700000000002
      modified: 1700000000002
      sortKey: -2
    method: POST
";
