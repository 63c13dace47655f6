//! Columns side by side.

use anstyle::Style;

use super::style::paint;

/// A cell wider than this does not push the columns after it away. Ids are up to 39 wide: a UUID with a word before it.
const WIDEST: usize = 40;

/// One cell: its text and its style.
pub(crate) type Cell = (String, Style);

/// A cell without a style.
pub(crate) fn plain(text: impl Into<String>) -> Cell {
    (text.into(), Style::new())
}

/// One line for each row, after `indent` spaces, two spaces between the columns.
pub(crate) fn rows(indent: usize, rows: &[Vec<Cell>]) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(|column| width_of(rows, column)).collect();
    rows.iter().map(|row| line(indent, row, &widths)).collect()
}

fn width_of(rows: &[Vec<Cell>], column: usize) -> usize {
    let widths = rows.iter().filter_map(|row| row.get(column)).map(|(text, _)| width(text));
    widths.filter(|width| *width <= WIDEST).max().unwrap_or(0)
}

fn line(indent: usize, row: &[Cell], widths: &[usize]) -> String {
    let mut line = " ".repeat(indent);
    let filled = row.iter().rposition(|(text, _)| !text.is_empty()).map_or(0, |last| last + 1);
    for (column, (text, style)) in row[..filled].iter().enumerate() {
        line.push_str(&paint(*style, text));
        if column + 1 < filled {
            line.push_str(&" ".repeat(widths[column].saturating_sub(width(text)) + 2));
        }
    }
    line.push('\n');
    line
}

/// Characters; names that hold wide ones only stand a little out of line.
fn width(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(cells: &[&str]) -> Vec<Cell> {
        cells.iter().map(|text| plain(*text)).collect()
    }

    #[test]
    fn columns_stand_below_each_other() {
        let table = [cells(&["a", "long", "x"]), cells(&["bcd", "e", ""]), cells(&["é", "", "y"])];
        assert_eq!(rows(2, &table).concat(), "  a    long  x\n  bcd  e\n  é          y\n");
    }

    #[test]
    fn one_wide_cell_does_not_widen_the_table() {
        let wide = "w".repeat(WIDEST + 1);
        let table = [cells(&[&wide, "x"]), cells(&["a", "y"])];
        assert_eq!(rows(0, &table).concat(), format!("{wide}  x\na  y\n"));
    }
}
