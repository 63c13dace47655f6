//! A program and all that it starts, stopped or failed at its n-th writing or reading system call.
//!
//! The kernel stops the processes at each call (`ptrace`), so the n-th is the same one whoever makes it: the program, a
//! thread of it, or the git below it. (`strace --inject` counts for each thread by itself.) Nothing of it is in the
//! program that is tested.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;

pub use nix::errno::Errno;
use nix::libc;
use nix::sys::ptrace::{self, Options};
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

use crate::TestHome;

/// Which calls count.
#[derive(Clone, Copy, Debug)]
pub enum Calls<'a> {
    /// What changes files, folders and their names, or goes to the network.
    Writes,
    /// What needs room on the disk below this folder.
    Allocations(&'a Path),
    /// What changes anything below this folder.
    Changes(&'a Path),
    /// What opens a file below this folder for reading, or reads from it.
    Reads(&'a Path),
}

/// What happens when the n-th comes, counted from 1.
#[derive(Clone, Copy, Debug)]
pub enum Then<'a> {
    /// Nothing: all are counted.
    Count,
    /// All processes are killed before it is done.
    Kill(usize),
    /// All processes are killed before the first call of this name on a file whose path ends so.
    KillOn(&'a str, &'a str),
    /// It fails, and no other.
    Fail(usize, Errno),
    /// It and all after it fail.
    FailFrom(usize, Errno),
}

/// How it ended.
#[derive(Debug)]
pub struct Ran {
    /// The calls that counted, in their order.
    pub calls: Vec<String>,
    /// The exit code of the program; `None` where it was killed.
    pub code: Option<i32>,
    /// What it said, and then what it said on standard error.
    pub said: String,
}

/// Waits for a line before it becomes the program: so it can be taken hold of first.
const WAIT: &str = "read -r go; exec \"$@\" </dev/null";

/// A program that will run in this home under [`run`]; arguments, folder and variables are to be added.
pub fn command(home: &TestHome, program: impl AsRef<OsStr>) -> Command {
    let mut command = home.command("/bin/sh");
    command.args(["-c", WAIT, "sh"]).arg(program);
    command
}

/// Whether this system lets a process follow another.
pub fn can_follow() -> bool {
    let mut command = command(&TestHome::new(), "true");
    let mut child = begin(&mut command);
    let is_seized = ptrace::seize(pid_of(&child), Options::empty()).is_ok();
    drop(child.stdin.take());
    let _ = (child.kill(), child.wait());
    is_seized
}

/// Runs a program that [`command`] made.
///
/// # Panics
/// Where it cannot be started or followed.
pub fn run(command: &mut Command, calls: Calls<'_>, then: Then<'_>) -> Ran {
    // The kernel knows the thread that follows, and tells it of its own children only: no other test's.
    thread::scope(|scope| {
        let following = scope.spawn(|| {
            let child = begin(command);
            Following { calls, then, met: Vec::new(), failing: HashMap::new(), code: None }.follow(child)
        });
        following.join().expect("it is followed to its end")
    })
}

fn begin(command: &mut Command) -> Child {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("a shell is there")
}

fn pid_of(child: &Child) -> Pid {
    Pid::from_raw(i32::try_from(child.id()).expect("process numbers are small"))
}

struct Following<'a> {
    calls: Calls<'a>,
    then: Then<'a>,
    met: Vec<String>,
    /// What the call that a thread is in is to answer.
    failing: HashMap<Pid, Errno>,
    code: Option<i32>,
}

