//! Signatures over the raw body, compared in constant time.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, Mac};
use http::HeaderMap;
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::{Sender, header};

/// By how much a signed time may differ from ours, in seconds (Standard Webhooks leaves it open; its libraries take
/// five minutes).
const MOST_APART: u64 = 300;

/// The secret of a hook; never printed.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// A secret as it was given to the sender.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The key of a signature of Standard Webhooks: after `whsec_` it is in base64.
    fn standard_key(&self) -> Vec<u8> {
        let decoded = self.0.strip_prefix("whsec_").and_then(|text| BASE64.decode(text).ok());
        decoded.unwrap_or_else(|| self.0.clone().into_bytes())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

/// A request that may come from anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unverified {
    /// It is not signed.
    #[error("the header `{0}` is missing: the hook has no secret, or the request is not from the forge")]
    Missing(&'static str),
    /// It is signed with something else.
    #[error("the signature in `{0}` is wrong: the hook has another secret, or the request was changed")]
    Wrong(&'static str),
    /// It was signed too long ago, or will be.
    #[error("the request was signed {0} seconds apart from this server's time")]
    Apart(u64),
}

const GITHUB: &str = "x-hub-signature-256";
const BITBUCKET: &str = "x-hub-signature";
const GITLAB_TOKEN: &str = "x-gitlab-token";
const STANDARD: &str = "webhook-signature";
const STANDARD_ID: &str = "webhook-id";
const STANDARD_TIME: &str = "webhook-timestamp";
const GITEA: [&str; 3] = ["x-forgejo-signature", "x-gitea-signature", "x-gogs-signature"];

/// Whether a request comes from somebody who knows the hook's secret. `now` is the time in seconds since 1970: a signed
/// time keeps an old request from being sent again.
pub fn verify(
    sender: Sender,
    secret: &Secret,
    headers: &HeaderMap,
    body: &[u8],
    now: i64,
) -> Result<(), Unverified> {
    match sender {
        Sender::GitLab | Sender::Generic if headers.contains_key(STANDARD) => {
            standard(secret, headers, body, now)
        }
        Sender::GitHub | Sender::Generic => prefixed(GITHUB, secret, headers, body),
        Sender::Bitbucket => prefixed(BITBUCKET, secret, headers, body),
        Sender::GitLab => token(secret, headers),
        Sender::Gitea => gitea(secret, headers, body),
    }
}

/// `sha256=` and the HMAC in hex.
fn prefixed(name: &'static str, secret: &Secret, headers: &HeaderMap, body: &[u8]) -> Result<(), Unverified> {
    let signature = header(headers, name).ok_or(Unverified::Missing(name))?;
    let signature = signature.strip_prefix("sha256=").and_then(from_hex).ok_or(Unverified::Wrong(name))?;
    equal(name, &hmac(secret.0.as_bytes(), &[body]), &signature)
}

/// The HMAC in hex, under whichever name the program has.
fn gitea(secret: &Secret, headers: &HeaderMap, body: &[u8]) -> Result<(), Unverified> {
    let found = GITEA.into_iter().find_map(|name| Some((name, header(headers, name)?)));
    let Some((name, signature)) = found else { return prefixed(GITHUB, secret, headers, body) };
    let signature = from_hex(signature).ok_or(Unverified::Wrong(name))?;
    equal(name, &hmac(secret.0.as_bytes(), &[body]), &signature)
}

/// The secret itself.
fn token(secret: &Secret, headers: &HeaderMap) -> Result<(), Unverified> {
    let token = headers.get(GITLAB_TOKEN).ok_or(Unverified::Missing(GITLAB_TOKEN))?;
    equal(GITLAB_TOKEN, secret.0.as_bytes(), token.as_bytes())
}

/// <https://www.standardwebhooks.com>: a list of signatures over `id.timestamp.body`, any of which may be the one.
fn standard(secret: &Secret, headers: &HeaderMap, body: &[u8], now: i64) -> Result<(), Unverified> {
    let of = |name: &'static str| header(headers, name).ok_or(Unverified::Missing(name));
    let (id, time, signatures) = (of(STANDARD_ID)?, of(STANDARD_TIME)?, of(STANDARD)?);
    let wanted = hmac(&secret.standard_key(), &[id.as_bytes(), b".", time.as_bytes(), b".", body]);
    let signatures = signatures.split(' ').filter_map(|one| BASE64.decode(one.strip_prefix("v1,")?).ok());
    let is_signed = signatures.fold(false, |is_signed, one| is_signed | is_equal(&wanted, &one));
    if !is_signed {
        return Err(Unverified::Wrong(STANDARD));
    }
    let time: i64 = time.parse().map_err(|_| Unverified::Wrong(STANDARD_TIME))?;
    match now.abs_diff(time) {
        apart if apart > MOST_APART => Err(Unverified::Apart(apart)),
        _ => Ok(()),
    }
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(key).expect("a key of any length is good");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

fn equal(name: &'static str, wanted: &[u8], given: &[u8]) -> Result<(), Unverified> {
    if is_equal(wanted, given) { Ok(()) } else { Err(Unverified::Wrong(name)) }
}

fn is_equal(wanted: &[u8], given: &[u8]) -> bool {
    wanted.ct_eq(given).into()
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|c| c.to_digit(16).and_then(|it| it.try_into().ok())).collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    Some(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

#[cfg(test)]
mod tests;
