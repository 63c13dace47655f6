use super::*;

fn kind(protocol: Protocol, stderr: &str) -> Kind {
    kind_of_call(&Failure { protocol, stderr, trace: &HttpTrace::default() })
}

/// What cannot be produced on loopback without root, ssh or other builds of curl, as captured elsewhere.
const ELSEWHERE: &[(Protocol, &str, Kind)] = &[
    (
        Protocol::Https,
        "fatal: unable to access 'https://h/x/': gnutls_handshake() failed: An unexpected TLS packet was received.",
        Kind::TlsMismatch,
    ),
    (
        Protocol::Https,
        "fatal: unable to access 'https://h/x/': SSL certificate problem: self-signed certificate",
        Kind::UnknownCertificate,
    ),
    (
        Protocol::Https,
        "fatal: unable to access 'https://h/x/': server certificate verification failed. CAfile: none CRLfile: none",
        Kind::UnknownCertificate,
    ),
    (
        Protocol::Https,
        "fatal: unable to access 'https://h/x/': SSL: certificate subject name (other) does not match target host name 'h'",
        Kind::CertificateForOtherHost,
    ),
    (
        Protocol::Https,
        "fatal: unable to access 'https://h/x/': SSL certificate problem: certificate has expired",
        Kind::CertificateExpired,
    ),
    (
        Protocol::Https,
        "fatal: unable to access 'https://h/x/': Could not resolve host: h",
        Kind::HostNotFound,
    ),
    (
        Protocol::Https,
        "fatal: unable to access 'https://h/x/': Failed to connect to h port 443 after 130000 ms: Connection timed out",
        Kind::TimedOut,
    ),
    (
        Protocol::Http,
        "fatal: unable to access 'http://h/x/': The requested URL returned error: 400",
        Kind::TlsMismatch,
    ),
    (
        Protocol::Ssh,
        "git@h: Permission denied (publickey).\nfatal: Could not read from remote repository.",
        Kind::SshKeyRefused,
    ),
    (
        Protocol::Ssh,
        "Host key verification failed.\nfatal: Could not read from remote repository.",
        Kind::SshHostUnknown,
    ),
    (
        Protocol::Ssh,
        "@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\nHost key verification failed.",
        Kind::SshHostChanged,
    ),
    (
        Protocol::Ssh,
        "ssh: connect to host h port 22: Connection refused\nfatal: Could not read from remote repository.",
        Kind::ConnectionRefused,
    ),
    (Protocol::Ssh, "ssh: Could not resolve hostname h: Name or service not known", Kind::HostNotFound),
    (
        Protocol::Ssh,
        "ERROR: Repository not found.\nfatal: Could not read from remote repository.",
        Kind::NotFound,
    ),
    (
        Protocol::Ssh,
        "ERROR: Permission to a/b.git denied to bob.\nfatal: Could not read from remote repository.",
        Kind::NoPermission,
    ),
    (
        Protocol::Ssh,
        "FATAL: W any app bob DENIED by fallthru\n(or you mis-spelled the reponame)",
        Kind::NoPermission,
    ),
    (Protocol::Git, "fatal: remote error: access denied or repository not exported: /x", Kind::NotFound),
    (
        Protocol::File,
        "fatal: write error: No space left on device\nfatal: fetch-pack: invalid index-pack output",
        Kind::DiskFull,
    ),
    (
        Protocol::Https,
        "error: RPC failed; curl 56 GnuTLS recv error (-54): Error in the pull function.\nfatal: early EOF\nfatal: fetch-pack: invalid index-pack output",
        Kind::ConnectionCut,
    ),
    (
        Protocol::Https,
        "error: unable to rewind rpc post data - try increasing http.postBuffer\nerror: RPC failed; curl 65 necessary data rewind wasn't possible\nEverything up-to-date",
        Kind::ConnectionCut,
    ),
    (
        Protocol::Https,
        "error: RPC failed; HTTP 413 curl 22 The requested URL returned error: 413\nEverything up-to-date",
        Kind::TooLarge,
    ),
    (
        Protocol::Https,
        "remote: API rate limit exceeded\nfatal: unable to access 'https://h/x/': The requested URL returned error: 403",
        Kind::RateLimited,
    ),
    (Protocol::File, "fatal: detected dubious ownership in repository at '/x'", Kind::DubiousOwnership),
    (Protocol::File, "fatal: Unable to create '/x/.git/shallow.lock': File exists.", Kind::Locked),
    (Protocol::File, "error: object file .git/objects/aa/bb is empty\nfatal: bad object HEAD", Kind::Damaged),
    (Protocol::Https, "error: unknown option `porcelain'", Kind::GitUnusable),
    (Protocol::Https, "fatal: something nobody has seen", Kind::Other),
];

#[test]
fn messages_of_other_places() {
    for (protocol, stderr, expected) in ELSEWHERE {
        assert_eq!(kind(*protocol, stderr), *expected, "{stderr}");
    }
}

#[test]
fn a_refused_sign_in_is_told_from_a_cut_one() {
    let stderr = "fatal: Authentication failed for 'http://h/x/'";
    let trace = |signed_in| HttpTrace { answers: vec![super::super::trace::Answer::default()], signed_in };
    let kind = |trace: HttpTrace| {
        let trace = &trace;
        kind_of_call(&Failure { protocol: Protocol::Http, stderr, trace })
    };
    assert_eq!(kind(trace(true)), Kind::WrongCredentials);
    assert_eq!(kind(trace(false)), Kind::ConnectionCut);
    assert_eq!(kind(HttpTrace::default()), Kind::WrongCredentials, "without a trace the message counts");
}

#[test]
fn what_forges_say_when_they_refuse_a_ref() {
    let rows = [
        (false, "fetch first", "", Kind::SomeoneWasFirst),
        (false, "non-fast-forward", "", Kind::SomeoneWasFirst),
        (false, "stale info", "", Kind::LeaseLost),
        (true, "failed to update ref", "", Kind::SomeoneWasFirst),
        (true, "cannot lock ref 'refs/heads/main': is at a but expected b", "", Kind::SomeoneWasFirst),
        (true, "incorrect old value provided", "", Kind::SomeoneWasFirst),
        (true, "protected branch hook declined", "", Kind::ProtectedBranch),
        (
            true,
            "push declined due to repository rule violations",
            "remote: error: GH013",
            Kind::ProtectedBranch,
        ),
        (
            true,
            "pre-receive hook declined",
            "remote: Permission denied to update branch main.",
            Kind::ProtectedBranch,
        ),
        (true, "pre-receive hook declined", "remote: error: GH001: Large files detected.", Kind::TooLarge),
        (true, "pre-receive hook declined", "remote: commit messages need a ticket", Kind::HookDeclined),
        (
            true,
            "TF402455: Pushes to this branch are not permitted; protected branch",
            "",
            Kind::ProtectedBranch,
        ),
        (true, "remote failed to report status", "", Kind::ConnectionCut),
        (true, "deny updating a hidden ref", "", Kind::RefRefused),
        (true, "branch is currently checked out", "", Kind::RefRefused),
        (true, "unpacker error", "remote: fatal: No space left on device", Kind::DiskFull),
        (true, "unpacker error", "remote: fatal: pack exceeds maximum allowed size", Kind::TooLarge),
        (true, "unpacker error", "error: insufficient permission for adding an object", Kind::NoPermission),
    ];
    for (by_remote, reason, output, expected) in rows {
        assert_eq!(kind_of_rejection(by_remote, reason, output), expected, "{reason} {output}");
    }
}