impl Following<'_> {
    fn follow(mut self, mut child: Child) -> Ran {
        let program = pid_of(&child);
        let options = Options::PTRACE_O_TRACESYSGOOD
            | Options::PTRACE_O_TRACEFORK
            | Options::PTRACE_O_TRACEVFORK
            | Options::PTRACE_O_TRACECLONE
            | Options::PTRACE_O_TRACEEXEC
            | Options::PTRACE_O_EXITKILL;
        ptrace::seize(program, options).expect("one's own child can be followed");
        ptrace::interrupt(program).expect("it waits for a line");
        let mut stdin = child.stdin.take().expect("it is piped");
        stdin.write_all(b"go\n").expect("it waits for a line");
        drop(stdin);
        let (mut stdout, mut stderr) = (child.stdout.take(), child.stderr.take());
        self.follow_all(program);
        let mut said = Vec::new();
        for pipe in [stdout.as_mut().map(|it| it as &mut dyn Read), stderr.as_mut().map(|it| it as _)] {
            pipe.expect("it is piped").read_to_end(&mut said).expect("all that hold it have ended");
        }
        let said = String::from_utf8_lossy(&said).into_owned();
        Ran { calls: self.met, code: self.code, said }
    }

    /// Until the last has ended. What they say is less than a pipe holds.
    fn follow_all(&mut self, program: Pid) {
        let of_this_thread = WaitPidFlag::__WALL | WaitPidFlag::__WNOTHREAD;
        let mut alive = vec![program];
        loop {
            let status = match waitpid(None, Some(of_this_thread)) {
                Ok(status) => status,
                Err(Errno::ECHILD) => return,
                Err(Errno::EINTR) => continue,
                Err(error) => panic!("waiting for what is followed: {error}"),
            };
            let Some(pid) = status.pid() else { continue };
            let pass_on = match status {
                WaitStatus::Exited(_, code) => {
                    self.code = if pid == program { Some(code) } else { self.code };
                    alive.retain(|it| *it != pid);
                    continue;
                }
                WaitStatus::Signaled(..) => {
                    alive.retain(|it| *it != pid);
                    continue;
                }
                WaitStatus::Stopped(_, signal) => Some(signal),
                _ => None,
            };
            if !alive.contains(&pid) {
                alive.push(pid);
            }
            if matches!(status, WaitStatus::PtraceSyscall(_)) && self.is_killed_at(pid) {
                for one in &alive {
                    // One that ended meanwhile is what was wanted.
                    let _ = kill(*one, Signal::SIGKILL);
                }
            }
            // One that was killed while it stood still is gone already.
            let _ = ptrace::syscall(pid, pass_on);
        }
    }

    /// At the begin or the end of a call of a thread; true where all are to be killed.
    fn is_killed_at(&mut self, pid: Pid) -> bool {
        let Ok(mut registers) = ptrace::getregs(pid) else { return false };
        if let Some(error) = self.failing.remove(&pid) {
            registers.rax = answer(error);
            let _ = ptrace::setregs(pid, registers);
            return false;
        }
        // What the kernel puts there while it asks, before the call is done.
        if registers.rax != answer(Errno::ENOSYS) {
            return false;
        }
        let call = Call { pid, number: registers.orig_rax, arguments: arguments_of(&registers) };
        let Some(told) = call.counted(self.calls) else { return false };
        self.met.push(told);
        let fails = match self.then {
            Then::Count => None,
            Then::Kill(at) => return self.met.len() == at,
            Then::KillOn(call, file) => {
                return self.met.last().is_some_and(|told| told.starts_with(call) && told.ends_with(file));
            }
            Then::Fail(at, error) => (self.met.len() == at).then_some(error),
            Then::FailFrom(at, error) => (self.met.len() >= at).then_some(error),
        };
        if let Some(error) = fails {
            // No call has this number: so the kernel does nothing.
            registers.orig_rax = u64::MAX;
            if ptrace::setregs(pid, registers).is_ok() {
                self.failing.insert(pid, error);
            }
        }
        false
    }
}

/// An error as a call answers it.
fn answer(error: Errno) -> u64 {
    i64::from(-(error as i32)).cast_unsigned()
}

fn arguments_of(registers: &libc::user_regs_struct) -> [u64; 5] {
    [registers.rdi, registers.rsi, registers.rdx, registers.r10, registers.r8]
}

