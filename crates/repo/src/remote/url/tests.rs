use super::*;

fn parse(text: &str) -> RemoteUrl {
    RemoteUrl::parse(text).expect(text).0
}

#[test]
fn every_way_to_write_an_address() {
    let cases = [
        ("https://host/team/api.git", Protocol::Https, Some("host"), "team/api"),
        ("http://Host:8080/team/api/", Protocol::Http, Some("host"), "team/api"),
        ("ssh://git@host:2222/team/api.git", Protocol::Ssh, Some("host"), "team/api"),
        ("git@host:team/api.git", Protocol::Ssh, Some("host"), "team/api"),
        ("host:/srv/api", Protocol::Ssh, Some("host"), "srv/api"),
        ("[::1]:api", Protocol::Ssh, Some("::1"), "api"),
        ("https://[::1]:8443/api", Protocol::Https, Some("::1"), "api"),
        ("git://host/api", Protocol::Git, Some("host"), "api"),
        ("file:///srv/team/api.git", Protocol::File, None, "srv/team/api"),
        ("/srv/team/api.git", Protocol::File, None, "srv/team/api"),
        ("../api", Protocol::File, None, "../api"),
        ("./with:colon", Protocol::File, None, "./with:colon"),
    ];
    for (text, protocol, host, path) in cases {
        let url = parse(text);
        assert_eq!((url.protocol(), url.host(), url.path()), (protocol, host, path), "{text}");
        assert_eq!(parse(url.as_str()), url, "{text}: what is stored reads back the same");
    }
}

#[test]
fn credentials_are_taken_out() {
    let (url, credentials) = RemoteUrl::parse("https://ann:p%40ss%2Fw@host:1/team/api.git").expect("valid");
    assert_eq!(url.as_str(), "https://host:1/team/api.git");
    assert_eq!(credentials, Some(Credentials::new("ann", "p@ss/w")));
    assert!(!format!("{url} {url:?}").contains("ann"));

    let (url, credentials) = RemoteUrl::parse("https://ghp_abc@host/x").expect("valid");
    assert_eq!(url.as_str(), "https://host/x");
    assert_eq!(credentials.map(|c| c.token), Some(crate::remote::Token::new("ghp_abc")));

    let (url, credentials) = RemoteUrl::parse("ssh://git:secret@host/x").expect("valid");
    assert_eq!((url.as_str(), credentials), ("ssh://git@host/x", None));
}

#[test]
fn what_is_no_address_is_refused() {
    for text in [
        "",
        "  ",
        "-oProxyCommand=x",
        "--upload-pack=x",
        "ext::sh -c true",
        "fd::3",
        "https::host",
        "ftp://host/x",
        "https://",
        "https://host",
        "https://host/",
        "https:///x",
        "https://host:99999/x",
        "ssh://-oX/x",
        "-x@host:p",
        "ssh://-x@host/y",
        "https://ho st/x",
        "host:",
        "a\nb",
        "file://host/x",
    ] {
        assert!(RemoteUrl::parse(text).is_err(), "{text:?}");
    }
}

#[test]
fn an_error_shows_no_credentials() {
    for text in
        ["https://ann:hunter2@host", "https://ann:hunter2@host:99999/x", "https://ann:hunter2@host/\u{7}"]
    {
        let error = RemoteUrl::parse(text).expect_err("no address");
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
    }
}

#[test]
fn names_for_people() {
    assert_eq!(parse("https://host/group/team/api.git").display_name(), "team/api");
    assert_eq!(parse("git@host:api").display_name(), "api");
    assert_eq!(parse("/srv/team/api.git").folder_name().as_deref(), Some("api"));
}

#[test]
fn user_information_is_scrubbed_from_any_text() {
    assert_eq!(
        without_user("fatal: 'https://a:b@c/d' and http://x/e@f"),
        "fatal: 'https://c/d' and http://x/e@f"
    );
}
