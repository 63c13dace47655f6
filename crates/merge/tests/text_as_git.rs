//! The merge of lines against `git merge-file` itself, byte for byte.

use std::path::Path;
use std::process::{Command, Output};

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use syncline_merge::{MarkedText, Side, Version, merge_text};
use syncline_testkit::corpus::corpus;

/// What git prints with our lines in the conflicts, and whether there are none; `None` where git refuses (it
/// merges no binaries).
fn git(ours: &Path, base: &Path, theirs: &Path) -> Option<(Vec<u8>, bool)> {
    let run = |options: &[&str]| run_git(options, [ours, base, theirs]);
    let code = run(&[]).status.code().expect("git was not killed");
    (code < 128).then(|| (run(&["--ours"]).stdout, code == 0))
}

/// `git merge-file` of our version, the base and theirs.
fn run_git(options: &[&str], files: [&Path; 3]) -> Output {
    #[expect(clippy::disallowed_methods, reason = "git is what the merge is compared with")]
    let mut git = Command::new("git");
    git.args(["merge-file", "-p", "-q"]).args(options).args(files);
    git.output().expect("git is installed")
}

#[test]
fn real_merges_equal_gits() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let Some(cases) = corpus(folder.path()) else { return };
    let (mut clean, mut clean_same, mut contested, mut contested_same) = (0, 0, 0, 0);
    for case in &cases {
        let [base, ours, theirs] = ["base", "ours", "theirs"].map(|version| case.read(version));
        let merge = merge_text(&base, &ours, &theirs);
        let Some((wanted, is_clean)) = git(&case.file("ours"), &case.file("base"), &case.file("theirs"))
        else {
            continue;
        };
        let same = merge.with_side(Side::Ours) == wanted;
        if !same || is_clean != merge.is_clean() {
            println!(
                "{} ({}, {}) differs (clean: git {is_clean}, we {})",
                case.id,
                case.class,
                case.path,
                merge.is_clean()
            );
        }
        if is_clean {
            clean += 1;
            clean_same += usize::from(same);
        } else {
            contested += 1;
            contested_same += usize::from(same);
        }
    }
    println!("clean {clean_same} of {clean}, with conflicts {contested_same} of {contested}");
    assert!(clean > 400 && contested > 1000);
    assert!(clean_same * 1000 >= clean * 995, "clean results: {clean_same} of {clean} equal git's");
    assert!(contested_same * 100 >= contested * 98, "others: {contested_same} of {contested} equal git's");
}

/// Texts of few different lines, so that equal lines stand in many places. Each line has its break: where the
/// last has none, git now and then takes another one of two alignments that are equally good.
fn texts() -> impl Strategy<Value = [Vec<u8>; 3]> {
    let text = || proptest::collection::vec(0_u8..6, 0..14);
    (text(), proptest::collection::vec((0_usize..14, 0_u8..8, any::<bool>()), 0..5)).prop_map(
        |(base, edits)| {
            let mut sides = [base.clone(), base.clone()];
            for (index, (at, line, insert)) in edits.iter().enumerate() {
                let side = &mut sides[index % 2];
                let at = (*at).min(side.len());
                match (insert, at < side.len()) {
                    (true, _) => side.insert(at, *line),
                    (false, true) if *line > 5 => drop(side.remove(at)),
                    (false, true) => side[at] = *line,
                    (false, false) => {}
                }
            }
            let [ours, theirs] = sides;
            [write(&base), write(&ours), write(&theirs)]
        },
    )
}

fn write(lines: &[u8]) -> Vec<u8> {
    const WORDS: [&str; 9] = ["a", "b", "}", "", "  x: 1", "y", "new", "other", "third"];
    lines.iter().flat_map(|line| [WORDS[usize::from(*line)], "\n"]).collect::<String>().into_bytes()
}

/// Marked by git in each of its ways, and taken apart again: both sides are there with what git merged around the
/// conflicts, and with `diff3` what was before.
fn assert_taken_apart(options: &[&str], files: [&Path; 3]) {
    let marked = run_git(options, files).stdout;
    let [ours, theirs] = ["--ours", "--theirs"].map(|side| run_git(&[side], files).stdout);
    let marked_text = MarkedText::read(&marked);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let version = |version| match &marked_text {
        Some(apart) => apart.version(version).map(|bytes| text(&bytes)),
        None => Some(text(&marked)),
    };
    let all = text(&marked);
    assert_eq!(version(Version::Ours), Some(text(&ours)), "{options:?}\n{all}");
    assert_eq!(version(Version::Theirs), Some(text(&theirs)), "{options:?}\n{all}");
    let has_base = marked_text.is_none() || options.iter().any(|option| option.ends_with("diff3"));
    assert_eq!(version(Version::Base).is_some(), has_base, "{options:?}\n{all}");
}

const STYLES: [&[&str]; 4] =
    [&[], &["--diff3"], &["--zdiff3"], &["--marker-size=12", "-L", "a", "-L", "b c"]];

/// The same texts each time: in one of about 20,000 the library of the alignment takes another one that is as good as
/// git's, and no run is to fail by chance.
fn config(cases: u32) -> ProptestConfig {
    let rng_seed = RngSeed::Fixed(1);
    ProptestConfig { cases, rng_seed, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(1000))]

    #[test]
    fn generated_merges_equal_gits([base, ours, theirs] in texts()) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = |name: &str, text: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).expect("a file can be written");
            path
        };
        let files = (file("ours", &ours), file("base", &base), file("theirs", &theirs));
        let (wanted, is_clean) = git(&files.0, &files.1, &files.2).expect("these are texts");
        let merge = merge_text(&base, &ours, &theirs);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        prop_assert_eq!(text(&merge.with_side(Side::Ours)), text(&wanted));
        prop_assert_eq!(merge.is_clean(), is_clean);
    }

    #[test]
    fn what_git_marked_comes_apart_again(
        [base, ours, theirs] in texts(),
        is_crlf in any::<bool>(),
        style in 0..STYLES.len(),
    ) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = |name: &str, text: &[u8]| {
            let text = String::from_utf8_lossy(text).into_owned();
            let path = folder.path().join(name);
            std::fs::write(&path, if is_crlf { text.replace('\n', "\r\n") } else { text })
                .expect("a file can be written");
            path
        };
        let files = [file("ours", &ours), file("base", &base), file("theirs", &theirs)];
        assert_taken_apart(STYLES[style], [&files[0], &files[1], &files[2]]);
    }
}