/// What a call does to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Does {
    /// Gives a file, a folder or a name.
    Makes,
    /// Takes a name away, or changes what is known of a file.
    Changes,
    /// Writes to an open file.
    Writes,
    /// Opens, to read.
    Opens,
    /// Reads from an open file.
    Reads,
}

/// A call that a thread is about to make.
struct Call {
    pid: Pid,
    number: u64,
    arguments: [u64; 5],
}

impl Call {
    /// What is told of it, where it is one of those.
    fn counted(&self, calls: Calls<'_>) -> Option<String> {
        let (name, does, place) = self.read()?;
        let makes_or_writes = matches!(does, Does::Makes | Does::Writes);
        let (is_meant, below) = match calls {
            Calls::Writes => (makes_or_writes || does == Does::Changes, None),
            Calls::Allocations(folder) => (makes_or_writes, Some(folder)),
            Calls::Changes(folder) => (makes_or_writes || does == Does::Changes, Some(folder)),
            Calls::Reads(folder) => (matches!(does, Does::Opens | Does::Reads), Some(folder)),
        };
        let is_network = place.as_os_str().as_bytes().starts_with(b"socket:");
        let is_file = place.is_absolute() && !place.starts_with("/dev") && !place.starts_with("/proc");
        let counts = match below {
            Some(folder) => place.starts_with(folder),
            None => is_file || (is_network && does == Does::Writes),
        };
        (is_meant && counts).then(|| format!("{name} {}", place.display()))
    }

    fn read(&self) -> Option<(&'static str, Does, PathBuf)> {
        let [first, second, third, fourth, _] = self.arguments;
        let number = self.number.cast_signed();
        let here = u64::from(libc::AT_FDCWD.cast_unsigned());
        let made = |name, folder, path| Some((name, Does::Makes, self.path(folder, path)));
        let changed = |name, folder, path| Some((name, Does::Changes, self.path(folder, path)));
        let written = |name| Some((name, Does::Writes, self.open_file(first)));
        let read = |name| Some((name, Does::Reads, self.open_file(first)));
        match number {
            libc::SYS_open => Some(self.opened(here, first, second)),
            libc::SYS_openat => Some(self.opened(first, second, third)),
            libc::SYS_creat => made("creat", here, first),
            libc::SYS_mkdir => made("mkdir", here, first),
            libc::SYS_mkdirat => made("mkdirat", first, second),
            libc::SYS_rename => made("rename", here, second),
            libc::SYS_renameat | libc::SYS_renameat2 => made("renameat", third, fourth),
            libc::SYS_link => made("link", here, second),
            libc::SYS_linkat => made("linkat", third, fourth),
            libc::SYS_symlink => made("symlink", here, second),
            libc::SYS_symlinkat => made("symlinkat", second, third),
            libc::SYS_unlink => changed("unlink", here, first),
            libc::SYS_unlinkat => changed("unlinkat", first, second),
            libc::SYS_rmdir => changed("rmdir", here, first),
            libc::SYS_chmod => changed("chmod", here, first),
            libc::SYS_fchmodat => changed("fchmodat", first, second),
            libc::SYS_utimensat if second != 0 => changed("utimensat", first, second),
            libc::SYS_truncate => changed("truncate", here, first),
            libc::SYS_fchmod => Some(("fchmod", Does::Changes, self.open_file(first))),
            libc::SYS_ftruncate => written("ftruncate"),
            libc::SYS_fallocate => written("fallocate"),
            libc::SYS_write => written("write"),
            libc::SYS_pwrite64 => written("pwrite"),
            libc::SYS_writev => written("writev"),
            libc::SYS_sendto => written("sendto"),
            libc::SYS_sendmsg => written("sendmsg"),
            libc::SYS_copy_file_range => Some(("copy_file_range", Does::Writes, self.open_file(third))),
            libc::SYS_read => read("read"),
            libc::SYS_pread64 => read("pread"),
            _ => None,
        }
    }

