//! Tokens and keys that can be told by their looks: providers give them a prefix for just that.

use std::collections::BTreeSet;
use std::sync::{LazyLock, OnceLock};

use aho_corasick::AhoCorasick;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use regex::bytes::{Regex, RegexBuilder};

use crate::judge::{is_chosen, is_placeholder, is_random};

/// What a secret looks like.
struct Pattern {
    /// With its article, for people.
    what: &'static str,
    /// One of these is in it, in letters of either case: most texts have none, and cost nothing more.
    marks: &'static [&'static str],
    /// Its group is the secret.
    regex: &'static str,
    /// What else the secret has to be: the looks alone occur in other things too.
    test: fn(&str) -> bool,
}

const fn sure(what: &'static str, marks: &'static [&'static str], regex: &'static str) -> Pattern {
    Pattern { what, marks, regex, test: |_| true }
}

const fn random(what: &'static str, marks: &'static [&'static str], regex: &'static str) -> Pattern {
    Pattern { what, marks, regex, test: is_random }
}

/// From what the providers document of their tokens.
const PATTERNS: [Pattern; 86] = [
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
    sure("an Okta token", &["SSWS "], r"\bSSWS\s+(00[A-Za-z0-9_-]{40})"),
    sure("a Linear key", &["lin_api_"], r"\b(lin_api_[A-Za-z0-9]{40})\b"),
    sure("a Notion token", &["ntn_", "secret_"], r"\b(ntn_[A-Za-z0-9]{40,}|secret_[A-Za-z0-9]{43})\b"),
    sure("a Figma token", &["figd_"], r"\b(figd_[A-Za-z0-9_-]{40,})"),
    sure("an Airtable token", &["pat"], r"\b(pat[A-Za-z0-9]{14}\.[a-f0-9]{64})\b"),
    sure("a New Relic key", &["NRAK-"], r"\b(NRAK-[A-Z0-9]{27})\b"),
    sure(
        "a Sentry token",
        &["sntrys_", "sntryu_"],
        r"\b(sntrys_eyJ[A-Za-z0-9+/=_-]{60,}|sntryu_[a-f0-9]{64})",
    ),
    sure("a PlanetScale token", &["pscale_"], r"\b(pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.=-]{32,})"),
    sure("a Supabase key", &["sbp_", "sb_secret_"], r"\b(sbp_[a-f0-9]{40}|sb_secret_[A-Za-z0-9_-]{20,})"),
    sure("a Netlify token", &["nfp_"], r"\b(nfp_[A-Za-z0-9]{36,})\b"),
    sure("a Fly.io token", &["fm1r_", "fm2_", "fo1_"], r"\b((?:fm1r|fm2|fo1)_[A-Za-z0-9+/=_-]{40,})"),
    sure(
        "a Doppler token",
        &["dp."],
        r"\b(dp\.(?:ct|pt|st|sa|scim|audit)\.(?:[a-z0-9_-]+\.)?[A-Za-z0-9]{40,})",
    ),
    sure("a Pulumi token", &["pul-"], r"\b(pul-[a-f0-9]{40})\b"),
    sure("a RubyGems key", &["rubygems_"], r"\b(rubygems_[a-f0-9]{48})\b"),
    sure("a NuGet key", &["oy2"], r"\b(oy2[a-z0-9]{43})\b"),
    sure("a Sonar token", &["squ_", "sqp_", "sqa_"], r"\b(sq[upa]_[a-f0-9]{40})\b"),
    sure("an Artifactory key", &["AKCp", "cmVmdGtu"], r"\b(AKCp[A-Za-z0-9]{69,}|cmVmdGtu[A-Za-z0-9]{56})\b"),
    sure("a Dynatrace token", &["dt0c01.", "dt0s"], r"\b(dt0[a-z]\d\d\.[A-Z0-9]{8,24}\.[A-Z0-9]{64})\b"),
    sure("a client secret of Azure", &["Q~"], r"(?:^|[^\w~.-])([\w~.-]{3}\dQ~[\w~.-]{31,34})(?:$|[^\w~.-])"),
    sure("an Azure address that is signed", &["sig="], r"[?&]sig=([A-Za-z0-9%+/]{40,}(?:%3D|=))"),
    sure("a Buildkite token", &["bkua_"], r"\b(bkua_[a-f0-9]{40})\b"),
    sure("a CircleCI token", &["CCIPAT_"], r"\b(CCIPAT_[A-Za-z0-9]{22}_[a-f0-9]{40})\b"),
    sure("a Contentful token", &["CFPAT-"], r"\b(CFPAT-[A-Za-z0-9_-]{43})"),
    sure("a Groq key", &["gsk_"], r"\b(gsk_[A-Za-z0-9]{52})\b"),
    sure("a Perplexity key", &["pplx-"], r"\b(pplx-[A-Za-z0-9]{48})\b"),
    sure("an xAI key", &["xai-"], r"\b(xai-[A-Za-z0-9]{80})\b"),
    sure("an OpenRouter key", &["sk-or-"], r"\b(sk-or-v1-[a-f0-9]{64})\b"),
    sure("a Replicate token", &["r8_"], r"\b(r8_[A-Za-z0-9]{37})\b"),
    sure("a LangSmith key", &["lsv2_"], r"\b(lsv2_(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10})\b"),
    sure("a Pinecone key", &["pcsk_"], r"\b(pcsk_[A-Za-z0-9]{5,6}_[A-Za-z0-9]{60,})\b"),
    sure("a Prefect key", &["pnu_", "pnb_"], r"\b(pn[ub]_[A-Za-z0-9]{36})\b"),
    sure("a ReadMe key", &["rdme_"], r"\b(rdme_[a-z0-9]{70})\b"),
    sure("a Brevo key", &["xkeysib-"], r"\b(xkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16})\b"),
    sure("a Shippo token", &["shippo_"], r"\b(shippo_(?:live|test)_[a-f0-9]{40})\b"),
    sure("a Typeform token", &["tfp_"], r"\b(tfp_[A-Za-z0-9_.=-]{40,60})"),
    sure("a 1Password token", &["ops_eyJ"], r"\b(ops_eyJ[A-Za-z0-9+/=_-]{200,})"),
    sure("a Tailscale key", &["tskey-"], r"\b(tskey-[a-z]+-[A-Za-z0-9]+-[A-Za-z0-9]{20,})\b"),
    sure("a Mapbox token", &["sk.eyJ"], r"\b(sk\.eyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,})"),
    sure("a Cloudflare key", &["v1.0-"], r"\b(v1\.0-[a-f0-9]{24}-[a-f0-9]{146})\b"),
    sure("an EasyPost key", &["EZAK", "EZTK"], r"\b(EZ[AT]K[A-Za-z0-9]{54})\b"),
    sure("a Frame.io token", &["fio-u-"], r"\b(fio-u-[A-Za-z0-9_=-]{64})"),
    sure("a Yandex key", &["AQVN"], r"\b(AQVN[A-Za-z0-9_-]{35,38})\b"),
    sure("a Sourcegraph token", &["sgp_"], r"\b(sgp_(?:[a-f0-9]{16}_|local_)?[a-f0-9]{40})\b"),
    sure("a Dropbox token", &["sl."], r"\b(sl\.[A-Za-z0-9_-]{120,})"),
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
    // Of name and password together, as a header has them.
    Pattern {
        what: "what signs a request in",
        marks: &["basic "],
        regex: r"(?i)\bBasic\s+([A-Za-z0-9+/]{12,}={0,2})",
        test: is_name_and_password,
    },
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
            if !is_own_name && !is_placeholder(secret) && (pattern.test)(secret) {
                found.push(Match { what: pattern.what, secret, start });
            }
        }
    }
    found.sort_by_key(|one| one.start);
    found.dedup_by_key(|one| one.start);
    found
}

/// Whether a text is a name and a password that somebody chose, as they are sent to sign in.
fn is_name_and_password(text: &str) -> bool {
    let bytes = STANDARD.decode(text).unwrap_or_default();
    let pair = str::from_utf8(&bytes).ok().and_then(|text| text.split_once(':'));
    pair.is_some_and(|(name, password)| {
        let is_own_name = password.eq_ignore_ascii_case(name);
        (is_chosen(password) || is_random(password)) && !is_own_name && !is_placeholder(password)
    })
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
