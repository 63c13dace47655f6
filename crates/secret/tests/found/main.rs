//! What is found, and what is not.

use syncline_document::{Document, Language};
use syncline_format::{Formats, RepoPath};
use syncline_secret::{Finding, in_document, in_text, new_findings};

fn found(format: &str, path: &str, text: &str) -> Vec<Finding> {
    let formats = Formats::built_in();
    let format = formats.get(format).expect("built in");
    let path = RepoPath::new(path).expect("a path");
    in_document(&path, &Document::parse(text.as_bytes(), Language::Yaml).expect("valid"), format)
}

/// As `what at field`.
fn told(format: &str, path: &str, text: &str) -> Vec<String> {
    found(format, path, text).iter().map(|one| format!("{} at {}", one.what, one.at)).collect()
}

/// Text that nothing finds in this file: no test may hold what looks like somebody's token.
fn made(start: &str, letters: usize) -> String {
    let letter = |at: usize| char::from(b"q7Rk2mZx9TbW4vLs8HnY3pCd"[at * 7 % 24]);
    start.chars().chain((0..letters).map(letter)).collect()
}

#[test]
fn tokens_are_known_by_their_looks_wherever_they_stand() {
    for (token, what) in [
        (made("ghp_", 36), "a GitHub token"),
        (made("github_pat_", 60), "a GitHub token"),
        (made("glpat-", 20), "a GitLab token"),
        (made("xoxb-", 24), "a Slack token"),
        (made("AIza", 35), "a Google API key"),
        (made("sk_live_", 24), "a Stripe key"),
        (made("npm_", 36), "an npm token"),
        (made("dckr_pat_", 27), "a Docker Hub token"),
        (made("hvs.", 24), "a HashiCorp Vault token"),
        (
            format!("PMAK-{}-{}", "0f1e2d3c4b5a".repeat(2), "89ab0cde01f2e3d4c5".repeat(2).split_at(34).0),
            "a Postman key",
        ),
        (made("lin_api_", 40), "a Linear key"),
        (made("figd_", 40), "a Figma token"),
        (made("sb_secret_", 31), "a Supabase key"),
        (made("dp.pt.", 43), "a Doppler token"),
        (format!("sqp_{}", "0f1e2d3c4b".repeat(4)), "a Sonar token"),
        (made("gsk_", 52), "a Groq key"),
        (made("tskey-auth-", 12) + &made("-", 32), "a Tailscale key"),
        (made("", 3) + &made("8Q~", 34), "a client secret of Azure"),
    ] {
        let text = format!("note: use {token} for now\nlist:\n  - {token}\n");
        assert_eq!(
            told("generic", "a.yaml", &text),
            [format!("{what} at /note"), format!("{what} at /list/0")]
        );
        let lines = in_text(&format!("first line\n\ntoken = {token}\n"));
        assert_eq!(lines.iter().map(|one| (one.what, one.line)).collect::<Vec<_>>(), [(what, 3)]);
    }
}

#[test]
fn keys_of_many_lines_and_addresses_with_passwords() {
    let key =
        format!("-----BEGIN {} KEY-----\n{}\n-----END {} KEY-----\n", "PRIVATE", made("MII", 60), "PRIVATE");
    assert_eq!(in_text(&key).first().map(|one| one.what), Some("a private key"));
    let short = "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----\n";
    assert!(in_text(short).is_empty(), "nothing is in it");
    let address = format!("url: postgres://shelf:{}@db.hollowmere.test/loans\n", made("", 12));
    assert_eq!(told("generic", "a.yaml", &address), ["an address with its password at /url"]);
    for plain in [
        "postgres://shelf:${PASSWORD}@db/loans",
        "postgres://postgres:postgres@localhost/loans",
        "https://host:8080/a@b",
    ] {
        assert!(in_text(plain).is_empty(), "{plain}");
    }
}

#[test]
fn what_points_at_a_secret_is_none() {
    for value in [
        "{{ _.token }}",
        "<+secrets.getValue(\"token\")>",
        "${{ secrets.TOKEN }}",
        "$TOKEN",
        "%TOKEN%",
        "<your token>",
        "!secret token",
        "arn:aws:secretsmanager:eu-west-1:1:secret:a9Xk27",
        "",
        "changeme",
        "my-secret-token-123",
        "xxxxxxxxxxxxxxxx1a",
        "password1",
        "client_secret_1",
        "~",
    ] {
        let text = format!(
            "password: {}\n",
            if value.starts_with('!') { value.to_owned() } else { format!("'{value}'") }
        );
        assert!(told("generic", "a.yaml", &text).is_empty(), "{value}");
    }
}

#[test]
fn names_tell_with_a_value_that_looks_like_it() {
    let text = format!(
        "password: rainy-day-42\nadminPassword: Loans!9\napi_key: {key}\ntoken: introduction\ntokenUrl: https://example.com/a1b2c3\n\
         secretName: loans-tls-2024\nheaders:\n  - name: X-Api-Key\n    value: {key}\n  - name: Accept\n    value: {key}\n",
        key = made("", 32)
    );
    assert_eq!(
        told("generic", "a.yaml", &text),
        [
            "a password at /password",
            "a password at /adminPassword",
            "a token or key at /api_key",
            "a token or key at /headers/0/value"
        ]
    );
}

