//! The table.

use std::fmt;
use std::time::Duration;

use crate::measure::Pair;

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

/// One line of the table.
#[derive(Clone, Debug)]
struct Row {
    what: String,
    resources: String,
    pair: Pair,
    goal: Option<Goal>,
}

/// All that was measured.
#[derive(Debug, Default)]
pub(crate) struct Report {
    rows: Vec<Row>,
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
    pub(crate) fn add(&mut self, what: impl Into<String>, resources: usize, pair: Pair, goal: Option<Goal>) {
        self.rows.push(Row { what: what.into(), resources: grouped(resources), pair, goal });
    }

    /// One line a row, below a header.
    pub(crate) fn table(&self) -> String {
        let header = ["", "resources", "git ms", "Syncline ms", "Syncline is", "goal", "met"];
        let mut lines = vec![header.map(str::to_owned)];
        lines.extend(self.rows.iter().map(Row::cells));
        let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
        let widths: [usize; 7] = std::array::from_fn(width);
        let mut out = String::new();
        for (number, line) in lines.iter().enumerate() {
            let cells = line.iter().zip(widths).enumerate().map(|(column, (cell, width))| match column {
                1..=3 => format!("{cell:>width$}"),
                _ => format!("{cell:<width$}"),
            });
            out.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
            out.push('\n');
            if number == 0 {
                out.push_str(&widths.map(|width| "─".repeat(width)).join("  "));
                out.push('\n');
            }
        }
        out
    }
}

impl Row {
    fn cells(&self) -> [String; 7] {
        let met = self.goal.map(|goal| if goal.is_met(self.pair) { "yes" } else { "NO" });
        [
            self.what.clone(),
            self.resources.clone(),
            milliseconds(self.pair.git),
            milliseconds(self.pair.syncline),
            compared(self.pair),
            self.goal.map(|goal| goal.to_string()).unwrap_or_default(),
            met.unwrap_or_default().to_owned(),
        ]
    }
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
    if milliseconds < 100.0 { format!("{milliseconds:.1}") } else { format!("{milliseconds:.0}") }
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
        Pair { git: Duration::from_millis(git), syncline: Duration::from_millis(syncline) }
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
}
