//! One connection: one request, its verdict, its fault, its answer.

use std::io::{self, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use super::access::{Right, Verdict};
use super::fault::{Fault, On};
use super::http::{self, Head};
use super::{Shared, backend};

/// A request that arrived. Passwords are not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Its kind.
    pub on: On,
    /// `GET` or `POST`.
    pub method: String,
    /// The path, decoded, without the query.
    pub path: String,
    /// What comes after the `?`.
    pub query: String,
    /// The user name it was sent with, whether or not the password was right.
    pub user: Option<String>,
}

/// Serves one connection to its end. What the client does wrong or cuts off is no concern of the server's.
pub(super) fn serve(stream: &TcpStream, shared: &Shared) {
    let _ = answer(stream, shared);
    let _ = stream.shutdown(Shutdown::Both);
}

fn answer(stream: &TcpStream, shared: &Shared) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut input = BufReader::with_capacity(64 << 10, stream.try_clone()?);
    let head = match Head::read(&mut input) {
        Ok(Some(head)) => head,
        Ok(None) => return Ok(()),
        Err(error) => {
            (&mut &*stream)
                .write_all(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")?;
            return Err(error);
        }
    };
    if head.header("expect").is_some_and(|value| value.eq_ignore_ascii_case("100-continue")) {
        (&mut &*stream).write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
    }
    let (repo, on) = target(&head);
    let auth = head.basic_auth();
    let (fault, action, verdict, released) = {
        let mut state = shared.state();
        state.log.push(Request {
            on,
            method: head.method.clone(),
            path: head.path.clone(),
            query: head.query.clone(),
            user: auth.as_ref().map(|(user, _)| user.clone()),
        });
        shared.changed.notify_all();
        let verdict = state.access.judge(repo, right_for(on), auth.as_ref().map(|(_, token)| token.as_str()));
        // A fault is not spent on the question for the password that comes before the request proper.
        let asks = verdict == Verdict::SignIn && auth.is_none();
        let fault = if asks { None } else { state.plan.take_fault(on) };
        let action = if asks { None } else { state.plan.take_action(on) };
        (fault, action, verdict, state.plan.releases)
    };
    if let Some(action) = action {
        action(&shared.repositories().join(format!("{repo}.git")));
    }
    let exchange = Exchange { stream, shared, head: &head, on, released };
    exchange.run(head.body(&mut input), fault, verdict)
}

/// The way to the client; what goes there is counted.
struct Out<'a> {
    stream: &'a TcpStream,
    sent: &'a AtomicU64,
}

impl Write for Out<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let length = self.stream.write(bytes)?;
        self.sent.fetch_add(length as u64, Ordering::Relaxed);
        Ok(length)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

struct Exchange<'a> {
    stream: &'a TcpStream,
    shared: &'a Shared,
    head: &'a Head,
    on: On,
    /// How often stalled requests had been let go when this one arrived.
    released: usize,
}

