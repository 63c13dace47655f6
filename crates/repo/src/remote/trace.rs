//! What the web server answered, from git's own trace of the headers.
//!
//! Git does not tell the content type of an answer (it takes a sign-in page for an empty repository), nor how
//! long a server asks it to wait. Its trace does, with tokens and cookies left out by git itself.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::PathBuf;

use tempfile::TempPath;

use crate::git::Git;

/// The end of the trace is enough: the last answer decides.
const KEPT: u64 = 256 << 10;

/// One answer's status line and headers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// The request line that it answers.
    request: String,
    headers: Vec<(String, String)>,
}

/// What went over the wire in one call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct HttpTrace {
    /// The answers, in order.
    pub(super) answers: Vec<Answer>,
    /// Whether a request was sent with a user name and password.
    pub(super) signed_in: bool,
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let header = self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        header.map(|(_, value)| value.as_str())
    }
}

impl HttpTrace {
    pub(super) fn last(&self) -> Option<&Answer> {
        self.answers.last()
    }

    /// The content type of the list of refs. Git asks for more when it is none of its own.
    pub(super) fn content_type_of_refs(&self) -> Option<&str> {
        let is_list =
            |answer: &&Answer| answer.status == 200 && answer.request.contains("/info/refs?service=git-");
        self.answers.iter().rfind(is_list)?.header("content-type")
    }

    /// Seconds. A date instead of a number is left unread: no caller waits until a day.
    pub(super) fn retry_after(&self) -> Option<u64> {
        self.last()?.header("retry-after")?.parse().ok()
    }

    /// What the server calls itself where it asks for a user name.
    pub(super) fn realm(&self) -> Option<&str> {
        let asked = self.answers.iter().find_map(|answer| answer.header("www-authenticate"))?;
        asked.split_once("realm=\"")?.1.split('"').next()
    }

    /// The server's clock when it gave the last answer, in seconds since 1970.
    pub(super) fn time(&self) -> Option<i64> {
        seconds_of(self.last()?.header("date")?)
    }

    fn parse(text: &str) -> Self {
        let mut trace = Self::default();
        let mut request = "";
        for line in text.lines() {
            if let Some((_, header)) = line.split_once("<= Recv header: ") {
                trace.received(request, header.trim());
            } else if let Some((_, header)) = line.split_once("=> Send header: ") {
                trace.signed_in |= header.to_ascii_lowercase().starts_with("authorization:");
                if header.starts_with("GET ") || header.starts_with("POST ") {
                    request = header;
                }
            }
        }
        trace
    }

    fn received(&mut self, request: &str, header: &str) {
        if header.starts_with("HTTP/") {
            let status = header.split_whitespace().nth(1).and_then(|status| status.parse().ok());
            let (status, request) = (status.unwrap_or(0), request.to_owned());
            self.answers.push(Answer { status, request, headers: Vec::new() });
        } else if let (Some(answer), Some((name, value))) = (self.answers.last_mut(), header.split_once(':'))
        {
            answer.headers.push((name.to_owned(), value.trim().to_owned()));
        }
    }
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `Sun, 06 Nov 1994 08:49:37 GMT`, as HTTP writes it (RFC 9110, 5.6.7), in seconds since 1970.
fn seconds_of(date: &str) -> Option<i64> {
    let mut words = date.split_once(", ")?.1.split(' ');
    let day: i64 = words.next()?.parse().ok()?;
    let name = words.next()?;
    let month = MONTHS.iter().position(|month| *month == name)?;
    let year: i64 = words.next()?.parse().ok()?;
    let mut time = words.next()?.split(':').map(|part| part.parse::<i64>().ok());
    let (hour, minute, second) = (time.next()??, time.next()??, time.next()??);
    // Years from March on, so that the day that some years have more is their last.
    let month = i64::try_from(month).ok()? + 1;
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1;
    Some((days - 719_468) * 86_400 + hour * 3600 + minute * 60 + second)
}

/// A file that takes the trace of one call; only its owner can read it, and it goes when this is dropped.
pub(super) struct TraceFile(Option<OpenFile>);

struct OpenFile {
    file: File,
    /// Where git opens it.
    path: PathBuf,
    /// The name to be removed, where it has one.
    _name: Option<TempPath>,
}

impl TraceFile {
    /// Without a place for the file there is no trace, and what it would tell stays unknown.
    pub(super) fn new() -> Self {
        Self(OpenFile::without_name().or_else(OpenFile::with_name))
    }

