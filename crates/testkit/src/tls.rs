//! A web server with a certificate of its own, made of the openssl program. It has no repository, or hands out the
//! files of one, which git can clone and fetch from.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::TestHome;
use crate::ready::Listening;

/// A running server.
pub struct TlsServer {
    listening: Listening,
    folder: TempDir,
}

/// How long a certificate is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validity {
    /// Today and tomorrow.
    Now,
    /// Some day in the past.
    Past,
}

impl TlsServer {
    /// Starts on a free port, with a certificate for this host that is signed by itself. `None` where openssl is
    /// not installed.
    ///
    /// # Panics
    /// Where openssl makes no certificate, or does not listen.
    pub fn start(home: &TestHome, host: &str, validity: Validity) -> Option<Self> {
        Self::serve(home, host, validity, None)
    }

    /// The same with a bare repository at the address `repository.git`, as it is now: its objects must not be in packs.
    ///
    /// # Panics
    /// Where openssl makes no certificate, or does not listen, or the repository cannot be copied.
    pub fn with_repository(home: &TestHome, host: &str, repository: &Path) -> Option<Self> {
        Self::serve(home, host, Validity::Now, Some(repository))
    }

    fn serve(home: &TestHome, host: &str, validity: Validity, repository: Option<&Path>) -> Option<Self> {
        home.command("openssl").arg("version").stdout(Stdio::null()).status().ok()?;
        let folder =
            tempfile::Builder::new().prefix("tls-").tempdir().expect("a temporary folder can be made");
        make_certificate(home, folder.path(), host, validity);
        if let Some(repository) = repository {
            copy_to_be_served(home, repository, &folder.path().join("repository.git"));
        }
        let listening = Listening::start(|address| {
            let mut server = home.command("openssl");
            server.current_dir(folder.path());
            let what = if repository.is_some() { "-WWW" } else { "-www" };
            server.args(["s_server", "-quiet", what, "-accept", &address.port().to_string()]);
            server.arg("-key").arg(folder.path().join(KEY)).arg("-cert").arg(folder.path().join(CERTIFICATE));
            server.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
            server
        })?;
        Some(Self { listening, folder })
    }

    /// The certificate: who trusts it trusts the server.
    pub fn certificate(&self) -> PathBuf {
        self.folder.path().join(CERTIFICATE)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.listening.address()
    }

    /// The address of something at the server, under a name of loopback.
    pub fn url(&self, path: &str) -> String {
        format!("https://localhost:{}/{path}", self.address().port())
    }
}

/// Git asks for the list of refs as if a program answered, and for files that are not there: the server has no word
/// for that.
fn copy_to_be_served(home: &TestHome, from: &Path, to: &Path) {
    let copied = home.command("cp").arg("-r").args([from, to]).status();
    assert!(copied.expect("cp is there").success());
    home.git(to, ["update-server-info"]);
    let refs = to.join("info/refs");
    fs::copy(&refs, to.join("info/refs?service=git-upload-pack"))
        .expect("the temporary folder can be written");
    for name in ["http-alternates", "alternates"] {
        fs::write(to.join("objects/info").join(name), "").expect("the temporary folder can be written");
    }
}

const KEY: &str = "key.pem";
const CERTIFICATE: &str = "certificate.pem";
const REQUEST: &str = "request.pem";

fn make_certificate(home: &TestHome, folder: &Path, host: &str, validity: Validity) {
    let openssl = || {
        let mut command = home.command("openssl");
        command.current_dir(folder);
        command
    };
    let mut request = openssl();
    request.args(["req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]);
    request.args(["-subj", &format!("/CN={host}"), "-keyout", KEY, "-out", REQUEST]);
    run(request);
    let settings = format!(
        "[ca]\ndefault_ca = own\n[own]\ndatabase = index\nserial = serial\nnew_certs_dir = .\ndefault_md = sha256\n\
         policy = any\nx509_extensions = names\n[any]\ncommonName = supplied\n\
         [names]\nsubjectAltName = DNS:{host}\n"
    );
    for (name, text) in [("own.cnf", settings.as_str()), ("index", ""), ("serial", "01\n")] {
        fs::write(folder.join(name), text).expect("the temporary folder can be written");
    }
    let mut sign = openssl();
    sign.args(["ca", "-batch", "-selfsign", "-notext", "-config", "own.cnf", "-keyfile", KEY]);
    sign.args(["-in", REQUEST, "-out", CERTIFICATE]);
    match validity {
        Validity::Now => sign.args(["-days", "2"]),
        Validity::Past => sign.args(["-startdate", "20200101000000Z", "-enddate", "20200102000000Z"]),
    };
    run(sign);
}

fn run(mut command: Command) {
    let output = command.output().expect("openssl is there");
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{:?}: {error}", command.get_args());
}
