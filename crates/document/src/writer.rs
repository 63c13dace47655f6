//! The text that grows while pieces are put together.

use std::collections::HashMap;
use std::rc::Rc;

use crate::block_scalar::Header;
use crate::gap::{line_break, past_break};
use crate::habits::Habits;
use crate::layout::Layout;
use crate::{Document, NodeId, Style};

/// Another indentation for lines that are copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shift {
    from: String,
    to: String,
}

impl Shift {
    pub(crate) fn new(from: &str, to: &str) -> Self {
        Self { from: from.to_owned(), to: to.to_owned() }
    }

    /// By columns; negative numbers (the root has the column before the first) shift as well.
    pub(crate) fn columns(from: isize, to: isize) -> Self {
        let lowest = from.min(to);
        let spaces = |column: isize| " ".repeat((column - lowest).unsigned_abs());
        Self { from: spaces(from), to: spaces(to) }
    }

    pub(crate) fn is_none(&self) -> bool {
        self.from == self.to
    }

    /// A line without its break, indented anew. Blank lines stay empty; in a block scalar a line of spaces
    /// may be content, so it moves along with the rest.
    fn line(&self, line: &str) -> String {
        if line.is_empty() || self.is_none() {
            return line.to_owned();
        }
        if let Some(more) = self.to.strip_prefix(self.from.as_str()) {
            return format!("{more}{line}");
        }
        if let Some(less) = self.from.strip_prefix(self.to.as_str()) {
            let blanks =
                line.bytes().take(less.len()).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            return line[blanks..].to_owned();
        }
        match line.strip_prefix(self.from.as_str()) {
            Some(rest) => format!("{}{rest}", self.to),
            None => line.to_owned(),
        }
    }
}

