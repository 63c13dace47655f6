//! The story, from the first connect to two equal folders.

use std::fs;
use std::io::Write;
use std::path::Path;

use serde_json::Value as Json;
use syncline_testkit::{GitServer, Right};

use crate::Failure;
use crate::edits::{Act, act};
use crate::installation::{COLLECTION, Installation};

/// Prints a line; one that reads only the beginning has had enough.
macro_rules! tell {
    ($($text:tt)*) => {{
        let _ = writeln!(std::io::stdout(), $($text)*);
    }};
}

const REPOSITORY: &str = "hollowmere/api";
/// Committed with the project; written by us.
const SAMPLE: &str = include_str!("../../insomnia-v5/hollowmere.yaml");

const ANNA: [Act; 6] = [
    Act::Set { request: "List books", field: "/url", value: "{{ _.base_url }}/v2/books" },
    Act::Set {
        request: "Get one book",
        field: "/meta/description",
        value: "One title, with all its copies.",
    },
    Act::Set { request: "Archive a book", field: "/url", value: "{{ _.base_url }}/v2/books/:id/archive" },
    Act::Set { request: "Search authors", field: "/name", value: "Find authors" },
    Act::Add {
        after: "Export books",
        name: "Count books",
        url: "{{ _.base_url }}/v1/books/count",
        id: "req_00000000000000000000000000000a01",
    },
    Act::Delete { request: "Export authors" },
];

const BEN: [Act; 5] = [
    Act::Set { request: "List authors", field: "/url", value: "{{ _.base_url }}/v2/authors" },
    Act::Set { request: "Get one book", field: "/method", value: "HEAD" },
    Act::Set { request: "Archive a book", field: "/url", value: "{{ _.base_url }}/v1/archive/books/:id" },
    Act::Set { request: "Search authors", field: "/url", value: "{{ _.base_url }}/v1/authors/find" },
    Act::Add {
        after: "List authors",
        name: "Authors of the month",
        url: "{{ _.base_url }}/v1/authors/month",
        id: "req_00000000000000000000000000000b01",
    },
];

pub(crate) fn tell(folder: &Path, binary: &Path) -> Result<(), Failure> {
    let folder = fresh(folder)?;
    let server = GitServer::start();
    server.create_repo(REPOSITORY);
    let people = ["Anna", "Ben"].map(|person| {
        let token = server.token(&person.to_lowercase(), REPOSITORY, Right::Write);
        Installation::new(person, folder.join(person.to_lowercase()), binary, token)
    });
    let [anna, ben] = &people;
    tell!("A Git server listens at {} with an empty repository.\n", server.url(REPOSITORY));
    begin(anna, ben, &server.url(REPOSITORY))?;
    edit(anna, &ANNA)?;
    edit(ben, &BEN)?;
    sync(anna)?;
    let held = sync(ben)?;
    expect(held == 1, "one conflict is held")?;
    settle(ben)?;
    sync(anna)?;
    close(&people, &server, &folder)
}

fn fresh(folder: &Path) -> Result<std::path::PathBuf, Failure> {
    let failed = |error: std::io::Error| Failure(format!("{}: {error}", folder.display()));
    if folder.join("anna").exists() {
        // Left by an earlier demo, and by nobody else: it has the marker file.
        fs::remove_dir_all(folder).map_err(failed)?;
    }
    fs::create_dir_all(folder).map_err(failed)?;
    if fs::read_dir(folder).map_err(failed)?.next().is_some() {
        return Err(Failure(format!("{} is not empty", folder.display())));
    }
    fs::canonicalize(folder).map_err(failed)
}

fn begin(anna: &Installation, ben: &Installation, url: &str) -> Result<(), Failure> {
    heading("Anna connects her collection, Ben clones it");
    fs::create_dir_all(&anna.folder).map_err(|error| Failure(error.to_string()))?;
    fs::write(anna.collection(), SAMPLE).map_err(|error| Failure(error.to_string()))?;
    say(&anna.syncline(&["init"])?.stdout);
    say(&anna.syncline(&["connect", url, "--username", "anna"])?.stdout);
    let target = ben.folder.to_string_lossy().into_owned();
    say(&ben.syncline(&["clone", url, &target, "--username", "ben"])?.stdout);
    Ok(())
}

