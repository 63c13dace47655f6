//! The proxy that git is told to use.

use super::url::without_user;
use super::{Protocol, Remote, RemoteUrl};
use crate::git::Git;

impl Remote {
    /// Its address as git finds it for this remote, without name and password.
    pub(super) fn proxy(&self) -> Option<String> {
        let of_settings = || {
            let git = match &self.repository {
                Some(git_dir) => Git::new(&self.environment, "config").in_git_dir(git_dir),
                None => Git::new(&self.environment, "config"),
            };
            let output = git.arg("--get-urlmatch").operands(["http.proxy", self.url.as_str()]).run_ok();
            // None is set where it fails.
            output.ok().map(|output| output.text().trim().to_owned())
        };
        let of_environment = |name: &&str| Some(self.environment.get(name)?.to_string_lossy().into_owned());
        // Curl does not look at `HTTP_PROXY`: a web server sets it to what a client sent.
        let names: &[&str] = match self.url.protocol() {
            Protocol::Https => &["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"],
            _ => &["http_proxy", "all_proxy", "ALL_PROXY"],
        };
        let proxy = of_settings().or_else(|| names.iter().find_map(of_environment))?;
        // The protocol may be left out.
        let proxy = if proxy.contains("://") { proxy } else { format!("http://{proxy}") };
        Some(without_user(&proxy)).filter(|proxy| !proxy.ends_with("://"))
    }
}

/// Whether it was not the remote's host that could not be connected to, as curl names it.
pub(super) fn is_meant(stderr: &str, url: &RemoteUrl) -> bool {
    const FAILED: &str = "Failed to connect to ";
    let Some(rest) = stderr.split_once(FAILED).map(|(_, rest)| rest) else { return false };
    let mut words = rest.split_whitespace();
    let host = words.next().unwrap_or_default();
    let port = words.nth(1).and_then(|port| port.parse().ok());
    let port_of_url = url.port().or(match url.protocol() {
        Protocol::Https => Some(443),
        Protocol::Http => Some(80),
        _ => None,
    });
    // Newer ones name both.
    words.next() == Some("via")
        || url.host().is_some_and(|of_url| bare(of_url) != bare(host))
        || port_of_url != port
}

/// An address of IPv6 without its brackets.
fn bare(host: &str) -> &str {
    host.trim_start_matches('[').trim_end_matches(']')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_told_by_the_address_that_curl_names() {
        let is_meant = |text: &str, url: &str| {
            let (url, _) = RemoteUrl::parse(url).expect("an address");
            is_meant(&format!("fatal: unable to access 'x': Failed to connect to {text}"), &url)
        };
        let url = "https://host.example/x";
        assert!(!is_meant("host.example port 443 after 0 ms: Couldn't connect to server", url));
        assert!(is_meant("proxy.example port 8080 after 0 ms: Couldn't connect to server", url));
        assert!(is_meant("host.example port 8080: Connection refused", url));
        assert!(is_meant("host.example port 443 via proxy.example after 0 ms: Couldn't connect", url));
        assert!(!is_meant("[::1] port 3000 after 0 ms: Couldn't connect", "http://[::1]:3000/x"));
    }
}