    pub(super) fn attach(&self, git: Git) -> Git {
        match &self.0 {
            Some(open) => git
                .variable("GIT_TRACE_CURL", &open.path)
                .variable("GIT_TRACE_CURL_NO_DATA", "1")
                .variable("GIT_TRACE_REDACT", "1"),
            None => git,
        }
    }

    pub(super) fn read(self) -> HttpTrace {
        let Some(mut open) = self.0 else { return HttpTrace::default() };
        let mut bytes = Vec::new();
        let length = open.file.metadata().map_or(0, |data| data.len());
        let read = open
            .file
            .seek(SeekFrom::Start(length.saturating_sub(KEPT)))
            .and_then(|_| open.file.read_to_end(&mut bytes));
        if read.is_ok() { HttpTrace::parse(&String::from_utf8_lossy(&bytes)) } else { HttpTrace::default() }
    }
}

impl OpenFile {
    /// A file that is gone with this process, however it ends: git takes sign-in headers out of the trace that
    /// it knows, and not a company's own. Git opens it by this process's entry in `/proc`.
    #[cfg(target_os = "linux")]
    fn without_name() -> Option<Self> {
        use std::os::fd::AsRawFd;
        let file = tempfile::tempfile().ok()?;
        let path = PathBuf::from(format!("/proc/{}/fd/{}", std::process::id(), file.as_raw_fd()));
        path.exists().then_some(Self { file, path, _name: None })
    }

    #[cfg(not(target_os = "linux"))]
    fn without_name() -> Option<Self> {
        None
    }

    fn with_name() -> Option<Self> {
        let (file, name) = tempfile::Builder::new().prefix("syncline-http-").tempfile().ok()?.into_parts();
        Some(Self { file, path: name.to_path_buf(), _name: Some(name) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_answer_counts() {
        let trace = HttpTrace::parse(
            "09:44:34.223 http.c:872  => Send header: GET /x HTTP/1.1\n\
             09:44:34.223 http.c:872  <= Recv header: HTTP/1.1 401 Unauthorized\n\
             09:44:34.223 http.c:872  <= Recv header: Content-Type: text/plain\n\
             09:44:34.223 http.c:872  <= Recv header: WWW-Authenticate: Basic realm=\"Gitea\", charset=\"UTF-8\"\n\
             09:44:34.223 http.c:872  => Send header: authorization: Basic <redacted>\n\
             09:44:34.223 http.c:872  <= Recv header: HTTP/2 503 \n\
             09:44:34.223 http.c:872  <= Recv header: retry-after: 30\n",
        );
        assert_eq!(trace.answers.iter().map(|answer| answer.status).collect::<Vec<_>>(), [401, 503]);
        assert_eq!((trace.retry_after(), trace.signed_in), (Some(30), true));
        assert_eq!(trace.realm(), Some("Gitea"));
        assert_eq!(trace.content_type_of_refs(), None, "a failed answer's content tells nothing");
    }

    #[test]
    fn the_clock_of_a_server_is_read() {
        assert_eq!(seconds_of("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0));
        assert_eq!(seconds_of("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777));
        assert_eq!(seconds_of("Thu, 29 Feb 2024 23:59:59 GMT"), Some(1_709_251_199));
        for wrong in
            ["", "soon", "Sun, 06 Nov", "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49 GMT"]
        {
            assert_eq!(seconds_of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_list_of_refs_is_found_among_other_answers() {
        let trace = HttpTrace::parse(
            "  => Send header: GET /x/info/refs?service=git-upload-pack HTTP/1.1\n  <= Recv header: HTTP/1.1 200 OK\n\
             \x20 <= Recv header: Content-Type: text/html\n  => Send header: GET /x/HEAD HTTP/1.1\n\
             \x20 <= Recv header: HTTP/1.1 200 OK\n  <= Recv header: Content-Type: text/plain\n",
        );
        assert_eq!(trace.content_type_of_refs(), Some("text/html"));
    }
}