    fn opened(&self, folder: u64, path: u64, flags: u64) -> (&'static str, Does, PathBuf) {
        let has = |flag: i32| flags & u64::from(flag.cast_unsigned()) != 0;
        let does = match () {
            () if has(libc::O_CREAT) => Does::Makes,
            () if has(libc::O_TRUNC) || has(libc::O_WRONLY) || has(libc::O_RDWR) => Does::Changes,
            () => Does::Opens,
        };
        ("open", does, self.path(folder, path))
    }

    fn open_file(&self, number: u64) -> PathBuf {
        fs::read_link(format!("/proc/{}/fd/{number}", self.pid)).unwrap_or_default()
    }

    /// The path at an address, seen from an open folder.
    fn path(&self, folder: u64, address: u64) -> PathBuf {
        // A number of a file is 32 bits; that of the current folder is negative.
        let seen_from = match libc::c_int::try_from(folder & u64::from(u32::MAX)) {
            Ok(open) => format!("/proc/{}/fd/{open}", self.pid),
            Err(_) => format!("/proc/{}/cwd", self.pid),
        };
        let mut bytes = vec![0; libc::PATH_MAX as usize];
        let memory = File::open(format!("/proc/{}/mem", self.pid));
        // A path can end just before memory that is not there: what can be read is.
        let length = memory.and_then(|memory| memory.read_at(&mut bytes, address)).unwrap_or(0);
        bytes.truncate(length);
        let path = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
        fs::read_link(seen_from).unwrap_or_default().join(OsStr::from_bytes(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Makes a file, a copy of it by another process, and a third.
    const THREE: &str = "set -e; echo one >a; cp a b; echo three >c; cat a b c";

    fn ran(home: &TestHome, calls: Calls<'_>, then: Then<'_>) -> Ran {
        let mut command = command(home, "sh");
        run(command.args(["-c", THREE]).current_dir(home.path()), calls, then)
    }

    fn made(home: &TestHome) -> Vec<bool> {
        ["a", "b", "c"].iter().map(|name| home.path().join(name).exists()).collect()
    }

    #[test]
    fn calls_of_all_processes_are_counted() {
        if !can_follow() {
            return;
        }
        let home = TestHome::new();
        let ran = ran(&home, Calls::Writes, Then::Count);
        assert_eq!((ran.code, ran.said.as_str()), (Some(0), "one\none\nthree\n"));
        let names: Vec<_> = ran.calls.iter().map(|call| call.split(' ').next().unwrap_or_default()).collect();
        assert_eq!(names[..2], ["open", "write"], "{:?}", ran.calls);
        assert_eq!(names[names.len() - 2..], ["open", "write"], "{:?}", ran.calls);
        assert!(ran.calls.iter().any(|call| call.ends_with("/b")), "{:?}", ran.calls);
    }

    #[test]
    fn all_are_killed_before_the_call() {
        if !can_follow() {
            return;
        }
        let home = TestHome::new();
        assert_eq!(ran(&home, Calls::Writes, Then::Kill(1)).code, None);
        assert_eq!(made(&home), [false, false, false]);
        assert_eq!(ran(&home, Calls::Writes, Then::Kill(3)).code, None);
        assert_eq!(made(&home), [true, false, false]);
    }

    #[test]
    fn a_call_fails_as_told() {
        if !can_follow() {
            return;
        }
        let home = TestHome::new();
        let path = home.path().canonicalize().expect("it is there");
        let ran = ran(&home, Calls::Allocations(&path), Then::Fail(3, Errno::ENOSPC));
        assert!(ran.said.contains("No space left on device"), "{ran:?}");
        assert_ne!(ran.code, Some(0), "{ran:?}");
        assert_eq!(made(&home), [true, false, false]);
    }
}