fn edit(installation: &Installation, acts: &[Act]) -> Result<(), Failure> {
    heading(&format!("{} edits, knowing nothing of the other", installation.person));
    for one in acts {
        act(installation, one)?;
        tell!("  - {}", one.told());
    }
    tell!();
    Ok(())
}

/// Syncs, tells what happened, and answers how many conflicts are held.
fn sync(installation: &Installation) -> Result<usize, Failure> {
    heading(&format!("{} syncs", installation.person));
    let ran = installation.syncline(&["sync"])?;
    say(&ran.stdout);
    let status = installation.json(&["status"])?;
    let held = status["conflicts"].as_u64().unwrap_or_default();
    expect((ran.code == 1) == (held > 0), "the exit code says whether something is held")?;
    usize::try_from(held).map_err(|_| Failure("too many conflicts".to_owned()))
}

fn settle(ben: &Installation) -> Result<(), Failure> {
    heading("Ben looks at the one conflict, and settles it");
    say(&ben.syncline(&["conflicts"])?.stdout);
    let listed = ben.json(&["conflicts"])?;
    let conflict = listed["conflicts"].get(0).ok_or_else(|| Failure("no conflict is listed".to_owned()))?;
    let both = [&conflict["ours"], &conflict["theirs"]];
    expect(both.iter().all(|value| value.is_string()), "both values are in the conflict")?;
    let id = conflict["id"].as_str().unwrap_or_default();
    tell!("$ syncline resolve {id} --take ours");
    say(&ben.syncline(&["resolve", id, "--take", "ours"])?.stdout);
    sync(ben).map(drop)
}

fn close(people: &[Installation; 2], server: &GitServer, folder: &Path) -> Result<(), Failure> {
    let [anna, ben] = people;
    heading("At the end");
    let text = |installation: &Installation| {
        fs::read(installation.collection()).map_err(|error| Failure(error.to_string()))
    };
    expect(text(anna)? == text(ben)?, "both folders are equal, byte for byte")?;
    tell!("  both folders are equal, byte for byte ({COLLECTION})");
    for installation in people {
        let status: Json = installation.json(&["status"])?;
        expect(status["conflicts"] == 0 && status["changes"] == Json::Array(Vec::new()), "all is settled")?;
        expect(installation.git(&["status", "--porcelain"])?.is_empty(), "git finds nothing to commit")?;
        installation.git(&["fsck", "--strict"])?;
    }
    tell!("  git status is clean in both, git fsck is content\n");
    tell!("The history, as git log shows it:\n");
    say(&anna.git(&["log", "--graph", "--format=%h %an: %s", "-n", "12"])?);
    keep_remote(people, server, folder)?;
    tell!("The folders are left for you, with the remote as a plain folder beside them:\n");
    tell!("  {}\n  {}\n", anna.folder.display(), ben.folder.display());
    tell!("Go on, for example:\n");
    tell!("  export PATH=\"{}:$PATH\"", binary_folder()?);
    tell!("  cd {}", anna.folder.display());
    tell!("  syncline log\n  syncline status          # then edit {COLLECTION}, and look again");
    tell!("  syncline sync -m \"My first edit\"");
    tell!("  cd {} && syncline sync", ben.folder.display());
    Ok(())
}

/// The server ends with the demo: its repository stays, as a folder.
fn keep_remote(people: &[Installation; 2], server: &GitServer, folder: &Path) -> Result<(), Failure> {
    let remote = folder.join("remote.git");
    let from = server.repo_path(REPOSITORY).to_string_lossy().into_owned();
    let to = remote.to_string_lossy().into_owned();
    people[0].git(&["clone", "--quiet", "--mirror", &from, &to])?;
    for installation in people {
        installation.git(&["remote", "set-url", "origin", &to])?;
        for (key, value) in [("user.name", installation.person), ("user.email", "demo@hollowmere.example")] {
            installation.git(&["config", key, value])?;
        }
    }
    Ok(())
}

fn binary_folder() -> Result<String, Failure> {
    let own = std::env::current_exe().map_err(|error| Failure(error.to_string()))?;
    Ok(own.parent().unwrap_or(Path::new(".")).display().to_string())
}

fn expect(is_so: bool, what: &str) -> Result<(), Failure> {
    if is_so { Ok(()) } else { Err(Failure(format!("this should be so, and is not: {what}"))) }
}

fn heading(text: &str) {
    tell!("== {text}\n");
}

fn say(output: &str) {
    for line in output.lines() {
        tell!("  {line}");
    }
    tell!();
}
