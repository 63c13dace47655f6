//! Known answers: GitHub's and Bitbucket's documentation, and the test vectors of Standard Webhooks.

use http::{HeaderName, HeaderValue};

use super::*;

const SECRET: &str = "It's a Secret to Everybody";

fn headers<const N: usize>(of: [(&str, &str); N]) -> HeaderMap {
    let header = |(name, value): (&str, &str)| {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a name");
        (name, HeaderValue::from_str(value).expect("a value"))
    };
    of.into_iter().map(header).collect()
}

fn check(sender: Sender, secret: &str, headers: &HeaderMap, body: &str) -> Result<(), Unverified> {
    verify(sender, &Secret::new(secret), headers, body.as_bytes(), 1_614_265_330)
}

#[test]
fn github_signs_with_sha256() {
    let signed = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    let signed = headers([("X-Hub-Signature-256", signed)]);
    assert_eq!(check(Sender::GitHub, SECRET, &signed, "Hello, World!"), Ok(()));
    assert_eq!(check(Sender::Generic, SECRET, &signed, "Hello, World!"), Ok(()));
    assert_eq!(check(Sender::GitHub, SECRET, &signed, "Hello, World?"), Err(Unverified::Wrong(GITHUB)));
    assert_eq!(check(Sender::GitHub, "another", &signed, "Hello, World!"), Err(Unverified::Wrong(GITHUB)));
    let unsigned = check(Sender::GitHub, SECRET, &HeaderMap::new(), "Hello, World!");
    assert_eq!(unsigned, Err(Unverified::Missing(GITHUB)));
}

#[test]
fn bitbucket_signs_with_sha256_under_the_name_that_github_has_for_sha1() {
    let signed = "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9";
    let signed = headers([("X-Hub-Signature", signed)]);
    assert_eq!(check(Sender::Bitbucket, SECRET, &signed, "Hello World!"), Ok(()));
    assert_eq!(check(Sender::GitHub, SECRET, &signed, "Hello World!"), Err(Unverified::Missing(GITHUB)));
    let sha1 = headers([("X-Hub-Signature", "sha1=2fd4e1c67a2d28fced849ee1bb76e7391b93eb12")]);
    assert_eq!(check(Sender::Bitbucket, SECRET, &sha1, "x"), Err(Unverified::Wrong(BITBUCKET)));
}

#[test]
fn gitlab_sends_the_secret_or_signs() {
    let token = headers([("X-Gitlab-Token", SECRET)]);
    assert_eq!(check(Sender::GitLab, SECRET, &token, "any"), Ok(()));
    assert_eq!(check(Sender::GitLab, "other", &token, "any"), Err(Unverified::Wrong(GITLAB_TOKEN)));
    let (key, body) = ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "{\"test\": 2432232314}");
    let signed = |signature: &'static str| {
        let id = ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek");
        headers([id, ("webhook-timestamp", "1614265330"), ("webhook-signature", signature)])
    };
    let good = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    assert_eq!(check(Sender::GitLab, key, &signed(good), body), Ok(()));
    let two = "v1,AAAA v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    assert_eq!(check(Sender::Generic, key, &signed(two), body), Ok(()));
    let wrong = Err(Unverified::Wrong(STANDARD));
    assert_eq!(check(Sender::GitLab, key, &signed("v1,AAAA"), body), wrong);
    assert_eq!(check(Sender::GitLab, key, &signed(good), "{}"), wrong);
    let later = verify(Sender::GitLab, &Secret::new(key), &signed(good), body.as_bytes(), 1_614_265_631);
    assert_eq!(later, Err(Unverified::Apart(301)));
}

#[test]
fn gitea_and_its_like_send_bare_hex() {
    let hex = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    for name in ["X-Gitea-Signature", "X-Forgejo-Signature", "X-Gogs-Signature"] {
        let signed = headers([(name, hex)]);
        assert_eq!(check(Sender::Gitea, SECRET, &signed, "Hello, World!"), Ok(()));
        assert!(check(Sender::Gitea, SECRET, &signed, "Hello").is_err());
    }
    for broken in ["", "7", "zz", &hex[..62]] {
        let broken = headers([("X-Gitea-Signature", broken)]);
        assert_eq!(check(Sender::Gitea, SECRET, &broken, "Hello, World!"), Err(Unverified::Wrong(GITEA[1])));
    }
}

#[test]
fn a_secret_is_never_printed() {
    assert_eq!(format!("{:?}", Secret::new(SECRET)), "Secret(…)");
}
