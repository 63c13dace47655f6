//! The table.

use std::fmt;
use std::time::Duration;

use crate::measure::Pair;

/// The most memory that one thing took at once, done by git and by Syncline, in bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Memory {
    pub(crate) git: u64,
    pub(crate) syncline: u64,
    /// The size of the files that went in.
    pub(crate) input: u64,
}

/// What is asked of a figure.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Goal {
    /// So many times faster than git, at least.
    Faster(f64),
    /// At most so many times git's time.
    AtMost(f64),
    /// Less than this, whatever git takes.
    Under(Duration),
    /// At most so many times what half as much took.
    OfHalf(f64, Duration),
}

/// What the columns are called.
const HEADER: [&str; 8] = ["", "resources", "git", "mergiraf", "Syncline", "Syncline is", "goal", "met"];

/// One line of the table.
type Row = [String; HEADER.len()];

/// All that was measured.
#[derive(Debug, Default)]
pub(crate) struct Report {
    rows: Vec<Row>,
    notes: Vec<String>,
}

impl Goal {
    fn is_met(self, pair: Pair) -> bool {
        match self {
            Self::Faster(times) => factor(pair.git, pair.syncline) >= times,
            Self::AtMost(times) => factor(pair.syncline, pair.git) <= times,
            Self::Under(limit) => pair.syncline < limit,
            Self::OfHalf(times, half) => factor(pair.syncline, half) <= times,
        }
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Faster(times) => write!(f, "≥ {times} × faster"),
            Self::AtMost(times) => write!(f, "≤ {times} × git's time"),
            Self::Under(limit) => write!(f, "< {limit:?}"),
            Self::OfHalf(times, _) => write!(f, "≤ {times} × half the size"),
        }
    }
}

impl Report {
    /// Adds how long something took.
    pub(crate) fn add(&mut self, what: impl Into<String>, resources: usize, pair: Pair, goal: Option<Goal>) {
        self.rows.push([
            what.into(),
            grouped(resources),
            milliseconds(pair.git),
            pair.mergiraf.map(milliseconds).unwrap_or_default(),
            milliseconds(pair.syncline),
            compared(pair),
            goal.map(|goal| goal.to_string()).unwrap_or_default(),
            goal.map(|goal| met(goal.is_met(pair))).unwrap_or_default(),
        ]);
    }

    /// Adds how much memory something took at once, of which at most so many times the input is wanted.
    pub(crate) fn add_memory(
        &mut self,
        what: impl Into<String>,
        resources: usize,
        memory: Memory,
        most: f64,
    ) {
        let times = ratio(memory.syncline, memory.input);
        self.rows.push([
            what.into(),
            grouped(resources),
            megabytes(memory.git),
            String::new(),
            megabytes(memory.syncline),
            format!("{times:.1} × the input"),
            format!("≤ {most} × the input"),
            met(times <= most),
        ]);
    }

    /// Adds a line below the table: what could not be measured, and why.
    pub(crate) fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    /// One line a row, below a header; a column of which there is nothing is left out.
    pub(crate) fn table(&self) -> String {
        let header = HEADER.map(str::to_owned);
        let is_shown = |column: usize| column == 0 || self.rows.iter().any(|row| !row[column].is_empty());
        let columns: Vec<usize> = (0..HEADER.len()).filter(|column| is_shown(*column)).collect();
        let lines: Vec<&Row> = std::iter::once(&header).chain(&self.rows).collect();
        let width =
            |column: &usize| lines.iter().map(|line| line[*column].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = columns.iter().map(width).collect();
        let mut out = String::new();
        for (number, line) in lines.iter().enumerate() {
            let cells = columns.iter().zip(&widths).map(|(column, width)| match (column, &line[*column]) {
                (1..=4, cell) => format!("{cell:>width$}"),
                (_, cell) => format!("{cell:<width$}"),
            });
            out.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
            out.push('\n');
            if number == 0 {
                let rules: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
                out.push_str(&rules.join("  "));
                out.push('\n');
            }
        }
        out.extend(self.notes.iter().map(|note| format!("{note}\n")));
        out
    }
}

fn met(is_met: bool) -> String {
    if is_met { "yes" } else { "NO" }.to_owned()
}

fn compared(pair: Pair) -> String {
    let faster = factor(pair.git, pair.syncline);
    if faster >= 1.0 {
        format!("{faster:.1} × faster")
    } else {
        format!("{:.2} × slower", factor(pair.syncline, pair.git))
    }
}

fn factor(a: Duration, b: Duration) -> f64 {
    a.as_secs_f64() / b.as_secs_f64().max(1e-9)
}

fn milliseconds(time: Duration) -> String {
    let milliseconds = time.as_secs_f64() * 1000.0;
    if milliseconds < 100.0 { format!("{milliseconds:.1} ms") } else { format!("{milliseconds:.0} ms") }
}

fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", ratio(bytes, 1_000_000))
}

#[expect(clippy::cast_precision_loss, reason = "no file and no memory is so big that it matters")]
fn ratio(a: u64, b: u64) -> f64 {
    a as f64 / b.max(1) as f64
}

/// As `100,000`.
pub(crate) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(git: u64, syncline: u64) -> Pair {
        Pair { git: Duration::from_millis(git), syncline: Duration::from_millis(syncline), mergiraf: None }
    }

    #[test]
    fn a_goal_is_met_at_its_limit_and_not_beyond() {
        assert!(Goal::Faster(4.0).is_met(pair(400, 100)));
        assert!(!Goal::Faster(4.0).is_met(pair(399, 100)));
        assert!(Goal::AtMost(1.3).is_met(pair(100, 130)));
        assert!(!Goal::AtMost(1.3).is_met(pair(100, 131)));
        assert!(!Goal::Under(Duration::from_secs(1)).is_met(pair(5, 1000)));
        assert!(Goal::OfHalf(2.3, Duration::from_millis(100)).is_met(pair(5, 230)));
        assert!(!Goal::OfHalf(2.3, Duration::from_millis(100)).is_met(pair(5, 231)));
    }

    #[test]
    fn numbers_are_told_in_groups() {
        assert_eq!([7, 1_000, 75_514, 100_000].map(grouped), ["7", "1,000", "75,514", "100,000"]);
        assert_eq!(compared(pair(360, 3)), "120.0 × faster");
        assert_eq!(compared(pair(100, 130)), "1.30 × slower");
    }

    #[test]
    fn a_column_of_which_there_is_nothing_is_left_out() {
        let mut report = Report::default();
        report.add("merge", 1, pair(4, 5), None);
        report.add_memory("memory", 1, Memory { git: 5_000_000, syncline: 9_000_000, input: 1_000_000 }, 8.5);
        assert!(!report.table().contains("mergiraf"), "{}", report.table());
        assert!(report.table().ends_with("5.0 MB    9.0 MB  9.0 × the input  ≤ 8.5 × the input  NO\n"));
        report.add("merge", 1, Pair { mergiraf: Some(Duration::from_millis(8)), ..pair(4, 5) }, None);
        report.note("the rest was not measured");
        assert!(report.table().contains("4.0 ms    8.0 ms    5.0 ms"), "{}", report.table());
        assert!(report.table().ends_with("\nthe rest was not measured\n"));
    }
}
