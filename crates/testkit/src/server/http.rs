//! As much of HTTP/1.1 as git speaks: a request with its body, an answer, and then the connection ends.

use std::io::{self, BufRead, Read, Write};

/// The longest request line and headers that are read, in bytes.
const LONGEST_HEAD: u64 = 64 << 10;

/// Request line and headers.
#[derive(Debug, Default)]
pub(super) struct Head {
    pub(super) method: String,
    /// Decoded, with `/` before it.
    pub(super) path: String,
    pub(super) query: String,
    headers: Vec<(String, String)>,
}

impl Head {
    /// Reads up to the empty line; `None` where the other side closed without a request.
    pub(super) fn read(input: &mut impl BufRead) -> io::Result<Option<Self>> {
        // A handshake of TLS has no line to wait for.
        if input.fill_buf()?.first().is_some_and(|byte| !byte.is_ascii_uppercase()) {
            return Err(bad("this is no HTTP"));
        }
        let mut input = input.take(LONGEST_HEAD);
        let mut line = String::new();
        if input.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let mut words = line.split_whitespace();
        let (Some(method), Some(target)) = (words.next(), words.next()) else {
            return Err(bad("no request line"));
        };
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut head = Self {
            method: method.to_owned(),
            path: decode(path),
            query: query.to_owned(),
            headers: Vec::new(),
        };
        loop {
            let mut line = String::new();
            input.read_line(&mut line)?;
            if !line.ends_with('\n') {
                return Err(bad("the headers do not end"));
            }
            let line = line.trim_end();
            if line.is_empty() {
                return Ok(Some(head));
            }
            let (name, value) = line.split_once(':').ok_or_else(|| bad("a header without a colon"))?;
            head.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
    }

    /// A header, by its name in lower case.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The body's length, where it is told. Nothing is told of a body sent in chunks.
    pub(super) fn length(&self) -> Option<u64> {
        self.header("content-length")?.parse().ok()
    }

    fn is_chunked(&self) -> bool {
        self.header("transfer-encoding").is_some_and(|value| value.eq_ignore_ascii_case("chunked"))
    }

    /// The name and password of `Authorization: Basic`.
    pub(super) fn basic_auth(&self) -> Option<(String, String)> {
        let value = self.header("authorization")?;
        let (scheme, encoded) = value.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        let decoded = String::from_utf8(decode_base64(encoded.trim())?).ok()?;
        let (name, password) = decoded.split_once(':')?;
        Some((name.to_owned(), password.to_owned()))
    }

    /// The body as sent, chunks put together; still packed where `Content-Encoding` says so.
    pub(super) fn body<R: BufRead>(&self, input: R) -> Body<R> {
        if self.is_chunked() {
            Body::Chunked(Chunks { input, left: 0, ended: false })
        } else {
            Body::Plain(input.take(self.length().unwrap_or(0)))
        }
    }
}

fn bad(message: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message)
}

/// The body of a request.
pub(super) enum Body<R> {
    Plain(io::Take<R>),
    Chunked(Chunks<R>),
}

impl<R: BufRead> Read for Body<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(body) => body.read(buffer),
            Self::Chunked(body) => body.read(buffer),
        }
    }
}

/// A body in chunks.
pub(super) struct Chunks<R> {
    input: R,
    left: u64,
    ended: bool,
}

impl<R: BufRead> Chunks<R> {
    fn next_size(&mut self) -> io::Result<u64> {
        let mut line = String::new();
        self.input.read_line(&mut line)?;
        let digits = line.trim_end().split(';').next().unwrap_or_default();
        u64::from_str_radix(digits, 16).map_err(|_| bad("a chunk without a length"))
    }

    fn skip_line(&mut self) -> io::Result<()> {
        let mut line = String::new();
        self.input.read_line(&mut line).map(drop)
    }
}

impl<R: BufRead> Read for Chunks<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 && !self.ended {
            self.left = self.next_size()?;
            if self.left == 0 {
                self.ended = true;
                self.skip_line()?;
            }
        }
        if self.ended {
            return Ok(0);
        }
        let wanted = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        let length = self.input.read(&mut buffer[..wanted])?;
        if length == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.left -= length as u64;
        if self.left == 0 {
            self.skip_line()?;
        }
        Ok(length)
    }
}

/// Writes status line and headers. The body that follows is in chunks, so that the other side sees when it
/// is cut.
pub(super) fn write_head(out: &mut impl Write, status: &str, headers: &[(String, String)]) -> io::Result<()> {
    let mut head = format!("HTTP/1.1 {status}\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n");
    for (name, value) in headers {
        head.push_str(name);
        head.push_str(": ");
        head.push_str(value);
        head.push_str("\r\n");
    }
    head.push_str("\r\n");
    out.write_all(head.as_bytes())
}

/// Writes one chunk; an empty one ends the body.
pub(super) fn write_chunk(out: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    let mut chunk = format!("{:x}\r\n", bytes.len()).into_bytes();
    chunk.extend_from_slice(bytes);
    chunk.extend_from_slice(b"\r\n");
    out.write_all(&chunk)?;
    out.flush()
}

/// The words that go with a status.
pub(super) fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        301 => "Moved Permanently",
        302 => "Found",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        413 => "Content Too Large",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Status",
    }
}

fn decode(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let hex = tail.get(..2).and_then(|two| str::from_utf8(two).ok());
        let escaped = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()).filter(|_| *first == b'%');
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let mut bits = 0_u32;
    let mut count = 0;
    let mut bytes = Vec::new();
    for c in text.trim_end_matches('=').bytes() {
        let value = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).expect("eight bits"));
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_with_chunks() {
        let text = "POST /a%20b.git/x?y=1 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\
                    Authorization: Basic YW5uOnQ6MQ==\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n";
        let mut input = text.as_bytes();
        let head = Head::read(&mut input).unwrap().unwrap();
        assert_eq!(
            (head.method.as_str(), head.path.as_str(), head.query.as_str()),
            ("POST", "/a b.git/x", "y=1")
        );
        assert_eq!(head.basic_auth(), Some(("ann".to_owned(), "t:1".to_owned())));
        let mut body = String::new();
        head.body(&mut input).read_to_string(&mut body).unwrap();
        assert_eq!((body.as_str(), input), ("abcde", &b""[..]));
    }

    #[test]
    fn a_request_with_a_length() {
        let mut input = "POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcd".as_bytes();
        let head = Head::read(&mut input).unwrap().unwrap();
        let mut body = String::new();
        head.body(&mut input).read_to_string(&mut body).unwrap();
        assert_eq!(body, "abc");
    }

    #[test]
    fn a_cut_body_is_an_error() {
        let mut input = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab".as_bytes();
        let head = Head::read(&mut input).unwrap().unwrap();
        assert!(head.body(&mut input).read_to_end(&mut Vec::new()).is_err());
    }

    #[test]
    fn no_request_is_none() {
        assert!(Head::read(&mut &b""[..]).unwrap().is_none());
        assert!(Head::read(&mut &b"GET / HTTP/1.1\r\nHost: x"[..]).is_err());
    }
}
