//! Many write to one branch at the same time: every edit arrives, none twice, and nobody gives up.
//!
//! `SYNCLINE_WRITERS` says how many there are (4 otherwise), `SYNCLINE_EDITS` how many edits each of them makes
//! (20 otherwise); `make stress` asks for many. What came of it only git is asked.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::thread;

use syncline_testkit::{GitServer, TestHome};

use crate::support::Installation;

/// The repository that they share.
const REMOTE: &str = "team/library";

/// The fields that all of them type over.
const SHARED: [&str; 3] = ["title", "owner", "state"];

/// Every so many edits one is of a shared field as well.
const SHARED_EVERY: usize = 5;

/// The edits that a commit knows of, by number in the list of all.
type Edits = BTreeSet<usize>;

/// How often others were first before an edit arrived: the most for one edit, and all together.
#[derive(Clone, Copy, Default)]
struct Retries {
    most: u64,
    all: u64,
}

fn number(variable: &str) -> Option<usize> {
    std::env::var(variable).ok()?.parse().ok()
}

/// What an edit is known by: the value that it types and the subject of its commit.
fn name(writer: usize, edit: usize) -> String {
    format!("w{writer:02}-e{edit:03}")
}

/// The shared field that an edit types over, where it does.
fn shared_field(edit: usize) -> Option<&'static str> {
    edit.is_multiple_of(SHARED_EVERY).then(|| SHARED[edit / SHARED_EVERY % SHARED.len()])
}

/// A remote with the files that all begin with.
fn begin(server: &GitServer) {
    server.create_open_repo(REMOTE);
    let ann = Installation::new();
    ann.syncline(["init"]).expect_code(0);
    ann.write("edits.yaml", "begin: begin\n");
    let shared: Vec<_> = SHARED.iter().map(|field| format!("{field}: begin\n")).collect();
    ann.write("shared.yaml", &shared.concat());
    ann.syncline(["commit", "-q", "-m", "begin"]).expect_code(0);
    ann.syncline(["connect", &server.url(REMOTE)]).expect_code(0);
}

/// Syncs; what is held is no failure.
fn sync(here: &Installation, message: &str) -> u64 {
    let ran = here.syncline(["sync", "--json", "-m", message]);
    assert!(matches!(ran.code(), 0 | 1), "{message}: {}", ran.transcript());
    ran.json()["retries"].as_u64().unwrap_or_default()
}

/// Types a new field at the end of the file that all write to, and at times over one that all write to.
fn type_in(here: &Installation, writer: usize, edit: usize) {
    let value = name(writer, edit);
    here.write("edits.yaml", &format!("{}{value}: {value}\n", here.read("edits.yaml")));
    if let Some(field) = shared_field(edit) {
        let is_it = |line: &&str| line.starts_with(field);
        let shared = here.read("shared.yaml");
        let old = shared.lines().find(is_it).unwrap_or_else(|| panic!("no {field} in {shared}"));
        here.write("shared.yaml", &shared.replace(old, &format!("{field}: {value}")));
    }
}

/// Makes edits, and syncs each.
fn write(here: &Installation, writer: usize, edits: usize) -> Retries {
    let mut retries = Retries::default();
    for edit in 0..edits {
        type_in(here, writer, edit);
        retries.add(sync(here, &name(writer, edit)));
    }
    retries
}

/// All at the same time.
fn at_once(all: &[Installation], act: impl Fn(usize, &Installation) -> Retries + Sync) -> Retries {
    thread::scope(|scope| {
        let act = &act;
        let threads: Vec<_> =
            all.iter().enumerate().map(|(writer, here)| scope.spawn(move || act(writer, here))).collect();
        threads.into_iter().map(|thread| thread.join().expect("nobody gives up")).fold(
            Retries::default(),
            |sum, one| Retries { most: sum.most.max(one.most), all: sum.all + one.all },
        )
    })
}

impl Retries {
    fn add(&mut self, retries: u64) {
        *self = Self { most: self.most.max(retries), all: self.all + retries };
    }
}

/// The bare repository, as git sees it.
struct Remote<'a> {
    home: &'a TestHome,
    folder: &'a Path,
    /// Writer and number of each edit.
    edits: Vec<(usize, usize)>,
}

