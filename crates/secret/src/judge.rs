//! Whether a value is a secret, a reference to one, or a stand-in.

/// What stands where people would put their own value.
const STAND_INS: [&str; 36] = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "apikey",
    "accesstoken",
    "key",
    "admin",
    "root",
    "guest",
    "user",
    "test",
    "testing",
    "tester",
    "demo",
    "example",
    "sample",
    "dummy",
    "fake",
    "mock",
    "default",
    "changeme",
    "change",
    "changeit",
    "replace",
    "replaceme",
    "string",
    "value",
    "none",
    "null",
    "true",
    "false",
    "todo",
    "redacted",
    "hidden",
];

/// What begins such a value.
const STAND_IN_STARTS: [&str; 9] =
    ["your", "my", "insert", "enter", "put", "example", "changeme", "replacewith", "placeholder"];

/// Names of fields that hold a secret as people choose one.
const PASSWORDS: [&str; 6] = ["password", "passwd", "passphrase", "passcode", "pwd", "clientsecret"];

/// Names of fields that hold a secret as machines make one, and often something else.
const TOKENS: [&str; 13] = [
    "token",
    "secret",
    "apikey",
    "accesskey",
    "secretkey",
    "secretkeybase",
    "privatekey",
    "authkey",
    "signingkey",
    "encryptionkey",
    "credential",
    "credentials",
    "connectionstring",
];

/// What a field's name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    /// Nothing.
    Plain,
    /// It holds a secret as people choose one.
    Password,
    /// It holds a secret as machines make one, if any.
    Token,
}

/// What a field's name says of its value.
pub(crate) fn named(key: &str) -> Named {
    // A sentence is a text of a translation, and no field.
    if key.contains(char::is_whitespace) {
        return Named::Plain;
    }
    let last = key.rsplit(['_', '-', '.']).next().unwrap_or_default();
    let key = squeezed(key);
    if last.eq_ignore_ascii_case("pass") || PASSWORDS.iter().any(|name| key.ends_with(name)) {
        Named::Password
    } else if TOKENS.iter().any(|name| key.ends_with(name)) {
        Named::Token
    } else {
        Named::Plain
    }
}

/// What a value is that nothing but its field tells of.
pub(crate) fn by_name(name: &str, value: &str, is_said: bool) -> Option<&'static str> {
    // Most fields are called nothing that tells, so whether it is a stand-in is asked last.
    let what = match named(name) {
        Named::Password if is_said || is_chosen(value) => "a password",
        Named::Token if is_random(value) || is_said && is_chosen(value) => "a token or key",
        Named::Plain if is_said && is_random(value) => "what looks like a secret",
        _ => return None,
    };
    (!is_placeholder(value)).then_some(what)
}

/// Whether a value only points at what is kept elsewhere, a variable, an expression, a template, or is encrypted.
pub(crate) fn is_reference(value: &str) -> bool {
    const MARKS: [&str; 10] = ["{{", "${", "$(", "<+", "{%", "<%", "%(", "#{", "((", " __"];
    let value = value.trim();
    MARKS.iter().any(|mark| value.contains(mark))
        || (value.starts_with('$') && is_name(&value[1..]))
        || (value.starts_with('%') && value.ends_with('%'))
        || (value.starts_with('<') && value.ends_with('>'))
        || (value.starts_with('{') && value.ends_with('}') && is_name(&value[1..value.len() - 1]))
        || [
            "ENC[",
            "ENC(",
            "{cipher}",
            "secret:",
            "vault:",
            "env:",
            "ref:",
            "op://",
            "arn:",
            "file:",
            "projects/",
        ]
        .iter()
        .any(|start| value.starts_with(start))
}

