//! What lies between here and the remote: a proxy, an authority of one's own, another address for pushes.

use std::fs;

use syncline_testkit::{GitServer, Proxy, TlsServer, Validity, free_address};

use crate::support::Installation;

const REPOSITORY: &str = "team/library";

/// A workspace and a server with an open repository, of which the workspace knows nothing yet.
fn scene() -> (Installation, GitServer) {
    let server = GitServer::start();
    server.create_open_repo(REPOSITORY);
    (Installation::with_collection(), server)
}

/// Connects, pushes, clones and pulls, all of it through the proxy.
fn expect_all_through(here: &mut Installation, server: &GitServer, proxy: &Proxy) {
    let url = server.url(REPOSITORY);
    here.syncline(["connect", &url]).expect_code(0);
    here.write("more.yaml", "a: 1\n");
    here.syncline(["sync", "-m", "More"]).expect_code(0);
    here.syncline(["doctor"]).expect_code(0);
    let first = here.folder.clone();
    here.enter("second");
    here.syncline(["clone", &url, "."]).expect_code(0);
    here.write("more.yaml", "a: 2\n");
    here.syncline(["sync", "-m", "Yet more"]).expect_code(0);
    here.folder = first;
    here.syncline(["pull"]).expect_code(0);
    assert_eq!(here.read("more.yaml"), "a: 2\n");
    let passed = proxy.passed();
    assert!(passed.iter().any(|line| line.contains("git-receive-pack")), "{passed:?}");
    assert_eq!(passed.len(), server.requests().len(), "none went past the proxy: {passed:?}");
}

#[test]
fn all_goes_through_the_proxy_of_gits_settings() {
    let (mut here, server) = scene();
    let proxy = Proxy::start();
    here.git(["config", "--global", "http.proxy", &proxy.url()]);
    expect_all_through(&mut here, &server, &proxy);
}

#[test]
fn a_look_at_the_remote_went_past_the_proxy_of_the_repository() {
    let (here, server) = scene();
    let proxy = Proxy::start();
    here.git(["config", "http.proxy", &proxy.url()]);
    here.syncline(["connect", &server.url(REPOSITORY)]).expect_code(0);
    here.write("more.yaml", "a: 1\n");
    here.syncline(["sync", "-m", "More"]).expect_code(0);
    here.syncline(["doctor"]).expect_code(0);
    let passed = proxy.passed();
    assert_eq!(passed.len(), server.requests().len(), "{:?} and not {passed:?}", server.requests());
}

#[test]
fn all_goes_through_the_proxy_of_the_environment() {
    let (here, server) = scene();
    let proxy = Proxy::start();
    let mut here = here.variable("http_proxy", &proxy.url());
    expect_all_through(&mut here, &server, &proxy);
}

#[test]
fn a_proxy_that_asks_gets_the_password_of_its_address() {
    let (mut here, server) = scene();
    let proxy = Proxy::that_asks();
    let url = proxy.url().replace("://", "://ann:secret@");
    here.git(["config", "--global", "http.proxy", &url]);
    expect_all_through(&mut here, &server, &proxy);
}

#[test]
fn https_goes_through_a_tunnel() {
    let here = Installation::with_collection();
    let Some(server) = TlsServer::start(&here.home, "localhost", Validity::Now) else {
        println!("skipped: no openssl is installed");
        return;
    };
    let proxy = Proxy::start();
    let here = here.variable("https_proxy", &proxy.url());
    here.git(["config", "--global", "http.sslCAInfo", &server.certificate().to_string_lossy()]);
    here.git(["remote", "add", "origin", &server.url("x")]);
    let said = here.syncline(["doctor"]).expect_code(6).transcript();
    assert!(said.contains("ok       certificate"), "{said}");
    let port = server.address().port();
    assert!(proxy.passed().contains(&format!("CONNECT localhost:{port} HTTP/1.1")), "{:?}", proxy.passed());
}

