//! Tokens and keys that can be told by their looks: providers give them a prefix for just that.

use std::sync::LazyLock;

use regex::bytes::{Regex, RegexBuilder, RegexSet, RegexSetBuilder};

use crate::judge::{is_placeholder, is_random};

/// What a secret looks like.
struct Pattern {
    /// With its article, for people.
    what: &'static str,
    /// Where it has a group, that is the secret.
    regex: &'static str,
    /// Whether the secret has to look drawn by lot: the prefix alone occurs in other things too.
    random: bool,
}

const fn sure(what: &'static str, regex: &'static str) -> Pattern {
    Pattern { what, regex, random: false }
}

const fn random(what: &'static str, regex: &'static str) -> Pattern {
    Pattern { what, regex, random: true }
}

/// From what the providers document of their tokens.
const PATTERNS: [Pattern; 41] = [
    sure(
        "a private key",
        r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----\s+(?:[\w-]+: .*\s+)*([A-Za-z0-9+/=]{24,})",
    ),
    sure("an AWS access key", r"\b((?:AKIA|ASIA)[A-Z2-7]{16})\b"),
    sure("a GitHub token", r"\b(gh[pousr]_[A-Za-z0-9]{36,255})\b"),
    sure("a GitHub token", r"\b(github_pat_[A-Za-z0-9_]{36,255})\b"),
    sure("a GitLab token", r"\b(gl(?:pat|dt|rt|cbt|ptt|soat|ft|imt|agent|oas)-[A-Za-z0-9_.-]{20,})"),
    sure("a Bitbucket token", r"\b(ATBB[A-Za-z0-9]{28,}|ATCTT3[A-Za-z0-9_=-]{60,})"),
    sure("an Atlassian token", r"\b(ATATT3[A-Za-z0-9_=-]{60,})"),
    sure("a Slack token", r"\b(xox[abeoprs]-[A-Za-z0-9-]{10,}|xapp-\d-[A-Za-z0-9-]{20,})"),
    sure("a Slack webhook", r"(https://hooks\.slack\.com/(?:services|workflows)/[A-Za-z0-9/]{30,})"),
    sure("a Discord webhook", r"(https://(?:\w+\.)?discord(?:app)?\.com/api/webhooks/\d{17,20}/[\w-]{60,})"),
    sure(
        "a Microsoft Teams webhook",
        r"(https://[\w-]+\.webhook\.office\.com/webhookb2/[\w@-]+/IncomingWebhook/\w{32}/[\w-]{36})",
    ),
    sure("a Google API key", r"\b(AIza[A-Za-z0-9_-]{35})"),
    sure("a Google client secret", r"\b(GOCSPX-[A-Za-z0-9_-]{28})"),
    sure("a Google access token", r"\b(ya29\.[A-Za-z0-9_-]{30,})"),
    sure("a Stripe key", r"\b((?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9+/=]{32,})"),
    sure("an OpenAI key", r"\b(sk-(?:proj-|svcacct-|admin-)?[A-Za-z0-9_-]{16,}T3BlbkFJ[A-Za-z0-9_-]{16,})"),
    sure("an Anthropic key", r"\b(sk-ant-[a-z0-9]+-[A-Za-z0-9_-]{80,})"),
    sure("a Hugging Face token", r"\b(hf_[A-Za-z]{34})\b"),
    sure("an npm token", r"\b(npm_[A-Za-z0-9]{36})\b"),
    sure("a PyPI token", r"\b(pypi-AgE[A-Za-z0-9_-]{50,})"),
    sure("a crates.io token", r"\b(cio[A-Za-z0-9]{32})\b"),
    sure("a Docker Hub token", r"\b(dckr_(?:pat|oat)_[A-Za-z0-9_-]{27,})"),
    sure("a DigitalOcean token", r"\b(do[opr]_v1_[a-f0-9]{64})\b"),
    sure("a Heroku key", r"\b(HRKU-[A-Za-z0-9_-]{36,})"),
    sure("a SendGrid key", r"\b(SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43})"),
    sure("a Mailgun key", r"\b(key-[a-f0-9]{32})\b"),
    sure("a Mailchimp key", r"\b([a-f0-9]{32}-us\d{1,2})\b"),
    sure("a Telegram bot token", r"\b(\d{8,10}:AA[A-Za-z0-9_-]{33})\b"),
    sure("a Shopify token", r"\b(shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32})\b"),
    sure("a Square token", r"\b(EAAA[A-Za-z0-9_-]{60}|sq0[a-z]{3}-[A-Za-z0-9_-]{22,43})\b"),
    sure("a Databricks token", r"\b(dapi[a-f0-9]{32}(?:-\d)?)\b"),
    sure("a Grafana token", r"\b(glsa_[A-Za-z0-9]{32}_[a-f0-9]{8}|glc_[A-Za-z0-9+/=]{32,})"),
    sure("a HashiCorp Vault token", r"\b(hv[sbr]\.[A-Za-z0-9_-]{24,})"),
    sure("a Terraform Cloud token", r"\b([A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,})"),
    sure("a Postman key", r"\b(PMAK-[a-f0-9]{24}-[a-f0-9]{34})\b"),
    sure("a Harness token", r"\b([ps]at\.[A-Za-z0-9_-]{22}\.[a-f0-9]{24}\.[A-Za-z0-9]{20})\b"),
    sure("an age key", r"\b(AGE-SECRET-KEY-1[0-9A-Z]{58})\b"),
    sure("an Azure storage key", r"\bAccountKey=([A-Za-z0-9+/]{86}==)"),
    random(
        "a token that was signed (JWT)",
        r"\b(eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,})",
    ),
    random("what signs a request in", r"(?i)\b(?:Bearer|Token)\s+([A-Za-z0-9_.=+/-]{20,})"),
    sure(
        "an address with its password",
        r"\b[a-zA-Z][a-zA-Z0-9+.-]*://[^\s/:@<{$%]+:([^\s/:@<{$%]{3,})@[^\s/@]",
    ),
];

static ANY: LazyLock<RegexSet> = LazyLock::new(|| {
    let mut all = RegexSetBuilder::new(PATTERNS.iter().map(|pattern| pattern.regex));
    all.unicode(false).build().expect("the patterns are tested")
});

static EACH: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let regex = |pattern: &Pattern| RegexBuilder::new(pattern.regex).unicode(false).build();
    PATTERNS.iter().map(|pattern| regex(pattern).expect("the patterns are tested")).collect()
});

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
    for index in ANY.matches(text.as_bytes()) {
        let pattern = &PATTERNS[index];
        for captures in EACH[index].captures_iter(text.as_bytes()) {
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
        assert!(EACH.iter().all(|regex| regex.captures_len() == 2));
        assert_eq!(ANY.len(), PATTERNS.len());
    }
}