/// The new text, and what is known about its end.
pub(crate) struct Writer<'a> {
    pub(crate) base: &'a Document,
    pub(crate) out: String,
    /// The line break of new lines.
    pub(crate) line_break: &'static str,
    layouts: HashMap<(usize, NodeId), Rc<Layout>>,
    habits: Option<Rc<Habits>>,
    /// Where the last line of `out[..searched]` begins.
    last_line: usize,
    searched: usize,
    /// Behind the header of a block scalar at the end of its file, whose last line has no line break: should
    /// one follow, the header has to say that it is no content.
    pub(crate) unbroken: Option<usize>,
    /// The length of the text after a block scalar whose last line break is content.
    pub(crate) break_is_content: usize,
    /// The length of the text after a block scalar to which blank lines would add content.
    pub(crate) blanks_are_content: usize,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(base: &'a Document) -> Self {
        let first = line_break(&base.text, 0);
        let line_break = if base.text[first..].starts_with("\r\n") { "\r\n" } else { "\n" };
        Self {
            base,
            out: String::with_capacity(base.text.len() + 256),
            line_break,
            layouts: HashMap::new(),
            habits: None,
            last_line: 0,
            searched: 0,
            unbroken: None,
            break_is_content: usize::MAX,
            blanks_are_content: usize::MAX,
        }
    }

    pub(crate) fn layout(&mut self, from: &Document, id: NodeId) -> Rc<Layout> {
        let address = std::ptr::from_ref(from).addr();
        Rc::clone(self.layouts.entry((address, id)).or_insert_with(|| Rc::new(from.layout(id))))
    }

    pub(crate) fn habits(&mut self) -> Rc<Habits> {
        Rc::clone(self.habits.get_or_insert_with(|| Rc::new(Habits::of(self.base))))
    }

    /// Adds text as it is.
    pub(crate) fn push(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// Ends the line, unless it is ended.
    pub(crate) fn end_line(&mut self) {
        if self.out.is_empty() || self.at_line_start() {
            return;
        }
        if let Some(header) = self.unbroken.take() {
            self.strip_last_break(header);
        }
        self.out.push_str(self.line_break);
    }

    /// Ends the line of a value. After a block scalar whose last line has no break that waits until
    /// something follows: perhaps nothing does.
    pub(crate) fn end_value(&mut self) {
        if self.unbroken.is_none() {
            self.end_line();
        }
    }

    pub(crate) fn at_line_start(&self) -> bool {
        self.out.is_empty() || self.out.ends_with(['\n', '\u{feff}'])
    }

    /// Makes the header of a block scalar say that its last line break is no content.
    fn strip_last_break(&mut self, header: usize) {
        match self.out.as_bytes().get(header) {
            Some(b'+') => self.out.replace_range(header..=header, "-"),
            _ => self.out.insert(header, '-'),
        }
    }

    /// Copies text of a document; lines after the first are shifted, and with `fresh` the first one too.
    pub(crate) fn copy(&mut self, from: &Document, text: &str, shift: &Shift, fresh: bool) {
        let own = std::ptr::eq(from, self.base);
        if shift.is_none() && (own || !text.contains('\n')) {
            self.out.push_str(text);
            return;
        }
        let (mut at, mut first) = (0, !fresh);
        while at < text.len() {
            let end = line_break(text, at);
            let next = past_break(text, end);
            let line = &text[at..end];
            if first {
                self.out.push_str(line);
            } else {
                self.out.push_str(&shift.line(line));
            }
            if next > end {
                let copied = &text[end..next];
                self.out.push_str(if own { copied } else { self.line_break });
            }
            first = false;
            at = next;
        }
    }

    /// The blanks that the last line begins with. The start of that line is remembered: a whole file may be
    /// one line.
    pub(crate) fn current_indent(&mut self) -> String {
        if let Some(found) = self.out.get(self.searched..).and_then(|new| new.rfind('\n')) {
            self.last_line = self.searched + found + 1;
        }
        self.searched = self.out.len();
        let line = &self.out[self.last_line..];
        line[..line.len() - line.trim_start_matches([' ', '\t']).len()].to_owned()
    }

    /// Copies whole lines that end with a node, and remembers what a following line break would mean to it.
    pub(crate) fn copy_with_end(
        &mut self,
        from: &Document,
        range: std::ops::Range<usize>,
        shift: &Shift,
        fresh: bool,
        node: NodeId,
    ) {
        let last = last_leaf(from, node);
        let Some(header) = block_header(from, last) else {
            self.copy(from, &from.text[range], shift, fresh);
            return;
        };
        // Where `-` goes should the header have to say that the last line break is no content.
        let mark = from.facts(last).content + 1 + usize::from(header.indent.is_some());
        let ends_broken = from.text[range.clone()].ends_with('\n');
        if ends_broken || header.chomp == Some('-') || !range.contains(&mark) {
            self.copy(from, &from.text[range], shift, fresh);
        } else {
            self.copy(from, &from.text[range.start..mark], shift, fresh);
            self.unbroken = Some(self.out.len());
            self.copy(from, &from.text[mark..range.end], shift, false);
        }
        self.mark_block_scalar(header, ends_broken);
    }

    /// Remembers that the text ends with a block scalar.
    pub(crate) fn mark_block_scalar(&mut self, header: Header, ends_broken: bool) {
        if header.chomp != Some('-') && ends_broken {
            self.break_is_content = self.out.len();
        }
        if header.chomp == Some('+') {
            self.blanks_are_content = self.out.len();
        }
    }

    /// The finished text. Whether it ends with a line break is as in the base, unless the break is content.
    pub(crate) fn finish(mut self) -> String {
        let base_ends_broken = self.base.text.is_empty() || self.base.text.ends_with('\n');
        if base_ends_broken {
            self.end_line();
        } else if self.break_is_content != self.out.len() && self.out.ends_with('\n') {
            self.out.pop();
            if self.out.ends_with('\r') {
                self.out.pop();
            }
        }
        self.out
    }
}

/// The node whose text is the last of a node's.
fn last_leaf(document: &Document, node: NodeId) -> NodeId {
    let mut leaf = node;
    while document.node(leaf).style == Style::Block {
        match document.child_count(leaf).checked_sub(1).and_then(|last| document.child(leaf, last)) {
            Some(child) => leaf = child,
            None => break,
        }
    }
    leaf
}

/// The header of a block scalar.
pub(crate) fn block_header(document: &Document, node: NodeId) -> Option<Header> {
    let is_block = matches!(document.node(node).style, Style::Literal | Style::Folded);
    is_block.then(|| Header::of(&document.text[document.facts(node).content..]))
}
