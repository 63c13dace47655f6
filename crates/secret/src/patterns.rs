//! Tokens and keys that can be told by their looks: providers give them a prefix for just that.

use std::collections::BTreeSet;
use std::sync::{LazyLock, OnceLock};

use aho_corasick::AhoCorasick;
use regex::bytes::{Regex, RegexBuilder};

use crate::judge::{is_placeholder, is_random};

/// What a secret looks like.
struct Pattern {
    /// With its article, for people.
    what: &'static str,
    /// One of these is in it, in letters of either case: most texts have none, and cost nothing more.
    marks: &'static [&'static str],
    /// Its group is the secret.
    regex: &'static str,
    /// Whether the secret has to look drawn by lot: the prefix alone occurs in other things too.
    random: bool,
}

const fn sure(what: &'static str, marks: &'static [&'static str], regex: &'static str) -> Pattern {
    Pattern { what, marks, regex, random: false }
}

const fn random(what: &'static str, marks: &'static [&'static str], regex: &'static str) -> Pattern {
    Pattern { what, marks, regex, random: true }
}

/// From what the providers document of their tokens.
const PATTERNS: [Pattern; 41] = [
    sure(
        "a private key",
        &["PRIVATE KEY"],
        r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----(?:\s|\\[nr])+(?:[\w-]+: .*\s+)*([A-Za-z0-9+/=]{24,})",
    ),
    sure("an AWS access key", &["AKIA", "ASIA"], r"\b((?:AKIA|ASIA)[A-Z2-7]{16})\b"),
    sure("a GitHub token", &["ghp_", "gho_", "ghu_", "ghs_", "ghr_"], r"\b(gh[pousr]_[A-Za-z0-9]{36,255})\b"),
    sure("a GitHub token", &["github_pat_"], r"\b(github_pat_[A-Za-z0-9_]{36,255})\b"),
    sure(
        "a GitLab token",
        &["glpat-", "gldt-", "glrt-", "glcbt-", "glptt-", "glsoat-", "glft-", "glimt-", "glagent-", "gloas-"],
        r"\b(gl(?:pat|dt|rt|cbt|ptt|soat|ft|imt|agent|oas)-[A-Za-z0-9_.-]{20,})",
    ),
    sure("a Bitbucket token", &["ATBB", "ATCTT3"], r"\b(ATBB[A-Za-z0-9]{28,}|ATCTT3[A-Za-z0-9_=-]{60,})"),
    sure("an Atlassian token", &["ATATT3"], r"\b(ATATT3[A-Za-z0-9_=-]{60,})"),
    sure("a Slack token", &["xox", "xapp-"], r"\b(xox[abeoprs]-[A-Za-z0-9-]{10,}|xapp-\d-[A-Za-z0-9-]{20,})"),
    sure(
        "a Slack webhook",
        &["hooks.slack.com"],
        r"(https://hooks\.slack\.com/(?:services|workflows)/[A-Za-z0-9/]{30,})",
    ),
    sure(
        "a Discord webhook",
        &["/api/webhooks/"],
        r"(https://(?:\w+\.)?discord(?:app)?\.com/api/webhooks/\d{17,20}/[\w-]{60,})",
    ),
    sure(
        "a Microsoft Teams webhook",
        &["webhook.office.com"],
        r"(https://[\w-]+\.webhook\.office\.com/webhookb2/[\w@-]+/IncomingWebhook/\w{32}/[\w-]{36})",
    ),
    sure("a Google API key", &["AIza"], r"\b(AIza[A-Za-z0-9_-]{35})"),
    sure("a Google client secret", &["GOCSPX-"], r"\b(GOCSPX-[A-Za-z0-9_-]{28})"),
    sure("a Google access token", &["ya29."], r"\b(ya29\.[A-Za-z0-9_-]{30,})"),
    sure(
        "a Stripe key",
        &["k_live_", "k_test_", "whsec_"],
        r"\b((?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9+/=]{32,})",
    ),
    sure(
        "an OpenAI key",
        &["T3BlbkFJ"],
        r"\b(sk-(?:proj-|svcacct-|admin-)?[A-Za-z0-9_-]{16,}T3BlbkFJ[A-Za-z0-9_-]{16,})",
    ),
    sure("an Anthropic key", &["sk-ant-"], r"\b(sk-ant-[a-z0-9]+-[A-Za-z0-9_-]{80,})"),
    sure("a Hugging Face token", &["hf_"], r"\b(hf_[A-Za-z]{34})\b"),
    sure("an npm token", &["npm_"], r"\b(npm_[A-Za-z0-9]{36})\b"),
    sure("a PyPI token", &["pypi-AgE"], r"\b(pypi-AgE[A-Za-z0-9_-]{50,})"),
    sure("a crates.io token", &["cio"], r"\b(cio[A-Za-z0-9]{32})\b"),
    sure("a Docker Hub token", &["dckr_"], r"\b(dckr_(?:pat|oat)_[A-Za-z0-9_-]{27,})"),
    sure("a DigitalOcean token", &["_v1_"], r"\b(do[opr]_v1_[a-f0-9]{64})\b"),
    sure("a Heroku key", &["HRKU-"], r"\b(HRKU-[A-Za-z0-9_-]{36,})"),
    sure("a SendGrid key", &["SG."], r"\b(SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43})"),
    sure("a Mailgun key", &["key-"], r"\b(key-[a-f0-9]{32})\b"),
    sure("a Mailchimp key", &["-us"], r"\b([a-f0-9]{32}-us\d{1,2})\b"),
    sure("a Telegram bot token", &[":AA"], r"\b(\d{8,10}:AA[A-Za-z0-9_-]{33})\b"),
    sure(
        "a Shopify token",
        &["shpat_", "shpca_", "shppa_", "shpss_"],
        r"\b(shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32})\b",
    ),
    sure("a Square token", &["EAAA", "sq0"], r"\b(EAAA[A-Za-z0-9_-]{60}|sq0[a-z]{3}-[A-Za-z0-9_-]{22,43})\b"),
    sure("a Databricks token", &["dapi"], r"\b(dapi[a-f0-9]{32}(?:-\d)?)\b"),
    sure(
        "a Grafana token",
        &["glsa_", "glc_"],
        r"\b(glsa_[A-Za-z0-9]{32}_[a-f0-9]{8}|glc_[A-Za-z0-9+/=]{32,})",
    ),
    sure("a HashiCorp Vault token", &["hvs.", "hvb.", "hvr."], r"\b(hv[sbr]\.[A-Za-z0-9_-]{24,})"),
    sure("a Terraform Cloud token", &[".atlasv1."], r"\b([A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,})"),
    sure("a Postman key", &["PMAK-"], r"\b(PMAK-[a-f0-9]{24}-[a-f0-9]{34})\b"),
    sure("a Harness token", &["at."], r"\b([ps]at\.[A-Za-z0-9_-]{22}\.[a-f0-9]{24}\.[A-Za-z0-9]{20})\b"),
    sure("an age key", &["AGE-SECRET-KEY-"], r"\b(AGE-SECRET-KEY-1[0-9A-Z]{58})\b"),
    sure("an Azure storage key", &["AccountKey="], r"\bAccountKey=([A-Za-z0-9+/]{86}==)"),
    random(
        "a token that was signed (JWT)",
        &["eyJ"],
        r"\b(eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,})",
    ),
    random(
        "what signs a request in",
        &["bearer", "token"],
        r"(?i)\b(?:Bearer|Token)\s+([A-Za-z0-9_.=+/-]{20,})",
    ),
    sure(
        "an address with its password",
        &["://"],
        r"\b[a-zA-Z][a-zA-Z0-9+.-]*://[^\s/:@<{$%]*:([^\s/:@<{$%]{3,})@[^\s/@]",
    ),
];

/// Finds the marks of all patterns in one pass.
struct Marks {
    all: AhoCorasick,
    /// The pattern of each.
    of: Vec<usize>,
}

static MARKS: LazyLock<Marks> = LazyLock::new(|| {
    let marks =
        PATTERNS.iter().enumerate().flat_map(|(at, pattern)| pattern.marks.iter().map(move |it| (*it, at)));
    let (marks, of): (Vec<&str>, Vec<usize>) = marks.unzip();
    let all = AhoCorasick::builder().ascii_case_insensitive(true).build(marks);
    Marks { all: all.expect("there are few, and short ones"), of }
});

/// Each is made when its mark is met.
static REGEXES: [OnceLock<Regex>; PATTERNS.len()] = [const { OnceLock::new() }; PATTERNS.len()];

impl Marks {
    /// The patterns that a text may have, in their order.
    fn patterns_in(&self, text: &str) -> BTreeSet<usize> {
        self.all.find_overlapping_iter(text).map(|found| self.of[found.pattern().as_usize()]).collect()
    }
}

fn regex(at: usize) -> &'static Regex {
    let make = || RegexBuilder::new(PATTERNS[at].regex).unicode(false).build();
    REGEXES[at].get_or_init(|| make().expect("the patterns are tested"))
}

/// A text shorter than this holds none: the shortest is an address with its password.
const SHORTEST: usize = 12;

/// A secret in a text that can be told by its looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Match<'t> {
    pub(crate) what: &'static str,
    pub(crate) secret: &'t str,
    /// In bytes of the text.
    pub(crate) start: usize,
}

