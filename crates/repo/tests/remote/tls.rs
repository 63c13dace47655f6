//! Certificates and TLS, with a server made of the openssl program.

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Duration;

use syncline_repo::{ExitClass, GitEnvironment, Remote, RemoteErrorKind as Kind, RemoteUrl};
use syncline_testkit::{GitServer, TestHome};

use crate::scene::{Scene, assert_error, now, skip};

/// A web server with a certificate of its own; git never gets further than that.
struct TlsServer {
    child: Child,
    port: u16,
    certificate: PathBuf,
}

impl TlsServer {
    /// `None` where openssl is not installed.
    fn start(home: &TestHome, host: &str) -> Option<Self> {
        let (key, certificate) = (home.path().join("key.pem"), home.path().join("certificate.pem"));
        let mut request = home.command("openssl");
        request.args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]);
        request.args([
            "-days",
            "2",
            "-subj",
            &format!("/CN={host}"),
            "-addext",
            &format!("subjectAltName=DNS:{host}"),
        ]);
        let made =
            request.arg("-keyout").arg(&key).arg("-out").arg(&certificate).stderr(Stdio::null()).status();
        if !made.is_ok_and(|status| status.success()) {
            skip("no openssl is installed");
            return None;
        }
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .expect("a port")
            .port();
        let mut server = home.command("openssl");
        server.args(["s_server", "-quiet", "-www", "-accept", &port.to_string()]).arg("-key").arg(&key);
        server
            .arg("-cert")
            .arg(&certificate)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let child = server.spawn().expect("openssl is there");
        let limit = now() + Duration::from_secs(20);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(now() < limit, "openssl does not listen");
            std::thread::yield_now();
        }
        Some(Self { child, port, certificate })
    }
}

impl Drop for TlsServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn remote(home: &TestHome, url: &str, authority: Option<&Path>) -> Remote {
    let mut variables = home.environment();
    variables.extend(authority.map(|path| ("GIT_SSL_CAINFO".into(), path.into())));
    Remote::new(RemoteUrl::parse(url).expect("an address").0, GitEnvironment::from_variables(variables))
}

#[test]
fn certificates() {
    let home = TestHome::new();
    let Some(server) = TlsServer::start(&home, "elsewhere.example") else { return };
    let url = format!("https://localhost:{}/x", server.port);
    let error = remote(&home, &url, None).list_refs().expect_err("signed by nobody");
    assert_error(&error, Kind::UnknownCertificate, "localhost", "http.sslCAInfo");
    assert_eq!(error.exit_class(), ExitClass::Unreachable);
    let error = remote(&home, &url, Some(&server.certificate)).list_refs().expect_err("for another host");
    assert_error(&error, Kind::CertificateForOtherHost, "localhost", "the host name");
}

#[test]
fn a_trusted_certificate_leads_on() {
    let home = TestHome::new();
    let Some(server) = TlsServer::start(&home, "localhost") else { return };
    let url = format!("https://localhost:{}/x", server.port);
    let error = remote(&home, &url, Some(&server.certificate)).list_refs().expect_err("no repository there");
    assert_eq!(error.kind, Kind::NotGit, "{}", error.git_output);
}

#[test]
fn the_wrong_protocol_for_a_port() {
    let scene = Scene::new();
    let plain = GitServer::start();
    let error =
        scene.remote_at(&format!("https://{}/x", plain.address())).list_refs().expect_err("no TLS there");
    assert_error(&error, Kind::TlsMismatch, "right protocol", "http or https");
    let Some(server) = TlsServer::start(&scene.home, "localhost") else { return };
    let error =
        scene.remote_at(&format!("http://localhost:{}/x", server.port)).list_refs().expect_err("TLS there");
    assert!(
        matches!(error.kind, Kind::TlsMismatch | Kind::ConnectionCut),
        "{:?} {}",
        error.kind,
        error.git_output
    );
}
