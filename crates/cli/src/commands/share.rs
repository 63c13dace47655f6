//! `syncline share`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value as Json, json};
use syncline_format::{Category, Standing};
use syncline_sync::{ShareChange, ShareReport};

use crate::args::{ShareArgs, ShareCommand};
use crate::error::CommandError;
use crate::output::style::{BOLD, NAME};
use crate::output::words::{count, counted, listed, shown};
use crate::output::{Answer, json, style, table};
use crate::session::Session;

/// What taking out does not do.
const HISTORY: &str = "the history still has what was shared: where nobody may read it there, rewrite the history, \
     and replace each secret in it where it is used";
const COLLEAGUES: &str =
    "whoever pulls that commit loses these files, but for what they changed and did not commit";

pub(crate) fn run(session: &Session<'_>, args: ShareArgs) -> Result<Answer, CommandError> {
    match args.command.unwrap_or(ShareCommand::List) {
        ShareCommand::List => list(session),
        ShareCommand::Add { category } => change(session, &category, true),
        ShareCommand::Remove { category } => change(session, &category, false),
    }
}

fn list(session: &Session<'_>) -> Result<Answer, CommandError> {
    let report = session.open()?.shared()?;
    let object = || {
        json!({
            "format": report.format,
            "categories": report.categories.iter().map(json::category).collect::<Json>(),
            "rules": report.rules.iter().map(json::setting).collect::<Json>(),
            "not_shared": json::unshared(&report.unshared),
            "taken_out": report.taken_out.iter().map(ToString::to_string).collect::<Json>(),
        })
    };
    let hint = (!report.categories.is_empty()).then(|| {
        style::next_step(
            "`syncline share add CATEGORY` shares one, `syncline share remove CATEGORY` takes one out",
        )
    });
    Ok(session.report(object, || text(&report)).notes(session.notes(hint)))
}

fn text(report: &ShareReport) -> String {
    let mut out = if !report.has_categories {
        let all = if report.unshared.is_empty() { "Every file" } else { "Every file but those below" };
        format!("{all} is shared: the format {} has no categories\n", shown(&report.format))
    } else if report.categories.is_empty() {
        "There are no categories here yet\n".to_owned()
    } else {
        categories(&report.categories)
    };
    if !report.rules.is_empty() {
        let _ = writeln!(out, "{}", style::heading("Settings"));
        let rows = report.rules.iter().map(|rule| {
            let value = rule.value.as_deref().map(shown).unwrap_or_default();
            [shown(&rule.key), value, json::source(rule.source).to_owned()].map(table::plain).to_vec()
        });
        out.push_str(&table::rows(2, &rows.collect::<Vec<_>>()).concat());
    }
    if !report.taken_out.is_empty() {
        let files = counted(report.taken_out.len(), "file leaves", "files leave");
        let _ = writeln!(out, "{files} the repository with the next commit, and stay here");
    }
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    for (_, why) in &report.unshared {
        *reasons.entry(why.to_string()).or_default() += 1;
    }
    if !reasons.is_empty() {
        let heading = style::heading(format!("Files that stay here ({})", report.unshared.len()));
        let _ = writeln!(out, "{heading}: see them with `syncline status --verbose`");
        for (why, number) in reasons {
            let _ = writeln!(out, "  {}: {}", count(number, "file"), shown(why));
        }
    }
    out
}

fn categories(categories: &[Category]) -> String {
    let heading = ["Category", "Shared", "Why", "Resources"].map(|text| (text.to_owned(), BOLD));
    let rows = categories.iter().map(|category| {
        let is_shared = match (category.is_shared, category.is_around_shared) {
            (true, _) => "yes",
            (false, true) => "in part",
            (false, false) => "no",
        };
        vec![
            (shown(category.full_name()), NAME),
            table::plain(is_shared),
            table::plain(why(category)),
            table::plain(category.resources.to_string()),
        ]
    });
    table::rows(0, &std::iter::once(heading.to_vec()).chain(rows).collect::<Vec<_>>()).concat()
}

/// What decides about a category.
fn why(category: &Category) -> String {
    match &category.standing {
        Standing::Fixed { around: None } => "the format has it so".to_owned(),
        Standing::Fixed { around: Some(around) } => format!("as all that is in {}", shown(around)),
        Standing::Said { around: None } => "it says so itself".to_owned(),
        Standing::Said { around: Some(around) } => format!("as {}, which it is in", shown(around)),
        Standing::Unsaid if category.is_shared => "nothing says otherwise".to_owned(),
        Standing::Unsaid => "nothing says that it is".to_owned(),
        Standing::Unknown => "what it is in cannot be found".to_owned(),
    }
}

fn change(session: &Session<'_>, category: &str, shared: bool) -> Result<Answer, CommandError> {
    let report = session.open()?.share(category, shared)?;
    let object = || {
        let texts = |paths: &[_]| paths.iter().map(ToString::to_string).collect::<Json>();
        json!({
            "category": json::category(&report.category),
            "changed": report.is_changed,
            "comes": texts(&report.comes),
            "leaves": texts(&report.leaves),
            "unlike": report.unlike.iter().map(json::category).collect::<Json>(),
        })
    };
    let mut notes = Vec::new();
    if !report.leaves.is_empty() {
        notes.extend([HISTORY, COLLEAGUES]);
    }
    if report.is_changed {
        notes.push("`syncline undo` takes this back");
    }
    let notes = notes.into_iter().map(style::next_step);
    Ok(session.account(object, || account(&report)).notes(session.notes(notes)))
}

fn account(report: &ShareChange) -> String {
    let ShareChange { category, is_changed, comes, leaves, unlike } = report;
    let name = shown(category.full_name());
    let state = if category.is_shared { "shared" } else { "not shared" };
    if !is_changed {
        return format!("{name} is {state} already: {}\n", why(category));
    }
    let mut out = format!("{name} is {state} from now on\n");
    if !comes.is_empty() {
        let _ = write!(out, "The next commit takes {} of it:\n{}", count(comes.len(), "file"), listed(comes));
    }
    if !leaves.is_empty() {
        let files = count(leaves.len(), "file");
        let _ = write!(
            out,
            "The next commit removes {files} from the repository; they stay here:\n{}",
            listed(leaves)
        );
    }
    if !unlike.is_empty() {
        let state = if category.is_shared { "not shared" } else { "shared" };
        let names: Vec<_> = unlike.iter().map(Category::full_name).collect();
        let _ = write!(out, "What says so itself stays {state}:\n{}", listed(&names));
    }
    out
}