/// Whether a value is nothing, or what stands where people would put their own.
pub(crate) fn is_placeholder(value: &str) -> bool {
    let value = value.trim();
    let plain = squeezed(value);
    value.is_empty()
        || is_one_part(&plain)
        || is_reference(value)
        || STAND_INS.contains(&plain.trim_end_matches(|letter: char| letter.is_ascii_digit()))
        || named(value.trim_end_matches(|letter: char| !letter.is_ascii_alphabetic())) != Named::Plain
        || STAND_IN_STARTS.iter().any(|start| plain.starts_with(start))
        || ["xxxx", "****", "....", "abcdef", "123456", "0000000"]
            .iter()
            .any(|part| value.to_ascii_lowercase().contains(part))
        || plain.contains("example")
        || plain.contains("placeholder")
        || plain.contains("changeme")
        || value.contains(SAMPLE_CLAIM)
}

/// What the token begins with that everybody's manual shows: `{"sub":"1234567890"`.
const SAMPLE_CLAIM: &str = "eyJzdWIiOiIxMjM0NTY3ODkwI";

/// Whether a text is one letter over and over, or a few letters three times: what fingers leave on a keyboard.
fn is_one_part(text: &str) -> bool {
    let bytes = text.as_bytes();
    let repeats = |length: usize| bytes.iter().zip(bytes.iter().skip(length)).all(|(a, b)| a == b);
    repeats(1) || (2..=5).any(|length| bytes.len() >= 3 * length && repeats(length))
}

/// Whether a value looks drawn by lot, as machines make tokens: long, of one word, with letters and digits
/// mixed, and each letter about as often as any other. Ids (UUIDs) are no secrets.
pub(crate) fn is_random(value: &str) -> bool {
    let value = value.trim();
    let is_word = value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-+/=.~".contains(&byte));
    let has = |sort: fn(&u8) -> bool| value.as_bytes().iter().any(&sort);
    value.len() >= 16
        && is_word
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_alphabetic)
        && !is_uuid(value)
        && !is_of_words(value)
        && entropy(value) >= least_entropy(value)
}

/// Whether a value may be a password that somebody chose: more than a word.
pub(crate) fn is_chosen(value: &str) -> bool {
    let value = value.trim();
    let is_letters = value.chars().all(|one| one.is_alphabetic() || "_-.。".contains(one));
    value.len() >= 6 && !is_letters && !value.contains("://") && !value.contains(char::is_whitespace)
}

/// Of a text drawn by lot from hex digits, and from all letters.
fn least_entropy(value: &str) -> f64 {
    if value.bytes().all(|byte| byte.is_ascii_hexdigit()) { 3.0 } else { 3.5 }
}

/// Shannon's, in bits a byte.
fn entropy(value: &str) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in value.bytes() {
        counts[usize::from(byte)] += 1;
    }
    let all = f64::from(u32::try_from(value.len()).unwrap_or(u32::MAX));
    let share = |count: u32| {
        let share = f64::from(count) / all;
        -share * share.log2()
    };
    counts.into_iter().filter(|count| *count > 0).map(share).sum()
}

/// Names put together of words, with numbers between: `eu-west-1-loans-v2`, `2024-05-01T10`, `app/values.yaml`.
fn is_of_words(value: &str) -> bool {
    let parts = value.split(['-', '_', '.', '/']).filter(|part| !part.is_empty());
    let is_plain = |part: &str| {
        let digits = part.bytes().filter(u8::is_ascii_digit).count();
        part.len() < 12 && (digits == 0 || digits == part.len() || part.len() - digits <= 2 || digits <= 2)
    };
    parts.clone().count() > 1 && parts.into_iter().all(is_plain)
}

fn is_uuid(value: &str) -> bool {
    let parts: Vec<_> = value.split('-').collect();
    let lengths = parts.iter().map(|part| part.len());
    lengths.eq([8, 4, 4, 4, 12]) && value.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.')
}

/// Lower case, without what parts words.
fn squeezed(text: &str) -> String {
    let letters = text.chars().filter(|letter| letter.is_alphanumeric());
    letters.map(|letter| letter.to_ascii_lowercase()).collect()
}