#[test]
fn translations_and_ids_are_no_secrets() {
    let text = "\
Enter your password: 'Geben Sie Ihr Passwort ein, 8 Zeichen'
Password: Lösenord
checksum: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
id: 3f9d52f9-0e8b-4c94-8f6f-915fe21b37ca
token: 3f9d52f9-0e8b-4c94-8f6f-915fe21b37ca
image: registry.hollowmere.test/loans@sha256:9f86d081884c7d659a2feaa0c55ad015
secret: eu-west-1-loans-v2
";
    assert_eq!(told("generic", "a.yaml", text), [""; 0]);
}

#[test]
fn samples_of_manuals_and_examples_of_interfaces_are_no_secrets() {
    let sample =
        format!("eyJhbGciOiJIUzI1NiJ9.{}.{}", "eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkEifQ", made("", 43));
    let text = format!(
        "accessToken: {sample}\nclientSecret: asdfasdfasdf\n\
         schema:\n  example: {{client_secret: d0n'tT3ll}}\n  examples:\n    - {{value: {{password: Loans!9}}}}\n"
    );
    assert_eq!(told("generic", "a.yaml", &text), [""; 0]);
    let token = made("ghp_", 36);
    assert_eq!(told("generic", "a.yaml", &format!("example: {token}\n")), ["a GitHub token at /example"]);
}

#[test]
fn a_name_and_password_in_a_header_are_a_secret() {
    let header = |encoded: &str| told("generic", "a.yaml", &format!("Authorization: Basic {encoded}\n"));
    // librarian:rainy-day-42
    assert_eq!(header("bGlicmFyaWFuOnJhaW55LWRheS00Mg=="), ["what signs a request in at /Authorization"]);
    // user:password, admin:admin123, and what is none.
    for plain in ["dXNlcjpwYXNzd29yZA==", "YWRtaW46YWRtaW4xMjM=", "Authentication12"] {
        assert_eq!(header(plain), [""; 0], "{plain}");
    }
}

#[test]
fn a_format_says_where_secrets_are() {
    let text = format!(
        "type: collection.insomnia.rest/5.0\nenvironments:\n  data:\n    base_url: https://example.com/v1\n    shelf: {}\n    user: anna42\n",
        made("", 24)
    );
    assert_eq!(
        told("insomnia-v5", "a.yaml", &text),
        ["what looks like a secret at /environments/data/shelf"]
    );
}

#[test]
fn what_a_version_had_before_is_not_new_even_where_it_moved() {
    let (old, new) = (made("ghp_", 36), made("glpat-", 20));
    let before = found("generic", "a.yaml", &format!("a: {old}\n"));
    let after = found("generic", "a.yaml", &format!("b: {old}\nc: {new}\n"));
    let fresh = new_findings(&before, after);
    assert_eq!(fresh.iter().map(|one| one.at.to_string()).collect::<Vec<_>>(), ["/c"]);
}

#[test]
fn nothing_prints_the_secret() {
    let token = made("ghp_", 36);
    let found = found("generic", "a.yaml", &format!("a: {token}\n"));
    assert!(!format!("{found:?}").contains(&token[4..12]));
}

#[test]
fn what_a_tool_keeps_encrypted_may_be_committed() {
    let store = format!(
        "{{\"type\": \"ssh\", \"identity\": {{\"password\": {{\"secret\": {{\"value\": \"{}\"}}}}}}}}",
        made("", 44)
    );
    let path = "stores/3f9d52f9-0e8b-4c94-8f6f-915fe21b37ca/store.json";
    assert_eq!(told("xpipe", path, &store), [""; 0]);
    assert_eq!(told("generic", path, &store).len(), 1);
}

#[test]
fn variables_of_an_environment_are_fields_too() {
    let (key, password) = (made("", 40), "Loans!9x");
    let lines =
        format!("# of the shelf\nexport API_KEY={key}\nDB_PASS=\"{password}\"\nSECRET_KEY_BASE={key}\n");
    let told_of = |text: &str| in_text(text).iter().map(|one| (one.what, one.line)).collect::<Vec<_>>();
    assert_eq!(told_of(&lines), [("a token or key", 2), ("a password", 3), ("a token or key", 4)]);
    let compose = format!(
        "environment:\n  - DB_PASSWORD={password}\n  - NAME=shelf-1\n  - DB_PASSWORD=${{PASSWORD}}\n"
    );
    assert_eq!(told("generic", "a.yaml", &compose), ["a password at /environment/0"]);
    let program =
        "password = ask(1)\nPASSWORD=$(cat key-1)\nTOKEN=\"$1\"\nPASSWORD=get(\"a-1-b\")\nif A == B-1:\n";
    assert_eq!(told_of(program), []);
    let token = made("ghp_", 36);
    assert_eq!(told_of(&format!("GITHUB_TOKEN={token}\n")).len(), 1, "told once");
}

#[test]
fn an_address_with_no_user_and_a_key_in_one_line() {
    let address = format!("redis://:{}@cache.hollowmere.test/0", made("", 16));
    assert_eq!(in_text(&address).first().map(|one| one.what), Some("an address with its password"));
    let line = format!("-----BEGIN {} KEY-----\\n{}\\n", "PRIVATE", made("MII", 60));
    assert_eq!(in_text(&line).first().map(|one| one.what), Some("a private key"));
}

#[test]
fn what_is_encrypted_for_the_history_may_be_in_it() {
    let sealed = made("", 80);
    let text = format!(
        "kind: SealedSecret\nspec:\n  encryptedData:\n    password: {sealed}\n    token: {sealed}\npassword: ENC[AES256_GCM,data:{},type:str]\n",
        made("", 16)
    );
    assert_eq!(told("generic", "a.yaml", &text), [""; 0]);
}
