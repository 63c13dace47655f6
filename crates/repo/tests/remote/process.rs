//! How git is started and ended.

use std::time::Duration;

use syncline_repo::{Git, GitEnvironment, GitError, GitVersion};
use syncline_testkit::TestHome;

use crate::scene::now;

fn environment(home: &TestHome) -> GitEnvironment {
    GitEnvironment::from_variables(home.environment())
}

/// Git runs a shell command as an alias.
fn shell(home: &TestHome, command: &str) -> Git {
    Git::new(&environment(home), "x").in_folder(home.path()).config("alias.x", format!("!{command}"))
}

#[test]
fn the_installed_git_is_new_enough() {
    let home = TestHome::new();
    assert!(Git::version(&environment(&home)).expect("a version") >= GitVersion::MINIMUM);
}

#[test]
fn without_git_it_says_so() {
    let home = TestHome::new();
    let empty = home.folder("empty");
    let environment = GitEnvironment::from_variables([("PATH", empty.as_os_str())]);
    let error = Git::version(&environment).expect_err("no git there");
    assert!(matches!(error, GitError::NotInstalled), "{error:?}");
}

#[test]
fn a_failure_is_an_answer() {
    let home = TestHome::new();
    let output = shell(&home, "echo out; echo err >&2; exit 3").run().expect("an answer");
    assert_eq!((output.code, output.text(), output.last_line()), (Some(3), "out".to_owned(), "err"));
    let error = shell(&home, "echo err >&2; exit 3").run_ok().expect_err("not 0");
    assert_eq!(error.to_string(), "git x failed with exit code 3: err");
}

#[test]
fn git_sees_only_what_it_may() {
    let home = TestHome::new();
    let mut variables = home.environment();
    variables.push(("GIT_DIR".into(), "/elsewhere".into()));
    variables.push(("LC_ALL".into(), "de_DE.UTF-8".into()));
    variables.push(("MY_SECRET".into(), "hunter2".into()));
    let git = Git::new(&GitEnvironment::from_variables(variables), "x")
        .config("alias.x", "!env")
        .in_folder(home.path());
    let text = git.run_ok().expect("runs").text();
    let has = |line: &str| text.lines().any(|other| other == line);
    assert!(has("LC_ALL=C") && has("GIT_TERMINAL_PROMPT=0"), "{text}");
    assert!(has(&format!("HOME={}", home.path().display())), "{text}");
    assert!(!text.contains("hunter2") && !text.contains("elsewhere") && !text.contains("de_DE"), "{text}");
}

#[test]
fn programs_in_addresses_are_not_run() {
    let home = TestHome::new();
    let git = Git::new(&environment(&home), "ls-remote").in_folder(home.path());
    let output = git.operands(["ext::sh -c touch% ran"]).run().expect("an answer");
    assert!(output.stderr.contains("transport 'ext' not allowed"), "{}", output.stderr);
    assert!(!home.path().join("ran").exists());
}

#[cfg(target_os = "linux")]
fn is_running(argument: &str) -> bool {
    let processes = std::fs::read_dir("/proc").expect("linux").flatten();
    let mut arguments = processes.filter_map(|process| std::fs::read(process.path().join("cmdline")).ok());
    arguments.any(|bytes| String::from_utf8_lossy(&bytes).split('\0').any(|part| part == argument))
}

/// Git starts helpers, and those others; all of them go.
#[cfg(target_os = "linux")]
#[test]
fn the_time_limit_ends_the_whole_group() {
    let home = TestHome::new();
    let seconds = format!("3600.{}", std::process::id());
    let started = now();
    let git =
        shell(&home, &format!("sleep {seconds} & sleep {seconds}")).time_limit(Duration::from_millis(500));
    let error = git.run().expect_err("too long");
    assert!(matches!(error, GitError::TimeLimit(_)), "{error:?}");
    let limit = now() + Duration::from_secs(10);
    while is_running(&seconds) {
        assert!(now() < limit, "a process is left");
        std::thread::yield_now();
    }
    assert!(started.elapsed() < Duration::from_secs(10));
}

/// A credential cache or maintenance in the background keeps the pipes open for as long as it lives.
#[test]
fn what_git_leaves_behind_is_not_waited_for() {
    let home = TestHome::new();
    let started = now();
    let output = shell(&home, "sleep 30 & echo done").run().expect("an answer");
    assert_eq!((output.code, output.text()), (Some(0), "done".to_owned()));
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[test]
fn endless_output_is_ended() {
    let home = TestHome::new();
    let error = shell(&home, "yes").output_limit(1 << 20).run().expect_err("endless");
    assert!(matches!(error, GitError::OutputLimit(_)), "{error:?}");
    let output = shell(&home, "yes x | head -c 1000000 >&2; echo the end >&2").run().expect("an answer");
    assert!(output.stderr.len() < 1 << 18, "only a part is kept");
    assert_eq!(output.last_line(), "the end");
}

#[test]
fn input_is_handed_over_and_need_not_be_read() {
    let home = TestHome::new();
    let output = shell(&home, "wc -c").stdin(vec![b'x'; 1 << 20]).run_ok().expect("an answer");
    assert_eq!(output.text().trim(), "1048576");
    let output = shell(&home, "true").stdin(vec![b'x'; 1 << 20]).run_ok().expect("an answer");
    assert_eq!(output.text(), "");
}
