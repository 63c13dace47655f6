//! Which forge a remote lies at, and its pages: where a token is made, where a key is added, where a pull request
//! is opened.

use super::url::{Protocol, RemoteUrl};
use super::{Credentials, Remote};

/// A forge whose pages are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Forge {
    /// github.com and GitHub Enterprise.
    GitHub,
    /// gitlab.com and those that a company runs.
    GitLab,
    /// bitbucket.org. What a company runs under that name is another product with other pages.
    Bitbucket,
    /// Gitea and Forgejo: codeberg.org, and those that a company runs.
    Gitea,
}

/// What hosts, and realms of sign-in, are called.
const NAMES: [(&str, Forge); 6] = [
    ("github", Forge::GitHub),
    ("gitlab", Forge::GitLab),
    ("bitbucket.org", Forge::Bitbucket),
    ("codeberg.org", Forge::Gitea),
    ("gitea", Forge::Gitea),
    ("forgejo", Forge::Gitea),
];

impl Forge {
    /// The forge of an address. `realm` is what the server called itself when it asked for a user name; without it
    /// the host's name tells, or nothing.
    pub(super) fn of(url: &RemoteUrl, realm: Option<&str>) -> Option<Self> {
        let host = url.host()?;
        let is_named = |text: &str, name: &str| text.to_ascii_lowercase().contains(name);
        let named = |text: &str| NAMES.iter().find(|(name, _)| is_named(text, name)).map(|(_, forge)| *forge);
        named(host).or_else(|| realm.and_then(named))
    }

    /// Where a token is made, and the least that it has to be good for: this repository, where the forge can.
    pub(super) fn token_hints(self, url: &RemoteUrl) -> Vec<String> {
        let (site, path) = (site(url), url.path());
        match self {
            Self::GitHub => vec![format!(
                "make a token at {site}/settings/personal-access-tokens/new: only for the repository {path}, \
                 permission Contents: Read and write"
            )],
            Self::GitLab => vec![
                format!(
                    "make a token for this project only at {site}/{path}/-/settings/access_tokens: role Developer, \
                     scope write_repository"
                ),
                format!(
                    "or one for all your projects at {site}/-/user_settings/personal_access_tokens\
                     ?name=Syncline&scopes=write_repository"
                ),
            ],
            Self::Bitbucket => vec![
                format!(
                    "make a token for this repository only at {site}/{path}/admin/access-tokens: permission \
                     Repositories: Write"
                ),
                "or an API token at https://id.atlassian.com/manage-profile/security/api-tokens: scopes \
                 read:repository:bitbucket and write:repository:bitbucket"
                    .to_owned(),
            ],
            Self::Gitea => vec![
                format!(
                    "make a token at {site}/user/settings/applications: permission repository: Read and Write, \
                     nothing else"
                ),
                format!(
                    "or, for this repository only, add a deploy key at {site}/{path}/settings/keys and use the ssh \
                     address"
                ),
            ],
        }
    }

    /// Where a public key is added.
    pub(super) fn key_page(self, url: &RemoteUrl) -> String {
        let page = match self {
            Self::GitHub => "settings/keys",
            Self::GitLab => "-/user_settings/ssh_keys",
            Self::Bitbucket => "account/settings/ssh-keys/",
            Self::Gitea => "user/settings/keys",
        };
        format!("{}/{page}", site(url))
    }

    /// Where a pull request is opened; for Gitea only where the branch to go into is known.
    pub(super) fn pull_request_page(
        self,
        url: &RemoteUrl,
        branch: &str,
        into: Option<&str>,
    ) -> Option<String> {
        let (site, path, branch) = (site(url), url.path(), encoded(branch));
        let into = into.map(encoded);
        Some(match (self, into) {
            (Self::GitHub, Some(into)) => format!("{site}/{path}/compare/{into}...{branch}?expand=1"),
            (Self::GitHub, None) => format!("{site}/{path}/pull/new/{branch}"),
            (Self::GitLab, into) => {
                let into = into.map(|into| format!("&merge_request%5Btarget_branch%5D={into}"));
                let into = into.unwrap_or_default();
                format!("{site}/{path}/-/merge_requests/new?merge_request%5Bsource_branch%5D={branch}{into}")
            }
            (Self::Bitbucket, into) => {
                let into = into.map(|into| format!("&dest={into}")).unwrap_or_default();
                format!("{site}/{path}/pull-requests/new?source={branch}{into}")
            }
            (Self::Gitea, Some(into)) => format!("{site}/{path}/compare/{into}...{branch}"),
            (Self::Gitea, None) => return None,
        })
    }
}

impl Remote {
    /// Where a pull request from a branch is opened, into the other or, where none is named, into the usual one.
    /// `None` where the address does not tell whose pages these would be.
    pub fn pull_request_page(&self, branch: &str, into: Option<&str>) -> Option<String> {
        Forge::of(&self.url, None)?.pull_request_page(&self.url, branch, into)
    }
}

/// The name to sign in with, where none was given: Bitbucket alone asks for one that goes with the kind of token.
pub(super) fn user_name<'a>(url: &RemoteUrl, credentials: &'a Credentials) -> &'a str {
    let is_bitbucket = Forge::of(url, None) == Some(Forge::Bitbucket);
    if !is_bitbucket || credentials.username != Credentials::ANY_NAME {
        return &credentials.username;
    }
    // API tokens begin like all of Atlassian's; a repository's own with another letter.
    if credentials.token.expose().starts_with("ATATT") {
        "x-bitbucket-api-token-auth"
    } else {
        "x-token-auth"
    }
}

