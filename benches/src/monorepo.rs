//! One folder of a big repository: how much of it a clone fetches, counted by the server.
//!
//! The repository has 100,000 files and 2 GB outside the folder. `SYNCLINE_MONOREPO_MB` takes another size, where disk or
//! time are short.

use std::fmt::Write as _;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use syncline_testkit::{GitServer, TestHome};

use crate::lab::text_of;
use crate::measure::{Pair, time};
use crate::report::{Report, grouped};

/// Files outside the folder, so many in each folder.
const FILES: usize = 100_000;
const IN_A_FOLDER: usize = 100;
/// Commits that change files outside, and how many each.
const COMMITS: usize = 100;
const CHANGES: usize = 10;
/// Files of the folder that is cloned.
const OWN: usize = 200;

/// The repository at the server.
const NAME: &str = "big";

struct Monorepo<'a> {
    home: TestHome,
    server: GitServer,
    binary: &'a Path,
}

/// Measures a clone of everything by git, and of one folder by Syncline, then a sync with others at work outside.
pub(crate) fn run(binary: &Path, report: &mut Report) {
    let megabytes = std::env::var("SYNCLINE_MONOREPO_MB").ok().and_then(|text| text.parse().ok());
    let megabytes: usize = megabytes.unwrap_or(2_000);
    let lab = Monorepo { home: TestHome::new(), server: GitServer::start(), binary };
    lab.fill(megabytes * 1_000_000 / FILES).expect("the repository can be made");
    let url = lab.server.url(NAME);
    let (whole, git) = lab.sent(|| lab.git(lab.home.path(), &["clone", "-q", "--no-checkout", &url, "git"]));
    // It is as big as the repository.
    std::fs::remove_dir_all(lab.home.path().join("git")).expect("it was just made");
    let clone = ["clone", &url, "api", "--folder", "apps/api"];
    let (in_part, syncline) = lab.sent(|| lab.syncline(lab.home.path(), &clone));
    let what = format!("clone of a folder; {megabytes} MB outside (git: all, not checked out)");
    report.add(what, FILES, Pair { git, syncline, mergiraf: None }, None);
    let tree = lab.home.path().join("api");
    let status = lab.syncline(&tree, &["status"]);
    lab.change_outside(COMMITS).expect("the repository can be changed");
    std::fs::write(tree.join("apps/api/request-0.yaml"), own_file(0, 1)).expect("the clone can be written");
    let (synced, took) = lab.sent(|| lab.syncline(&tree, &["sync", "-m", "One edit"]));
    let bytes = |bytes: u64| grouped(usize::try_from(bytes).unwrap_or(usize::MAX));
    let thousandths = in_part * 100_000 / whole.max(1);
    report.note(format!(
        "A clone of one folder of {} files and {megabytes} MB fetched {} of {} bytes: {}.{:03} %, goal < 2 %: {}.",
        grouped(FILES),
        bytes(in_part),
        bytes(whole),
        thousandths / 1000,
        thousandths % 1000,
        if thousandths < 2_000 { "met" } else { "NOT MET" },
    ));
    report.note(format!(
        "There `status` takes {status:.0?}; a sync with {CHANGES} files changed outside takes {took:.0?}, and {} bytes came.",
        bytes(synced),
    ));
}

impl Monorepo<'_> {
    fn fill(&self, size: usize) -> io::Result<()> {
        self.server.create_open_repo(NAME);
        self.import(|out| {
            let mut random = Random(1);
            let mut commit = Commit::new(0);
            for number in 0..FILES {
                commit.file(out, &path(number), &random.bytes(size))?;
            }
            for number in 0..OWN {
                commit.file(
                    out,
                    &format!("apps/api/request-{number}.yaml"),
                    own_file(number, 0).as_bytes(),
                )?;
            }
            commit.file(out, "README.md", b"# Everything\n")?;
            for later in 1..=COMMITS {
                commit = Commit::new(later);
                for change in 0..CHANGES {
                    commit.file(out, &path(later * 997 + change * 101), &random.bytes(size))?;
                }
            }
            Ok(())
        })
    }

    /// As somebody else does who pushes first.
    fn change_outside(&self, number: usize) -> io::Result<()> {
        let tip = self.home.git(&self.server.repo_path(NAME), ["rev-parse", "main"]);
        self.import(|out| {
            let mut commit = Commit::after(number + 1, tip.trim());
            for change in 0..CHANGES {
                commit.file(out, &path(change), &Random(change as u64 + 7).bytes(20_000))?;
            }
            Ok(())
        })
    }

    /// By `git fast-import`. What cannot be compressed is not tried to be.
    fn import(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        let mut command = self.home.command("git");
        command.current_dir(self.server.repo_path(NAME)).stdin(Stdio::piped()).stdout(Stdio::null());
        let mut git =
            command.args(["-c", "core.compression=0", "fast-import", "--quiet", "--depth=0"]).spawn()?;
        let mut out = BufWriter::with_capacity(1 << 20, git.stdin.take().expect("it was asked for"));
        write(&mut out)?;
        out.flush()?;
        drop(out);
        assert!(git.wait()?.success(), "git fast-import");
        Ok(())
    }

    fn sent(&self, action: impl FnOnce() -> Duration) -> (u64, Duration) {
        let before = self.server.bytes_sent();
        let took = action();
        (self.server.bytes_sent() - before, took)
    }

    fn git(&self, folder: &Path, arguments: &[&str]) -> Duration {
        self.run(Path::new("git"), folder, arguments)
    }

    fn syncline(&self, folder: &Path, arguments: &[&str]) -> Duration {
        self.run(self.binary, folder, arguments)
    }

    fn run(&self, program: &Path, folder: &Path, arguments: &[&str]) -> Duration {
        let mut command = self.home.command(program);
        command.current_dir(folder).args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
        time(|| {
            let status = command.status().expect("the program was built or is installed");
            assert!(status.success(), "{} {arguments:?}", text_of(program));
        })
    }
}

/// A commit as `git fast-import` reads it.
struct Commit {
    head: Option<String>,
}

impl Commit {
    fn new(number: usize) -> Self {
        let message = format!("Commit {number}");
        let who = format!("Ann Example <ann@example.com> {} +0000", 1_700_000_000 + number);
        let head = format!("commit refs/heads/main\ncommitter {who}\ndata {}\n{message}\n", message.len());
        Self { head: Some(head) }
    }

    fn after(number: usize, tip: &str) -> Self {
        let mut commit = Self::new(number);
        if let Some(head) = &mut commit.head {
            let _ = writeln!(head, "from {tip}");
        }
        commit
    }

    fn file(&mut self, out: &mut dyn Write, path: &str, bytes: &[u8]) -> io::Result<()> {
        if let Some(head) = self.head.take() {
            out.write_all(head.as_bytes())?;
        }
        write!(out, "M 100644 inline {path}\ndata {}\n", bytes.len())?;
        out.write_all(bytes)?;
        out.write_all(b"\n")
    }
}

/// Nothing in it can be compressed.
struct Random(u64);

impl Random {
    /// By `SplitMix64`.
    fn bytes(&mut self, length: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(length + 8);
        while bytes.len() < length {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = self.0;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            bytes.extend_from_slice(&(mixed ^ (mixed >> 31)).to_le_bytes());
        }
        bytes.truncate(length);
        bytes
    }
}

fn path(number: usize) -> String {
    let number = number % FILES;
    format!("parts/part-{}/file-{number}.bin", number / IN_A_FOLDER)
}

fn own_file(number: usize, version: usize) -> String {
    format!("name: Request {number}\nurl: https://example.com/{number}\nversion: {version}\n")
}
