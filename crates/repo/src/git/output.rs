//! What a finished git printed.

/// Exit code and output of one finished call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GitOutput {
    /// The exit code; `None` where a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error without progress lines; of a very long one the beginning and the end.
    pub stderr: String,
}

impl GitOutput {
    /// Whether the exit code was 0.
    pub fn success(&self) -> bool {
        self.code == Some(0)
    }

    /// Standard output as text, without line ends after it.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).trim_end_matches('\n').to_owned()
    }

    /// The last line of standard error that says something.
    pub fn last_line(&self) -> &str {
        self.stderr.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or("no message")
    }

    /// `exit code 128`, or what stands for it.
    pub fn code_text(&self) -> String {
        self.code.map_or_else(|| "a signal".to_owned(), |code| format!("exit code {code}"))
    }
}