impl Remote<'_> {
    fn git(&self, arguments: &[&str]) -> String {
        self.home.git(self.folder, arguments)
    }

    fn expect_each_edit_once(&self) {
        let mut wanted: Vec<_> = self.edits.iter().map(|(writer, edit)| name(*writer, *edit)).collect();
        wanted.push("begin".to_owned());
        wanted.sort_unstable();
        let subjects = self.git(&["log", "--no-merges", "--format=%s", "main"]);
        let mut subjects: Vec<_> = subjects.lines().collect();
        subjects.sort_unstable();
        assert_eq!(subjects, wanted, "each edit is one commit");
        let text = self.git(&["show", "main:edits.yaml"]);
        let mut lines: Vec<_> = text.lines().collect();
        lines.sort_unstable();
        let wanted: Vec<_> = wanted.iter().map(|value| format!("{value}: {value}")).collect();
        assert_eq!(lines, wanted, "each edit is one line");
    }

    /// The edits of each shared field that nobody who knew of them typed over: what the last commit has seen, less
    /// what was seen by whoever typed later.
    fn last_typed(&self) -> BTreeMap<&'static str, Vec<String>> {
        let by_name: BTreeMap<_, _> =
            self.edits.iter().enumerate().map(|(at, (writer, edit))| (name(*writer, *edit), at)).collect();
        let field_of = |at: usize| shared_field(self.edits[at].1);
        let mut known: BTreeMap<String, (Edits, Edits)> = BTreeMap::new();
        let history = self.git(&["log", "--topo-order", "--reverse", "--format=%H/%P/%s", "main"]);
        for line in history.lines() {
            let [commit, parents, subject] = line.splitn(3, '/').collect::<Vec<_>>()[..] else { continue };
            let (mut seen, mut over) = (Edits::new(), Edits::new());
            for (seen_there, over_there) in parents.split_whitespace().map(|parent| &known[parent]) {
                seen.extend(seen_there);
                over.extend(over_there);
            }
            if let Some((at, field)) = by_name.get(subject).and_then(|at| Some((*at, field_of(*at)?))) {
                over.extend(seen.iter().filter(|other| field_of(**other) == Some(field)));
                seen.insert(at);
            }
            known.insert(commit.to_owned(), (seen, over));
        }
        let (seen, over) = &known[&self.git(&["rev-parse", "main"])];
        let mut last: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for at in seen.difference(over) {
            let (writer, edit) = self.edits[*at];
            last.entry(field_of(*at).expect("only these")).or_default().push(name(writer, edit));
        }
        last
    }

    /// The values of both sides of each conflict that is held.
    fn held(&self) -> BTreeSet<String> {
        let mut held = BTreeSet::new();
        let name = "refs/syncline/conflicts/main";
        if self.git(&["for-each-ref", name]).is_empty() {
            return held;
        }
        for path in self.git(&["ls-tree", "--name-only", name]).lines() {
            let text = self.git(&["cat-file", "blob", &format!("{name}:{path}")]);
            let conflict: serde_json::Value = serde_json::from_str(&text).expect("JSON");
            held.extend(
                ["ours", "theirs"].iter().filter_map(|side| conflict[side].as_str().map(str::to_owned)),
            );
        }
        held
    }

    /// Of the shared fields: what nobody typed over is in the file or held. Answers how many are held.
    fn expect_none_lost(&self) -> usize {
        let (text, held) = (self.git(&["show", "main:shared.yaml"]), self.held());
        for (field, values) in self.last_typed() {
            let is_there = |value: &String| text.lines().any(|line| line == format!("{field}: {value}"));
            let lost: Vec<_> =
                values.iter().filter(|value| !is_there(value) && !held.contains(*value)).collect();
            assert!(lost.is_empty(), "of {field} {lost:?} are lost; the file is\n{text}\nheld are {held:?}");
        }
        held.len()
    }
}

fn tree_of(here: &Installation, revision: &str) -> String {
    here.git(["rev-parse", "--verify", &format!("{revision}^{{tree}}")])
}

#[test]
fn every_edit_of_many_who_write_at_once_arrives_once() {
    let (writers, edits) = (number("SYNCLINE_WRITERS").unwrap_or(4), number("SYNCLINE_EDITS").unwrap_or(20));
    let server = GitServer::start();
    begin(&server);
    let all: Vec<_> = (0..writers)
        .map(|writer| {
            let here = Installation::of(&format!("Writer {writer}"), &format!("w{writer}@example.com"));
            here.syncline(["clone", &server.url(REMOTE), "."]).expect_code(0);
            here
        })
        .collect();
    let mut retries = at_once(&all, |writer, here| write(here, writer, edits - 1));
    // The last edit all make before anybody has that of another one.
    let last = (edits - 1).next_multiple_of(SHARED_EVERY);
    all.iter().enumerate().for_each(|(writer, here)| type_in(here, writer, last));
    let of_last = at_once(&all, |writer, here| {
        let mut retries = Retries::default();
        retries.add(sync(here, &name(writer, last)));
        retries
    });
    retries = Retries { most: retries.most.max(of_last.most), all: retries.all + of_last.all };
    for here in &all {
        sync(here, "quiet");
    }
    let of_all = |writer| (0..edits - 1).chain([last]).map(move |edit| (writer, edit));
    let (home, folder) = (&all[0].home, &server.repo_path(REMOTE));
    let remote = Remote { home, folder, edits: (0..writers).flat_map(of_all).collect() };
    remote.expect_each_edit_once();
    let held = remote.expect_none_lost();
    assert!(held >= writers, "all typed over one field at last, and only {held} values are held");
    remote.git(&["fsck", "--strict", "--no-progress"]);
    for here in &all {
        here.git(["fsck", "--strict", "--no-progress"]);
        assert_eq!(here.git(["status", "--porcelain"]), "");
        assert_eq!(tree_of(here, "HEAD"), remote.git(&["rev-parse", "main^{tree}"]));
        let name = "refs/syncline/conflicts/main";
        assert_eq!(tree_of(here, name), remote.git(&["rev-parse", &format!("{name}^{{tree}}")]));
    }
    let Retries { most, all } = retries;
    println!(
        "{writers} writers, {edits} edits each: all arrived; others were first {all} times, {most} for one edit at \
         most; {held} values are held"
    );
}
