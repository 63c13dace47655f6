//! Certificates and TLS; what fails because of them is in the table.

use syncline_repo::RemoteErrorKind as Kind;
use syncline_testkit::{TlsServer, Validity};

use crate::scene::{Scene, skip};

#[test]
fn a_trusted_certificate_leads_on() {
    let scene = Scene::new();
    let Some(server) = TlsServer::start(&scene.home, "localhost", Validity::Now) else {
        return skip("no openssl is installed");
    };
    let certificate = server.certificate();
    scene.home.git(&scene.folder, ["config", "--global", "http.sslCAInfo", &certificate.to_string_lossy()]);
    let error = scene.remote_at(&server.url("x")).list_refs().expect_err("no repository there");
    assert_eq!(error.kind, Kind::NotGit, "{}", error.git_output);
}

/// What the server says to that depends on the program that it is.
#[test]
fn http_on_a_tls_port() {
    let scene = Scene::new();
    let Some(server) = TlsServer::start(&scene.home, "localhost", Validity::Now) else {
        return skip("no openssl is installed");
    };
    let url = format!("http://localhost:{}/x", server.address().port());
    let error = scene.remote_at(&url).list_refs().expect_err("TLS there");
    assert!(
        matches!(error.kind, Kind::TlsMismatch | Kind::ConnectionCut),
        "{:?} {}",
        error.kind,
        error.git_output
    );
}