/// A host that was blamed for it was not even asked.
#[test]
fn a_proxy_that_fails_was_told_as_a_host_that_fails() {
    let asks = Proxy::that_asks();
    let gone = free_address();
    let cases = [
        (format!("http://ann:hunter2@{gone}"), format!("the proxy http://{gone} between here and")),
        (
            "http://no-such-proxy.invalid:3128".to_owned(),
            "the proxy http://no-such-proxy.invalid:3128".to_owned(),
        ),
        (
            asks.url().replace("://", "://ann:hunter2@"),
            format!("the proxy {} does not let us through", asks.url()),
        ),
    ];
    for (proxy, told) in cases {
        for url in ["http://host.example/x.git", "https://host.example/x.git"] {
            let here = Installation::with_collection();
            here.git(["remote", "add", "origin", url]);
            here.git(["config", "--global", "http.proxy", &proxy]);
            for command in ["fetch", "doctor"] {
                let said = here.syncline([command]).expect_code(6).transcript();
                assert!(said.contains(&told), "{command} {url} {proxy}: {said}");
                assert!(said.contains("host.example") && said.contains("http_proxy"), "{said}");
                assert!(!said.contains("hunter2"), "{said}");
            }
            let said = here.syncline(["doctor"]).transcript();
            assert!(said.contains("error    host") && !said.contains("ok       host"), "{said}");
        }
    }
}

#[test]
fn pushes_went_to_the_address_that_is_only_read_from() {
    let server = GitServer::start();
    let bare = server.create_public_repo(REPOSITORY);
    let here = Installation::with_collection();
    here.git(["remote", "add", "origin", &server.url(REPOSITORY)]);
    here.git(["config", "remote.origin.pushurl", &bare.to_string_lossy()]);
    here.syncline(["sync"]).expect_code(0);
    here.write("more.yaml", "a: 1\n");
    here.syncline(["sync", "-m", "More"]).expect_code(0);
    let at_remote = here.home.git(&bare, ["rev-parse", "main"]);
    assert_eq!(at_remote, here.git(["rev-parse", "HEAD"]));
    assert!(server.requests().iter().all(|request| !request.query.contains("receive-pack")));
    let said = here.syncline(["doctor"]).transcript();
    assert!(said.contains("ok       write"), "{said}");
    // Who connects to another one means both ways.
    server.create_open_repo("team/other");
    here.syncline(["connect", &server.url("team/other")]).expect_code(0);
    here.write("more.yaml", "a: 2\n");
    here.syncline(["sync", "-m", "Elsewhere"]).expect_code(0);
    assert_eq!(here.home.git(&bare, ["rev-parse", "main"]), at_remote);
}

#[test]
fn a_token_is_not_told_to_another_host_that_is_pushed_to() {
    let [server, other] = [GitServer::start(), GitServer::start()];
    server.create_public_repo(REPOSITORY);
    other.create_repo(REPOSITORY);
    let here = Installation::with_collection().variable("SYNCLINE_TOKEN", "hunter2");
    here.git(["remote", "add", "origin", &server.url(REPOSITORY)]);
    here.git(["config", "remote.origin.pushurl", &other.url(REPOSITORY)]);
    let said = here.syncline(["push"]).transcript();
    assert!(said.contains(&other.url(REPOSITORY)), "{said}");
    assert!(other.requests().iter().all(|request| request.user.is_none()), "{:?}", other.requests());
}

#[test]
fn a_server_with_a_certificate_of_an_authority_of_ones_own() {
    let mut here = Installation::with_collection();
    let bare = here.home.folder("bare.git");
    here.home.git(&bare, ["init", "--quiet", "--bare"]);
    here.git(["push", "--quiet", &bare.to_string_lossy(), "main"]);
    let Some(server) = TlsServer::with_repository(&here.home, "localhost", &bare) else {
        println!("skipped: no openssl is installed");
        return;
    };
    let url = server.url("repository.git");
    here.enter("second");
    let said = here.syncline(["clone", &url, "."]).expect_code(6).transcript();
    assert!(said.contains("http.sslCAInfo"), "{said}");
    assert_eq!(fs::read_dir(&here.folder).expect("it is there").count(), 0);
    here.git(["config", "--global", "http.sslCAInfo", &server.certificate().to_string_lossy()]);
    here.syncline(["clone", &url, "."]).expect_code(0);
    assert!(here.folder.join("library.yaml").exists());
    here.syncline(["pull"]).expect_code(0);
    let said = here.syncline(["doctor"]).transcript();
    assert!(said.contains("ok       certificate") && said.contains("ok       read"), "{said}");
}