/// All that look like a secret, in the order in which they stand.
pub(crate) fn matches(text: &str) -> Vec<Match<'_>> {
    let mut found = Vec::new();
    if text.len() < SHORTEST {
        return found;
    }
    for index in MARKS.patterns_in(text) {
        let pattern = &PATTERNS[index];
        for captures in regex(index).captures_iter(text.as_bytes()) {
            let secret = captures.get(1).and_then(|group| Some((text.get(group.range())?, group.start())));
            let Some((secret, start)) = secret else { continue };
            let is_own_name = is_user_before(text, start, secret);
            if !is_own_name && !is_placeholder(secret) && (!pattern.random || is_random(secret)) {
                found.push(Match { what: pattern.what, secret, start });
            }
        }
    }
    found.sort_by_key(|one| one.start);
    found.dedup_by_key(|one| one.start);
    found
}

/// Whether a password is the user's name before it, as `postgres:postgres@`: what a fresh database has.
fn is_user_before(text: &str, start: usize, password: &str) -> bool {
    let before = text[..start].strip_suffix(':').and_then(|before| before.strip_suffix(password));
    before.is_some_and(|before| before.ends_with("://"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_is_a_regex_with_one_group() {
        assert!((0..PATTERNS.len()).all(|at| regex(at).captures_len() == 2));
    }
}