impl Exchange<'_> {
    fn run(&self, mut body: impl Read + Send, fault: Option<Fault>, verdict: Verdict) -> io::Result<()> {
        match fault {
            Some(Fault::Cut) => return Ok(()),
            Some(Fault::Stall) => {
                self.shared.stall(self.released);
                return Ok(());
            }
            Some(Fault::CutRequestAfter(bytes)) => {
                return io::copy(&mut body.take(bytes), &mut io::sink()).map(drop);
            }
            Some(fault) if !fault.needs_git() => {
                // Read first: an answer before the end of the request would be lost in a reset.
                io::copy(&mut body, &mut io::sink())?;
                return self.answer_fault(&fault);
            }
            _ => (),
        }
        match verdict {
            Verdict::Allowed(user) if self.on != On::Other => {
                self.ask_git(body, user.as_deref(), fault.as_ref())
            }
            verdict => {
                io::copy(&mut body, &mut io::sink())?;
                self.answer_verdict(verdict)
            }
        }
    }

    fn answer_verdict(&self, verdict: Verdict) -> io::Result<()> {
        match verdict {
            Verdict::Allowed(_) | Verdict::NotFound => self.text(404, &[], "Repository not found."),
            Verdict::Forbidden(text) => self.text(403, &[], &text),
            Verdict::SignIn => {
                let realm = self.shared.state().realm.clone().unwrap_or_else(|| "git".to_owned());
                let basic = format!("Basic realm=\"{realm}\"");
                self.text(401, &[("WWW-Authenticate", basic)], "Authentication required.")
            }
            Verdict::Moved(new) => {
                let (_, rest) = self.head.path.split_once(".git/").unwrap_or(("", ""));
                self.redirect(301, &format!("/{new}.git/{rest}?{}", self.head.query))
            }
        }
    }

    fn answer_fault(&self, fault: &Fault) -> io::Result<()> {
        match fault {
            Fault::Status(status) => self.text(*status, &[], "This was asked for by a test."),
            Fault::RetryAfter(status, seconds) => {
                self.text(*status, &[("Retry-After", seconds.to_string())], "Try again later.")
            }
            Fault::RedirectToLogin => self.redirect(302, "/login"),
            Fault::RedirectLoop => self.redirect(302, &format!("{}?{}", self.head.path, self.head.query)),
            _ => self.page(),
        }
    }

    fn date(&self) -> Vec<(String, String)> {
        self.shared.state().date.iter().map(|date| ("Date".to_owned(), date.clone())).collect()
    }

    /// One line of HTML: git takes it for the list of refs of an empty repository.
    fn page(&self) -> io::Result<()> {
        self.plain(200, "text/html", &[], "<html><title>Sign in</title><form>Sign in</form></html>")
    }

    fn redirect(&self, status: u16, target: &str) -> io::Result<()> {
        let host = self.head.header("host").unwrap_or_default();
        self.text(status, &[("Location", format!("http://{host}{target}"))], "Moved.")
    }

    fn text(&self, status: u16, headers: &[(&str, String)], text: &str) -> io::Result<()> {
        self.plain(status, "text/plain; charset=utf-8", headers, text)
    }

    fn out(&self) -> Out<'_> {
        Out { stream: self.stream, sent: &self.shared.sent }
    }

    fn plain(&self, status: u16, kind: &str, headers: &[(&str, String)], text: &str) -> io::Result<()> {
        let mut all = self.date();
        all.push(("Content-Type".to_owned(), kind.to_owned()));
        all.extend(headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        let mut out = self.out();
        http::write_head(&mut out, &format!("{status} {}", http::reason(status)), &all)?;
        http::write_chunk(&mut out, text.as_bytes())?;
        http::write_chunk(&mut out, b"")
    }

    fn ask_git(&self, body: impl Read + Send, user: Option<&str>, fault: Option<&Fault>) -> io::Result<()> {
        let root = self.shared.repositories();
        backend::run(&self.shared.backend, &root, self.head, user, body, |mut answer| {
            if fault == Some(&Fault::LoseAnswer) {
                io::copy(&mut answer.body, &mut io::sink())?;
                answer.finish();
                return Ok(());
            }
            let mut out = self.out();
            answer.headers.extend(self.date());
            http::write_head(&mut out, &answer.status, &answer.headers)?;
            let sent = copy(&mut answer.body, &mut out, fault);
            answer.finish();
            // Without the last, empty chunk the other side knows that something is missing.
            if sent? { http::write_chunk(&mut out, b"") } else { Ok(()) }
        })
    }
}

impl Fault {
    fn needs_git(&self) -> bool {
        matches!(self, Self::CutAfter(_) | Self::LoseAnswer | Self::Slow(_))
    }
}

/// Sends an answer in chunks; false where the fault cuts it.
fn copy(body: &mut impl Read, out: &mut impl Write, fault: Option<&Fault>) -> io::Result<bool> {
    let (mut left, rate) = match fault {
        Some(Fault::CutAfter(bytes)) => (*bytes, None),
        Some(Fault::Slow(rate)) => (u64::MAX, Some((*rate).max(1))),
        _ => (u64::MAX, None),
    };
    // A slow answer goes out ten times a second.
    let size =
        rate.map_or(64 << 10, |rate| usize::try_from(rate / 10).unwrap_or(usize::MAX).clamp(1, 64 << 10));
    let mut buffer = vec![0; size];
    loop {
        let wanted = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        if wanted == 0 {
            return Ok(false);
        }
        match body.read(&mut buffer[..wanted])? {
            0 => return Ok(true),
            length => {
                http::write_chunk(out, &buffer[..length])?;
                left -= length as u64;
            }
        }
        if rate.is_some() {
            thread::sleep(Duration::from_millis(100));
        }
    }
}

/// The repository's name, and what is asked of it.
fn target(head: &Head) -> (&str, On) {
    let path = head.path.trim_start_matches('/');
    let Some((repo, rest)) = path.split_once(".git/") else { return (path, On::Other) };
    let on = match (head.method.as_str(), rest, head.query.as_str()) {
        _ if repo.split('/').any(|part| matches!(part, "" | "." | "..")) => On::Other,
        ("GET", "info/refs", "service=git-receive-pack") => On::RefsForPush,
        ("GET", "info/refs", _) => On::RefsForFetch,
        ("POST", "git-upload-pack", _) | ("GET", _, _) => On::Fetch,
        ("POST", "git-receive-pack", _) => On::Push,
        _ => On::Other,
    };
    (repo, on)
}

fn right_for(on: On) -> Right {
    if matches!(on, On::RefsForPush | On::Push) { Right::Write } else { Right::Read }
}
