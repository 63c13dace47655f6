//! How a file is usually written: what new text follows.

use std::collections::HashMap;
use std::hash::Hash;

use crate::gap::{is_broken, line_start, spaces};
use crate::{Document, Language, NodeId, NodeKind, Style, extent};

/// The habits of one file; the more frequent way wins, and the usual way of the tools where there is none.
#[derive(Clone, Debug)]
pub(crate) struct Habits {
    /// By how many columns a block mapping lies deeper than the mapping around it.
    pub(crate) mapping_step: usize,
    /// By how many columns a block sequence lies deeper than the mapping around it: 0 is unindented.
    pub(crate) sequence_step: usize,
    /// One level of JSON or of flow style over several lines.
    pub(crate) unit: String,
    /// Whether containers in brackets lie over several lines.
    pub(crate) multi_line: bool,
    /// Whether text that needs quotes gets double ones.
    pub(crate) double_quotes: bool,
    /// What stands between a key and its value in JSON and flow style: `: ` or `:`.
    pub(crate) colon: String,
}

impl Habits {
    pub(crate) fn of(document: &Document) -> Self {
        let mut seen = Seen::default();
        for id in document.ids() {
            seen.node(document, id);
        }
        let mapping_step = seen.mapping_steps.most().unwrap_or(2);
        Self {
            mapping_step,
            sequence_step: seen.sequence_steps.most().unwrap_or(mapping_step),
            unit: seen.units.most().unwrap_or_else(|| "  ".to_owned()),
            multi_line: match document.language {
                // As the outermost container is; where that is empty, as most of the others, and over several
                // lines where there are none: that is how people expect a new file.
                Language::Json => outermost(document).unwrap_or(seen.multi_line >= seen.single_line),
                Language::Yaml => false,
            },
            double_quotes: seen.double_quotes >= seen.single_quotes,
            colon: seen.colons.most().unwrap_or_else(|| ": ".to_owned()),
        }
    }
}

/// Whether the root's first child stands on a line of its own.
fn outermost(document: &Document) -> Option<bool> {
    let first = match document.node(document.root).kind {
        NodeKind::Mapping(pairs) => pairs.first().map(|pair| pair.key),
        NodeKind::Sequence(items) => items.first().copied(),
        _ => None,
    };
    let gap = document.facts(document.root).content..document.node(first?).span.start;
    Some(is_broken(&document.text[gap]))
}

/// How often each way occurs.
struct Votes<T>(HashMap<T, usize>);

impl<T> Default for Votes<T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<T: Hash + Eq + Ord + Clone> Votes<T> {
    fn add(&mut self, way: T) {
        *self.0.entry(way).or_default() += 1;
    }

    /// The smaller way where two are equally frequent, so that the result does not depend on chance.
    fn most(&self) -> Option<T> {
        let best = self.0.iter().max_by(|(a, n), (b, m)| n.cmp(m).then_with(|| b.cmp(a)));
        best.map(|(way, _)| way.clone())
    }
}

#[derive(Default)]
struct Seen {
    mapping_steps: Votes<usize>,
    sequence_steps: Votes<usize>,
    units: Votes<String>,
    colons: Votes<String>,
    multi_line: usize,
    single_line: usize,
    double_quotes: usize,
    single_quotes: usize,
}

impl Seen {
    fn node(&mut self, document: &Document, id: NodeId) {
        let node = document.node(id);
        match (node.kind, node.style) {
            (NodeKind::Scalar, Style::DoubleQuoted) => self.double_quotes += 1,
            (NodeKind::Scalar, Style::SingleQuoted) => self.single_quotes += 1,
            (NodeKind::Mapping(_), Style::Block) => self.block(document, id, false),
            (NodeKind::Sequence(_), Style::Block) => self.block(document, id, true),
            (NodeKind::Mapping(pairs), Style::Flow) => {
                let first = pairs.first();
                self.flow(document, id, first.map(|pair| pair.key));
                if let Some(pair) = first {
                    let gap = document.node(pair.key).span.end..document.node(pair.value).span.start;
                    if document.text.get(gap.clone()).is_some_and(|gap| gap.trim_matches(' ') == ":") {
                        self.colons.add(document.text[gap].to_owned());
                    }
                }
            }
            (NodeKind::Sequence(items), Style::Flow) => self.flow(document, id, items.first().copied()),
            _ => {}
        }
    }

    fn block(&mut self, document: &Document, id: NodeId, sequence: bool) {
        let Some(parent) = document.node(id).parent else { return };
        if !matches!(document.node(parent).kind, NodeKind::Mapping(_)) {
            return;
        }
        let step = extent::column(document, id).saturating_sub(extent::column(document, parent));
        if sequence {
            self.sequence_steps.add(step);
        } else if step > 0 {
            self.mapping_steps.add(step);
        }
    }

    fn flow(&mut self, document: &Document, id: NodeId, first: Option<NodeId>) {
        let Some(first) = first else { return };
        let (open, start) = (document.facts(id).content, document.node(first).span.start);
        if !is_broken(&document.text[open..start]) {
            self.single_line += 1;
            return;
        }
        self.multi_line += 1;
        let (outer, inner) = (line_indent(&document.text, open), line_indent(&document.text, start));
        if let Some(unit) = inner.strip_prefix(outer).filter(|unit| !unit.is_empty()) {
            self.units.add(unit.to_owned());
        }
    }
}

/// The blanks that the line of `at` begins with.
pub(crate) fn line_indent(text: &str, at: usize) -> &str {
    let start = line_start(text, at);
    let line = &text[start..];
    let blanks = line.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    &line[..blanks.max(spaces(line))]
}