/// The page of the repository.
pub(super) fn page(url: &RemoteUrl) -> String {
    format!("{}/{}", site(url), url.path())
}

/// Hosts at which a forge takes ssh on a port that firewalls let through, and where its pages are.
const SSH_HOSTS: [(&str, &str); 3] = [
    ("ssh.github.com", "github.com"),
    ("altssh.gitlab.com", "gitlab.com"),
    ("altssh.bitbucket.org", "bitbucket.org"),
];

/// The address of the forge's pages. An ssh address tells no port of theirs.
fn site(url: &RemoteUrl) -> String {
    let host = url.host().unwrap_or_default();
    let host = SSH_HOSTS.iter().find(|(ssh, _)| *ssh == host).map_or(host, |(_, host)| *host);
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    match url.protocol() {
        Protocol::Http => format!("http://{host}{port}"),
        Protocol::Https => format!("https://{host}{port}"),
        _ => format!("https://{host}"),
    }
}

/// A branch's name in an address; its slashes stay, as the forges write them.
fn encoded(branch: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    branch
        .bytes()
        .map(|byte| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> RemoteUrl {
        RemoteUrl::parse(text).expect("an address").0
    }

    #[test]
    fn a_forge_is_known_by_its_host_or_by_what_it_calls_itself() {
        let rows = [
            ("https://github.com/team/api.git", None, Some(Forge::GitHub)),
            ("git@github.com:team/api.git", None, Some(Forge::GitHub)),
            ("ssh://git@altssh.gitlab.com:443/team/sub/api.git", None, Some(Forge::GitLab)),
            ("https://gitlab.example.com/team/api", None, Some(Forge::GitLab)),
            ("https://bitbucket.org/team/api", None, Some(Forge::Bitbucket)),
            ("https://bitbucket.example.com/scm/team/api", None, None),
            ("https://codeberg.org/team/api", None, Some(Forge::Gitea)),
            ("https://git.example.com/team/api", Some("Gitea"), Some(Forge::Gitea)),
            ("https://git.example.com/team/api", Some("GitLab"), Some(Forge::GitLab)),
            ("https://git.example.com/team/api", Some("git"), None),
            ("/srv/github/api.git", None, None),
        ];
        for (text, realm, forge) in rows {
            assert_eq!(Forge::of(&url(text), realm), forge, "{text} {realm:?}");
        }
    }

    #[test]
    fn a_token_is_made_for_one_repository_where_that_can_be() {
        let rows = [
            (
                "https://github.com/team/api.git",
                "https://github.com/settings/personal-access-tokens/new",
                "only for",
            ),
            (
                "git@gitlab.com:team/sub/api.git",
                "https://gitlab.com/team/sub/api/-/settings/access_tokens",
                "only",
            ),
            ("https://bitbucket.org/team/api", "https://bitbucket.org/team/api/admin/access-tokens", "only"),
            ("https://codeberg.org/team/api", "https://codeberg.org/user/settings/applications", "only"),
        ];
        for (text, page, scope) in rows {
            let url = url(text);
            let hints = Forge::of(&url, None).expect("a forge").token_hints(&url).join("\n");
            assert!(hints.contains(page) && hints.contains(scope), "{hints}");
        }
    }

    #[test]
    fn where_a_pull_request_is_opened() {
        let rows = [
            (
                "git@github.com:team/api.git",
                Some("main"),
                "https://github.com/team/api/compare/main...fix/a%20b?expand=1",
            ),
            ("https://github.com/team/api", None, "https://github.com/team/api/pull/new/fix/a%20b"),
            (
                "ssh://git@gitlab.example.com:2222/team/sub/api.git",
                Some("main"),
                "https://gitlab.example.com/team/sub/api/-/merge_requests/new\
                 ?merge_request%5Bsource_branch%5D=fix/a%20b&merge_request%5Btarget_branch%5D=main",
            ),
            (
                "git@bitbucket.org:team/api.git",
                Some("main"),
                "https://bitbucket.org/team/api/pull-requests/new?source=fix/a%20b&dest=main",
            ),
            (
                "http://gitea.example.com:3000/team/api.git",
                Some("main"),
                "http://gitea.example.com:3000/team/api/compare/main...fix/a%20b",
            ),
        ];
        for (text, into, page) in rows {
            let url = url(text);
            let forge = Forge::of(&url, None).expect("a forge");
            assert_eq!(forge.pull_request_page(&url, "fix/a b", into).as_deref(), Some(page));
        }
    }

    #[test]
    fn bitbucket_gets_the_name_that_goes_with_the_token() {
        let bitbucket = url("https://bitbucket.org/team/api");
        let name = |username: &str, token: &str| {
            user_name(&bitbucket, &Credentials::new(username, token)).to_owned()
        };
        assert_eq!(name("", "ATCTT3x"), "x-token-auth");
        assert_eq!(name("", "ATATT3x"), "x-bitbucket-api-token-auth");
        assert_eq!(name("ann", "ATATT3x"), "ann");
        assert_eq!(user_name(&url("https://github.com/team/api"), &Credentials::new("", "ATATT3x")), "git");
    }
}
