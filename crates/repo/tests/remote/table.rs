//! The table of what can go wrong with a remote. Each row is really produced, and told apart: by its kind, by the
//! sentence, by the next step and by the exit code.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use syncline_repo::{
    CloneOptions, FetchOptions, Lease, PushOptions, PushRef, RemoteError, RemoteErrorKind as Kind,
};
use syncline_testkit::ssh::{Known, SshServer, make_key};
use syncline_testkit::{Fault, GitDaemon, On, Protection, Right, TlsServer, Validity, free_address};

use crate::scene::{Scene, assert_error, ref_name, skip};

/// What came of producing a row.
enum Made {
    Error(Box<RemoteError>),
    /// This machine lacks what it takes.
    Missing(&'static str),
}

impl From<RemoteError> for Made {
    fn from(error: RemoteError) -> Self {
        Self::Error(Box::new(error))
    }
}

struct Row {
    kind: Kind,
    exit: u8,
    /// What the sentence names.
    names: &'static str,
    /// What the next step says.
    next: &'static str,
    produce: fn() -> Made,
}

impl Row {
    fn check(&self) {
        match (self.produce)() {
            Made::Missing(what) => skip(what),
            Made::Error(error) => {
                assert_error(&error, self.kind, self.names, self.next);
                assert_eq!(error.exit_class().code(), self.exit, "{error}");
            }
        }
    }
}

/// A test for each row, and the list of all.
macro_rules! rows {
    ($($name:ident: $kind:ident, $exit:literal, $names:literal, $next:literal, $produce:expr;)*) => {
        const ROWS: &[Row] = &[$(Row {
            kind: Kind::$kind,
            exit: $exit,
            names: $names,
            next: $next,
            produce: || $produce.into(),
        }),*];
        $(#[test]
        fn $name() {
            let row = Row {
                kind: Kind::$kind,
                exit: $exit,
                names: $names,
                next: $next,
                produce: || $produce.into(),
            };
            row.check();
        })*
    };
}

rows! {
    no_credentials: NoCredentials, 5, "asks for a user name and a token", "--token-stdin", {
        private().remote("team/api").list_refs().expect_err("private")
    };
    no_credentials_for_a_push: NoCredentials, 5, "asks for a user name and a token", "--token-stdin", {
        let scene = Scene::new();
        scene.server.create_public_repo("team/api");
        scene.push_failure(&scene.remote("team/api"))
    };
    a_wrong_token: WrongCredentials, 5, "refused the user name or token", "wrong, expired or revoked", {
        private().signed_in("team/api", "wrong").list_refs().expect_err("a wrong token")
    };
    an_expired_token: WrongCredentials, 5, "refused the user name or token", "make a new token", {
        let scene = private();
        let token = scene.server.token("ann", "team/api", Right::Write);
        scene.server.revoke(&token);
        scene.push_failure(&scene.signed_in("team/api", &token))
    };
    the_first_answer_cut: ConnectionCut, 6, "was cut", "try again", {
        let scene = private();
        let token = scene.server.token("ann", "team/api", Right::Read);
        scene.server.fault_times(5, On::RefsForFetch, Fault::Cut);
        scene.signed_in("team/api", &token).list_refs().expect_err("cut")
    };
    a_token_that_may_only_read: NoPermission, 4, "not allowed to push to", "the right to write", {
        let scene = private();
        let token = scene.server.token("ann", "team/api", Right::Read);
        scene.push_failure(&scene.signed_in("team/api", &token))
    };
    no_right_to_read: NoPermission, 5, "not allowed to read", "the right to read", {
        answers(Fault::Status(403))
    };
    no_such_repository: NotFound, 6, "there is no repository at", "check the address", {
        let scene = private();
        let token = scene.server.token("ann", "team/api", Right::Read);
        scene.signed_in("team/nothing", &token).list_refs().expect_err("nothing there")
    };
    a_repository_of_others: NotFound, 6, "or not for this user", "shows only to those who may read it", {
        let scene = private();
        scene.server.create_repo("team/secret");
        let token = scene.server.token("ann", "team/api", Right::Read);
        scene.signed_in("team/secret", &token).list_refs().expect_err("not for us")
    };
    no_such_folder: NotFound, 6, "nowhere", "check the path", {
        let scene = Scene::new();
        let nowhere = scene.home.path().join("nowhere");
        scene.remote_at(&nowhere.to_string_lossy()).list_refs().expect_err("no folder")
    };
    a_redirect_in_circles: RedirectLoop, 6, "in circles", "in a browser", {
        answers(Fault::RedirectLoop)
    };
    a_redirect_to_a_login_page: NotGit, 6, "a web page answered", "in a browser", {
        answers(Fault::RedirectToLogin)
    };
    a_login_page_that_git_takes_for_an_empty_repository: NotGit, 6, "a web page answered", "under Clone", {
        let scene = Scene::pushed();
        scene.server.fault_times(3, On::RefsForFetch, Fault::LoginPage);
        let target = scene.home.path().join("clone");
        Scene::clone_failure(&scene.remote("team/api"), &target, &CloneOptions::default())
    };
    a_rate_limit: RateLimited, 6, "answers no more requests", "try again in 30 seconds", {
        answers(Fault::RetryAfter(429, 30))
    };
    a_rate_limit_as_github_tells_it: RateLimited, 6, "answers no more requests", "try again in 5 seconds", {
        answers(Fault::RetryAfter(403, 5))
    };
    maintenance: ServerError, 6, "an error of its own", "try again in 7 seconds", {
        answers(Fault::RetryAfter(503, 7))
    };
    a_bad_gateway: ServerError, 6, "an error of its own", "try again later", {
        answers(Fault::Status(502))
    };
    an_error_of_the_server: ServerError, 6, "an error of its own", "try again later", {
        answers(Fault::Status(500))
    };
    a_gateway_that_waited: TimedOut, 6, "did not answer in time", "try again", {
        answers(Fault::Status(504))
    };
    an_unknown_authority: UnknownCertificate, 6, "does not trust the certificate", "http.sslCAInfo", {
        with_certificate("localhost", Validity::Now, false)
    };
    a_certificate_for_another_host: CertificateForOtherHost, 6, "belongs to another host", "the host name", {
        with_certificate("elsewhere.example", Validity::Now, true)
    };
    an_expired_certificate: CertificateExpired, 6, "not valid at this time", "date and time", {
        match with_certificate("localhost", Validity::Past, true) {
            Made::Error(error) if error.kind == Kind::UnknownCertificate => {
                assert!(error.hints.join("\n").contains("it may have expired"), "{:?}", error.hints);
                Made::Missing("the curl of this git does not tell an expired certificate from an unknown one")
            }
            made => made,
        }
    };
    https_on_a_plain_port: TlsMismatch, 6, "not the right protocol", "http or https", {
        let scene = Scene::new();
        let url = format!("https://{}/x", scene.server.address());
        scene.remote_at(&url).list_refs().expect_err("no TLS there")
    };
    no_such_host: HostNotFound, 6, "no-such-host.invalid", "check the address", {
        Scene::new().remote_at("https://no-such-host.invalid/x").list_refs().expect_err("no host")
    };
    nobody_listens: ConnectionRefused, 6, "nothing answers at", "check host and port", {
        Scene::new().remote_at(&format!("http://{}/x", free_address())).list_refs().expect_err("closed")
    };
    too_slow: TimedOut, 6, "did not answer in time", "try again", {
        let scene = Scene::pushed();
        scene.server.fault(On::RefsForFetch, Fault::Stall);
        let remote = scene.remote("team/api").with_stall_limit(Duration::from_secs(1));
        remote.list_refs().expect_err("stalled")
    };
    no_answer_at_all: TimedOut, 6, "did not answer in time", "try again", {
        let scene = Scene::pushed();
        scene.server.fault(On::RefsForFetch, Fault::Stall);
        let remote = scene.remote("team/api").with_time_limit(Duration::from_millis(700));
        remote.list_refs().expect_err("stalled")
    };
    protected_by_github: ProtectedBranch, 4, "main", "push --new-branch", {
        protected(&Protection::GitHub)
    };
    protected_by_gitlab: ProtectedBranch, 4, "main", "push --new-branch", {
        protected(&Protection::GitLab)
    };
    protected_by_gitea: ProtectedBranch, 4, "main", "push --new-branch", {
        protected(&Protection::Gitea)
    };
    a_rule_of_gitolite: ProtectedBranch, 4, "main", "push --new-branch", {
        protected(&Protection::Gitolite)
    };
    another_hook: HookDeclined, 4, "a hook of", "push again", {
        protected(&Protection::Hook("commit messages need a ticket".to_owned()))
    };
    someone_else_pushed_first: SomeoneWasFirst, 6, "someone else pushed to main first", "syncline sync", {
        let scene = Scene::pushed();
        scene.commit("a.txt", "two\n");
        scene.someone_else_commits("team/api");
        scene.push_failure(&scene.remote("team/api"))
    };
    a_lost_lease: LeaseLost, 4, "not where it was", "syncline fetch", {
        let scene = Scene::pushed();
        scene.commit("a.txt", "two\n");
        let refs = [PushRef::with_lease(scene.head(), ref_name("refs/heads/main"), Lease::Absent)];
        let remote = scene.remote("team/api");
        let results = remote.push(&scene.git_dir(), &refs, &PushOptions::default(), &mut |_| ());
        results.expect("an answer")[0].error().expect("refused").clone()
    };
    a_push_too_large: TooLarge, 4, "too large", "Git LFS", {
        let scene = Scene::pushed();
        scene.commit("a.txt", "two\n");
        scene.server.fault(On::Push, Fault::Status(413));
        scene.push_failure(&scene.remote("team/api"))
    };
    a_push_larger_than_a_repository_takes: TooLarge, 4, "too large", "Git LFS", {
        let scene = Scene::pushed();
        scene.home.git(&scene.server.repo_path("team/api"), ["config", "receive.maxInputSize", "100"]);
        scene.commit("a.txt", "two\n");
        scene.push_failure(&scene.remote("team/api"))
    };
    a_ref_that_the_remote_hides: RefRefused, 4, "deny updating a hidden ref", "settings", {
        let scene = Scene::new();
        let repo = scene.server.create_open_repo("team/api");
        scene.home.git(&repo, ["config", "receive.hideRefs", "refs/heads/main"]);
        scene.push_failure(&scene.remote("team/api"))
    };
    cut_in_a_push: ConnectionCut, 6, "cut in the middle", "try again", {
        let scene = Scene::pushed();
        scene.commit("a.txt", "two\n");
        scene.server.fault(On::Push, Fault::CutRequestAfter(10));
        scene.push_failure(&scene.remote("team/api"))
    };
    an_answer_lost_and_the_remote_out_of_sight: ConnectionCut, 6, "cut in the middle", "try again", {
        let scene = Scene::pushed();
        scene.commit("a.txt", "two\n");
        scene.server.fault(On::Push, Fault::LoseAnswer);
        scene.server.fault(On::RefsForFetch, Fault::Cut);
        scene.push_failure(&scene.remote("team/api"))
    };
    cut_in_a_clone: ConnectionCut, 6, "cut in the middle", "try again", {
        let scene = Scene::pushed();
        let target = scene.home.path().join("clone");
        scene.server.fault_times(2, On::Fetch, Fault::CutAfter(60));
        Scene::clone_failure(&scene.remote("team/api"), &target, &CloneOptions::default())
    };
    no_key_that_ssh_accepts: SshKeyRefused, 5, "none of your SSH keys", "ssh-add", {
        by_ssh(Known::Right, false, |scene, url| scene.remote_at(url).list_refs().expect_err("a stranger"))
    };
    a_host_that_ssh_does_not_know: SshHostUnknown, 6, "not known here yet", "compare the fingerprint: ssh -p ", {
        by_ssh(Known::Not, true, |scene, url| scene.remote_at(url).list_refs().expect_err("never met"))
    };
    a_host_with_another_key: SshHostChanged, 6, "not the one it had before", "ssh-keygen -R '[127.0.0.1]:", {
        by_ssh(Known::AsAnother, true, |scene, url| scene.remote_at(url).list_refs().expect_err("another"))
    };
    no_such_repository_by_ssh: NotFound, 6, "there is no repository at", "check the address", {
        by_ssh(Known::Right, true, |scene, url| {
            scene.remote_at(&format!("{url}/nothing")).list_refs().expect_err("nothing there")
        })
    };
    protected_by_ssh: ProtectedBranch, 4, "main", "push --new-branch", {
        by_ssh(Known::Right, true, |scene, url| {
            scene.server.protect("team/api", "main", &Protection::Gitolite);
            scene.commit("a.txt", "two\n");
            scene.push_failure(&scene.remote_at(url))
        })
    };
    nobody_listens_to_ssh: ConnectionRefused, 6, "nothing answers at", "check host and port", {
        let scene = Scene::new();
        if scene.home.command("ssh").arg("-V").output().is_err() {
            return Made::Missing("no ssh is installed");
        }
        scene.remote_at(&format!("ssh://git@{}/x", free_address())).list_refs().expect_err("closed")
    };
    no_such_host_for_ssh: HostNotFound, 6, "no-such-host.invalid", "check the address", {
        let scene = Scene::new();
        if scene.home.command("ssh").arg("-V").output().is_err() {
            return Made::Missing("no ssh is installed");
        }
        scene.remote_at("git@no-such-host.invalid:x").list_refs().expect_err("no host")
    };
    not_shown_by_the_git_protocol: NotFound, 6, "api.git", "check the address", {
        let scene = Scene::pushed();
        let Some(daemon) = daemon(&scene) else { return NO_DAEMON };
        scene.remote_at(&daemon.url("api.git")).list_refs().expect_err("not exported")
    };
    no_push_by_the_git_protocol: NoPermission, 4, "takes no push to", "https or ssh address", {
        let scene = Scene::pushed();
        let Some(daemon) = daemon(&scene) else { return NO_DAEMON };
        fs::write(scene.server.repo_path("team/api").join("git-daemon-export-ok"), "").expect("can be written");
        scene.commit("a.txt", "two\n");
        scene.push_failure(&scene.remote_at(&daemon.url("api.git")))
    };
    a_branch_that_is_not_there: RefNotFound, 6, "gone is not at", "syncline branch", {
        let scene = Scene::pushed();
        let refspecs = vec!["+refs/heads/gone:refs/remotes/origin/gone".to_owned()];
        let options = FetchOptions { refspecs, ..FetchOptions::default() };
        scene.remote("team/api").fetch(&scene.git_dir(), &options, &mut |_| ()).expect_err("no such branch")
    };
    damage_at_the_remote: Damaged, 7, "damaged", "git fsck", {
        let scene = Scene::pushed();
        let blob = scene.home.git(&scene.folder, ["rev-parse", "HEAD:a.txt"]);
        let file = scene.server.repo_path("team/api").join("objects").join(&blob[..2]).join(&blob[2..]);
        fs::remove_file(&file).expect("a loose object");
        fs::write(&file, "").expect("can be written");
        let target = scene.home.path().join("clone");
        Scene::clone_failure(&scene.remote("team/api"), &target, &CloneOptions::default())
    };
    a_lock_of_another_git: Locked, 3, "another git", ".lock", {
        let scene = Scene::pushed();
        let lock = scene.git_dir().join("refs/remotes/origin/main.lock");
        fs::create_dir_all(lock.parent().expect("in a folder")).expect("can be written");
        fs::write(&lock, "").expect("can be written");
        let fetch = FetchOptions::for_remote("origin");
        scene.remote("team/api").fetch(&scene.git_dir(), &fetch, &mut |_| ()).expect_err("held")
    };
    a_folder_of_another_user: DubiousOwnership, 3, "another user owns it", "safe.directory", {
        let scene = Scene::pushed();
        let folder = scene.server.repo_path("team/api");
        // Only root can give a folder away.
        let given = scene.home.command("chown").args(["-R", "12345"]).arg(&folder).output();
        if !given.is_ok_and(|output| output.status.success()) {
            return Made::Missing("only root can give a folder to another user");
        }
        scene.remote_at(&folder.to_string_lossy()).list_refs().expect_err("not ours")
    };
    a_folder_that_is_not_empty: FolderNotEmpty, 3, "full", "another folder", {
        let scene = Scene::pushed();
        let target = scene.home.folder("full");
        fs::write(target.join("mine.txt"), "mine").expect("can be written");
        Scene::clone_failure(&scene.remote("team/api"), &target, &CloneOptions::default())
    };
    the_users_own_hook: LocalHookDeclined, 3, "pre-push hook", "hooks/pre-push", {
        let scene = Scene::pushed();
        scene.commit("a.txt", "two\n");
        write_script(&scene, &scene.git_dir().join("hooks/pre-push"), "exit 1");
        scene.push_failure(&scene.remote("team/api"))
    };
}

/// Kinds that no row above produces, and why.
const NOT_HERE: &[(Kind, &str)] = &[
    (Kind::DiskFull, "needs a disk of its own: tests/disk.rs of the command line"),
    (Kind::CannotWrite, "needs a mount of its own: tests/disk.rs of the command line"),
    (Kind::BadUrl, "is found before git is asked: remote/url/tests.rs"),
    (Kind::UnsafePath, "is found in what was fetched: tests/hostile.rs of the command line"),
    (Kind::GitUnusable, "needs another git: tests/remote/process.rs"),
    (Kind::Cancelled, "is no failure: `stopped_on_request`"),
    (Kind::Other, "is what no row knows"),
];

/// A kind that is added gets a row, or a reason.
#[test]
fn every_kind_has_a_row_or_a_reason() {
    let all = [
        Kind::NoCredentials,
        Kind::WrongCredentials,
        Kind::NoPermission,
        Kind::NotFound,
        Kind::HostNotFound,
        Kind::ConnectionRefused,
        Kind::TimedOut,
        Kind::ProtectedBranch,
        Kind::HookDeclined,
        Kind::RefRefused,
        Kind::SomeoneWasFirst,
        Kind::LeaseLost,
        Kind::TooLarge,
        Kind::RateLimited,
        Kind::ServerError,
        Kind::UnknownCertificate,
        Kind::CertificateForOtherHost,
        Kind::CertificateExpired,
        Kind::TlsMismatch,
        Kind::RedirectLoop,
        Kind::NotGit,
        Kind::SshKeyRefused,
        Kind::SshHostUnknown,
        Kind::SshHostChanged,
        Kind::ConnectionCut,
        Kind::DiskFull,
        Kind::CannotWrite,
        Kind::RefNotFound,
        Kind::BadUrl,
        Kind::LocalHookDeclined,
        Kind::FolderNotEmpty,
        Kind::DubiousOwnership,
        Kind::Damaged,
        Kind::UnsafePath,
        Kind::Locked,
        Kind::GitUnusable,
        Kind::Cancelled,
        Kind::Other,
    ];
    for kind in all {
        let has_row = ROWS.iter().any(|row| row.kind == kind);
        let has_reason = NOT_HERE.iter().any(|(other, why)| *other == kind && !why.is_empty());
        assert!(has_row != has_reason, "{kind:?}: a row {has_row}, a reason {has_reason}");
    }
}

const NO_DAEMON: Made = Made::Missing("git was installed without its daemon");

/// A private repository `team/api`.
fn private() -> Scene {
    let scene = Scene::new();
    scene.server.create_repo("team/api");
    scene
}

/// The failure of asking a remote that answers like this.
fn answers(fault: Fault) -> RemoteError {
    let scene = Scene::pushed();
    // Newer gits wait and ask again by themselves.
    scene.server.fault_times(100, On::RefsForFetch, fault);
    scene.remote("team/api").list_refs().expect_err("a fault")
}

fn protected(protection: &Protection) -> RemoteError {
    let scene = Scene::new();
    scene.server.create_open_repo("team/api");
    scene.server.protect("team/api", "main", protection);
    scene.push_failure(&scene.remote("team/api"))
}

fn with_certificate(host: &str, validity: Validity, is_trusted: bool) -> Made {
    let scene = Scene::new();
    let Some(server) = TlsServer::start(&scene.home, host, validity) else {
        return Made::Missing("no openssl is installed");
    };
    if is_trusted {
        let certificate = server.certificate();
        scene
            .home
            .git(&scene.folder, ["config", "--global", "http.sslCAInfo", &certificate.to_string_lossy()]);
    }
    scene.remote_at(&server.url("x")).list_refs().expect_err("not to be trusted").into()
}

/// Asks the repository `team/api` by ssh, with a key that lets in or not.
fn by_ssh(known: Known, is_let_in: bool, ask: fn(&Scene, &str) -> RemoteError) -> Made {
    let scene = Scene::pushed();
    let Some(server) = SshServer::start(&scene.home) else {
        return Made::Missing("no ssh server is installed");
    };
    let [ours, other] = ["key", "other_key"].map(|name| scene.home.path().join(name));
    make_key(&scene.home, &ours, "");
    make_key(&scene.home, &other, "");
    server.authorize(if is_let_in { &ours } else { &other });
    server.set_up(&scene.home, Some(&ours), known);
    ask(&scene, &server.url(&scene.server.repo_path("team/api"))).into()
}

fn daemon(scene: &Scene) -> Option<GitDaemon> {
    let base: PathBuf = scene.server.repo_path("team").with_extension("");
    GitDaemon::start(&scene.home, &base)
}

fn write_script(scene: &Scene, path: &std::path::Path, line: &str) {
    fs::create_dir_all(path.parent().expect("in a folder")).expect("can be written");
    fs::write(path, format!("#!/bin/sh\n{line}\n")).expect("can be written");
    scene.home.command("chmod").arg("+x").arg(path).status().expect("chmod is there");
}
