//! A Git server to try things on by hand: `git-server team/api other` serves these repositories, empty at
//! first, until its standard input ends. With one of the words of `--protect` the branch `main` is protected.

use std::io::{self, Read, Write};
use std::process::ExitCode;

use syncline_testkit::{GitServer, Protection, Right};

const USAGE: &str = "usage: git-server [--protect github|gitlab|gitea|gitolite] NAME...";

fn main() -> io::Result<ExitCode> {
    let mut arguments = std::env::args().skip(1);
    let (mut names, mut protection) = (Vec::new(), None);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--protect" => protection = arguments.next().as_deref().and_then(protection_of),
            name if !name.starts_with('-') => names.push(argument),
            _ => names.clear(),
        }
    }
    if names.is_empty() {
        writeln!(io::stderr(), "{USAGE}")?;
        return Ok(ExitCode::from(2));
    }
    let server = GitServer::start();
    let mut out = io::stdout();
    for name in &names {
        server.create_repo(name);
        if let Some(protection) = &protection {
            server.protect(name, "main", protection);
        }
        let (write, read) = (server.token("ann", name, Right::Write), server.token("bob", name, Right::Read));
        writeln!(out, "{}\n  writes: ann, {write}\n  reads:  bob, {read}", server.url(name))?;
    }
    writeln!(out, "It ends with its input (Ctrl-D).")?;
    io::stdin().read_to_end(&mut Vec::new())?;
    Ok(ExitCode::SUCCESS)
}

fn protection_of(word: &str) -> Option<Protection> {
    match word {
        "github" => Some(Protection::GitHub),
        "gitlab" => Some(Protection::GitLab),
        "gitea" => Some(Protection::Gitea),
        "gitolite" => Some(Protection::Gitolite),
        _ => None,
    }
}
