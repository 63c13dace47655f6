//! The merge against edits whose outcome is known: `syncline_testkit::edits` makes the cases.
//!
//! `SYNCLINE_CASES` says how many, `SYNCLINE_SEED` with which number they begin for each format, and
//! `SYNCLINE_CASE=insomnia-v5/17` runs one of them again.

mod judge;
mod samples;

use std::fmt::Write;
use std::sync::LazyLock;

use syncline_format::{Format, Formats};
use syncline_testkit::edits::{Case, Sample, Versions};

use judge::Judge;

static FORMATS: LazyLock<Formats> = LazyLock::new(Formats::built_in);

/// How many cases there are for all formats together.
fn cases() -> u64 {
    number("SYNCLINE_CASES").unwrap_or(240)
}

/// The number of each format's first case.
fn first_seed() -> u64 {
    number("SYNCLINE_SEED").unwrap_or(0)
}

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} is a number, not `{text}`")))
}

/// Format and number of the only case to run.
fn only_case() -> Option<(String, u64)> {
    let text = std::env::var("SYNCLINE_CASE").ok()?;
    let (format, seed) = text.rsplit_once('/').expect("a case is a format, a slash and a number");
    Some((format.to_owned(), seed.parse().expect("a number")))
}

/// What one format's cases came to.
#[derive(Default)]
struct Tally {
    merged: u64,
    conflicts: usize,
    open: u64,
    unwritten: u64,
    failed: Vec<String>,
}

fn run(format: &Format, samples: &[Sample<'_>], seeds: impl Iterator<Item = u64>) -> Tally {
    let mut tally = Tally::default();
    for seed in seeds {
        let count = u64::try_from(samples.len()).expect("few samples");
        let sample = &samples[usize::try_from(seed % count).expect("few samples")];
        let case = Case::of(sample, seed);
        let Some(versions) = case.versions() else {
            tally.unwritten += 1;
            continue;
        };
        let Some(expected) = case.expected(true) else {
            tally.open += 1;
            continue;
        };
        tally.merged += 1;
        tally.conflicts += expected.conflicts();
        let judge = Judge { format };
        if !judge.faults(&case, &versions).is_empty() {
            let fails = |case: &Case<'_, '_>| {
                case.versions().is_some_and(|versions| !judge.faults(case, &versions).is_empty())
            };
            tally.failed.push(report(format, seed, &case.shrunk(fails), &judge));
        }
    }
    tally
}

fn report(format: &Format, seed: u64, case: &Case<'_, '_>, judge: &Judge<'_>) -> String {
    let mut text = format!("SYNCLINE_CASE={}/{seed}\n{case}", format.name());
    let Some(versions) = case.versions() else { return text };
    for fault in judge.faults(case, &versions) {
        let _ = writeln!(text, "! {fault}");
    }
    let Versions { base, ours, theirs } = &versions;
    let merged = judge.merge(&versions, syncline_merge::Side::Ours).files;
    for (name, files) in [("base", base), ("ours", ours), ("theirs", theirs), ("merged", &merged)] {
        for (path, content) in files {
            if name == "base" || base.get(path) != Some(content) {
                let _ = writeln!(text, "--- {name} {path}\n{content}");
            }
        }
    }
    text
}

#[test]
fn what_two_people_do_comes_out_as_they_meant_it() {
    let only = only_case();
    let count = u64::try_from(FORMATS.iter().count()).expect("few formats");
    let each = usize::try_from(cases() / count).expect("a number of cases");
    let mut failed = Vec::new();
    for format in FORMATS.iter().filter(|it| only.as_ref().is_none_or(|(name, _)| it.name() == name)) {
        let samples = samples::of(format);
        assert!(!samples.is_empty(), "there is no sample of {}", format.name());
        let tally = match &only {
            Some((_, seed)) => run(format, &samples, std::iter::once(*seed)),
            None => run(format, &samples, (first_seed()..).take(each)),
        };
        let Tally { merged, conflicts, open, unwritten, .. } = tally;
        println!(
            "{}: {merged} merges, {conflicts} conflicts foretold, {} wrong; {open} open, {unwritten} not written",
            format.name(),
            tally.failed.len(),
        );
        failed.extend(tally.failed);
    }
    let shown: Vec<_> = failed.iter().take(20).map(String::as_str).collect();
    assert!(failed.is_empty(), "{} cases fail\n{}", failed.len(), shown.join("\n=====\n"));
}
