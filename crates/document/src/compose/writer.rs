//! The text that grows while pieces are put together.

use std::borrow::Cow;
use std::collections::HashMap;
use std::rc::Rc;

use crate::block_scalar::Header;
use crate::compose::place::parent_column;
use crate::gap::{self, is_broken, line_break, past_break, spaces};
use crate::habits::Habits;
use crate::layout::Layout;
use crate::{Document, NodeId, Style, block_scalar};

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

    /// What becomes of so many blanks.
    pub(crate) fn width(&self, blanks: usize) -> usize {
        blanks.saturating_add(self.to.len()).saturating_sub(self.from.len())
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

/// The end of a block scalar, where more blanks could become content.
#[derive(Clone, Copy, Debug)]
struct BlockEnd {
    /// The length of the text behind it.
    at: usize,
    header: Header,
    /// By how many spaces its lines are indented.
    indent: usize,
    /// Whether its last line has its line break.
    ends_broken: bool,
}

impl BlockEnd {
    /// How much of the lines behind it, once they are shifted, could be content: blank ones, up to the first that has a
    /// tab where the indentation is to be. Such a line ends the scalar.
    fn blanks_at_its_end(&self, lines: &str, shift: &Shift) -> usize {
        let is_open = |line: &&str| {
            let indent = spaces(line);
            line.trim().is_empty() && (indent == line.len() || shift.width(indent) >= self.indent)
        };
        let mut end = 0;
        for line in gap::lines(lines).take_while(is_open) {
            end = past_break(lines, end + line.len());
        }
        end
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
    /// The block scalar that was written last.
    last_block: Option<BlockEnd>,
    /// Whether new text over several lines is written in quotes.
    pub(crate) quotes_lines: bool,
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
            last_block: None,
            quotes_lines: false,
        }
    }

    /// One that writes new text over several lines in quotes.
    pub(crate) fn in_quotes(base: &'a Document) -> Self {
        Self { quotes_lines: true, ..Self::new(base) }
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
        let behind_block = self.block_end().is_some();
        self.out.push_str(self.line_break);
        if let Some(block) = self.last_block.as_mut().filter(|_| behind_block) {
            block.at = self.out.len();
        }
    }

    /// The block scalar that the text ends with.
    fn block_end(&self) -> Option<&BlockEnd> {
        self.last_block.as_ref().filter(|block| block.at == self.out.len())
    }

    /// Whether a blank line would change the value before it.
    pub(crate) fn blanks_are_content(&self) -> bool {
        self.block_end().is_some_and(|block| block.header.chomp == Some('+'))
    }

    /// Lines, about to be shifted, as they may follow the value before them: blank ones must not become content of it.
    pub(crate) fn lines_to_follow<'l>(&self, lines: &'l str, shift: &Shift) -> Cow<'l, str> {
        let Some(block) = self.block_end() else { return Cow::Borrowed(lines) };
        let (blank, rest) = lines.split_at(block.blanks_at_its_end(lines, shift));
        if block.header.chomp == Some('+') {
            Cow::Borrowed(rest)
        } else if gap::lines(blank).any(|line| shift.width(line.len()) > block.indent) {
            let breaks: String = blank.chars().filter(|c| matches!(c, '\n' | '\r')).collect();
            Cow::Owned(breaks + rest)
        } else {
            Cow::Borrowed(lines)
        }
    }

    /// Ends the line of a value. After a block scalar whose last line has no break that waits until
    /// something follows: perhaps nothing does.
    pub(crate) fn end_value(&mut self) {
        if self.unbroken.is_none() {
            self.end_line();
        }
    }

    pub(crate) fn at_line_start(&self) -> bool {
        self.out.is_empty() || self.out == "\u{feff}" || self.out.ends_with(['\n', '\r'])
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
        if shift.is_none() && (own || !is_broken(text)) {
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

    /// The blanks that the last line begins with.
    pub(crate) fn current_indent(&mut self) -> String {
        let line = self.current_line();
        line[..line.len() - line.trim_start_matches([' ', '\t']).len()].to_owned()
    }

    /// The last line so far. Its start is remembered: a whole file may be one line.
    pub(crate) fn current_line(&mut self) -> &str {
        if let Some(found) = self.out.get(self.searched..).and_then(|new| new.rfind(['\n', '\r'])) {
            self.last_line = self.searched + found + 1;
        }
        self.searched = self.out.len();
        &self.out[self.last_line..]
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
        // A comment behind it ends a block scalar for good.
        let is_last = range.end <= from.node(last).span.end
            || from.text[from.node(last).span.end..range.end].trim().is_empty();
        let Some(header) = block_header(from, last).filter(|_| is_last) else {
            self.copy(from, &from.text[range], shift, fresh);
            return;
        };
        // Where `-` goes should the header have to say that the last line break is no content.
        let mark = from.facts(last).content + 1 + usize::from(header.indent.is_some());
        let ends_broken = from.text[range.clone()].ends_with(['\n', '\r']);
        if ends_broken || header.chomp == Some('-') || !range.contains(&mark) {
            self.copy(from, &from.text[range], shift, fresh);
        } else {
            self.copy(from, &from.text[range.start..mark], shift, fresh);
            self.unbroken = Some(self.out.len());
            self.copy(from, &from.text[mark..range.end], shift, false);
        }
        self.mark_block_scalar(header, shift.width(block_indent(from, last)), ends_broken);
    }

    /// Remembers that the text ends with a block scalar.
    pub(crate) fn mark_block_scalar(&mut self, header: Header, indent: usize, ends_broken: bool) {
        self.last_block = Some(BlockEnd { at: self.out.len(), header, indent, ends_broken });
    }

    fn break_is_content(&self) -> bool {
        self.block_end().is_some_and(|block| block.header.chomp != Some('-') && block.ends_broken)
    }

    /// The finished text. Whether it ends with a line break is as in the base, unless the break is content.
    pub(crate) fn finish(mut self) -> String {
        let base_ends_broken = self.base.text.is_empty() || self.base.text.ends_with('\n');
        if base_ends_broken {
            self.end_line();
        } else if !self.break_is_content() && self.out.ends_with('\n') {
            self.out.pop();
            if self.out.ends_with('\r') {
                self.out.pop();
            }
        }
        self.out
    }
}

/// The node whose text is the last of a node's.
pub(crate) fn last_leaf(document: &Document, node: NodeId) -> NodeId {
    let mut leaf = node;
    while document.node(leaf).style == Style::Block {
        match document.child_count(leaf).checked_sub(1).and_then(|last| document.child(leaf, last)) {
            Some(child) => leaf = child,
            None => break,
        }
    }
    leaf
}

/// Lines from the first one on that is not blank.
pub(crate) fn without_blank_lines(lines: &str) -> &str {
    let mut at = 0;
    while at < lines.len() {
        let end = line_break(lines, at);
        if !lines[at..end].trim().is_empty() {
            break;
        }
        at = past_break(lines, end);
    }
    &lines[at..]
}

/// By how many spaces the lines of a block scalar are indented: its header says so, or else its content; `usize::MAX`
/// where neither does, for then no blank line becomes content, however long.
pub(crate) fn block_indent(document: &Document, node: NodeId) -> usize {
    let given = block_header(document, node).and_then(|header| header.indent);
    if let Some(given) = given {
        return given + usize::try_from(parent_column(document, node)).unwrap_or(0);
    }
    if document.scalar_text(node).trim_matches(['\n', '\r']).is_empty() {
        return usize::MAX;
    }
    let text = &document.text[document.facts(node).content..document.node(node).span.end];
    let body = past_break(text, line_break(text, 0));
    block_scalar::indent(&text[body..], document.scalar_text(node))
}

/// The header of a block scalar.
pub(crate) fn block_header(document: &Document, node: NodeId) -> Option<Header> {
    let is_block = matches!(document.node(node).style, Style::Literal | Style::Folded);
    is_block.then(|| Header::of(&document.text[document.facts(node).content..]))
}
