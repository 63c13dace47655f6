//! New values, each of which is known again wherever it comes out.

use std::collections::BTreeSet;

use syncline_document::Value;
use syncline_format::{FieldClass, MergeRule};

use super::super::edit::Edit;
use super::super::model::{Content, Model, Node, Uid};
use super::{Chooser, Who};

/// The marks of edits in a text: each must be found again after a merge, in the text or in what is held.
pub fn marks(text: &str) -> BTreeSet<&str> {
    let is_mark = |word: &&str| {
        let digits = word.strip_prefix("ours").or_else(|| word.strip_prefix("theirs"));
        let digits = digits.and_then(|rest| rest.strip_suffix('z'));
        digits.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
    };
    text.split(|c: char| !c.is_ascii_alphanumeric()).filter(is_mark).collect()
}

impl Chooser<'_, '_> {
    pub(super) fn mark(&mut self) -> String {
        self.marks += 1;
        let side = if self.who == Who::Ours { "ours" } else { "theirs" };
        format!("{side}{}z", self.marks)
    }

    /// A number that no other edit makes.
    pub(super) fn number(&mut self) -> u64 {
        self.marks += 1;
        let side = if self.who == Who::Ours { 10 } else { 20 };
        side * 1_000_000_000_000 + u64::from(self.marks)
    }

    /// An identity that nothing has, with room for what is below.
    pub(super) fn fresh(&mut self) -> Uid {
        self.marks += 1;
        Uid(1_000_000_000 + self.marks * 100_000)
    }

    fn text(&mut self) -> String {
        let mark = self.mark();
        match self.random.below(12) {
            0 => format!("{mark}: it # says"),
            1 => format!("\"{mark}\" isn't 'it'"),
            2 => format!("- {mark}"),
            3 => format!(" {mark} "),
            4 => format!("first\n\n  {mark}\nlast\n"),
            5 => format!("{{{{ _.{mark} }}}}/é\\n"),
            6 => format!("{mark}\nand more"),
            _ => mark,
        }
    }

    pub(super) fn new_value(&mut self) -> Value {
        match self.random.below(6) {
            0 => Value::number(self.number().to_string()),
            1 => Value::Bool(true),
            _ => Value::string(self.text()),
        }
    }

    /// Another value of the same sort.
    fn other_value(&mut self, old: &Value) -> Value {
        match old {
            Value::Bool(yes) => Value::Bool(!yes),
            Value::Number(_) => Value::number(self.number().to_string()),
            Value::String(text) if text.trim_end().contains('\n') && !self.is(4) => {
                let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
                let count = u64::try_from(lines.len()).unwrap_or(1);
                let at = usize::try_from(self.random.below(count)).unwrap_or(0);
                // The empty rest behind the last line break is no line.
                let at = if lines[at].is_empty() && at + 1 == lines.len() { 0 } else { at };
                lines[at] = self.mark();
                Value::string(lines.join("\n"))
            }
            _ if self.is(8) => self.new_value(),
            _ => Value::string(self.text()),
        }
    }

    pub(super) fn change(&mut self, model: &Model) -> Option<Edit> {
        let can = |uid: Uid| Self::is_plain(model, uid) && model.node(uid).is_some_and(is_changeable);
        let uid = self.node(model, can)?;
        let node = model.node(uid)?;
        if (self.is_reimport && node.facts.is_natural)
            || self.is_in_moved_file(model, uid)
            || !self.claim(model, uid)
        {
            return None;
        }
        let Content::Scalar(old) = &node.content else { return None };
        let is_number = old.as_number().is_some();
        let value = if node.is_noise() || node.facts.class == FieldClass::Order {
            if !is_number {
                return None;
            }
            Value::number(self.number().to_string())
        } else {
            self.other_value(old)
        };
        Some(Edit::Set(uid, value))
    }

    pub(super) fn put(&mut self, model: &Model) -> Option<Edit> {
        let mapping = self
            .node(model, |uid| model.node(uid).is_some_and(|node| node.is_mapping() && !node.is_noise()))?;
        if self.is_in_moved_file(model, mapping) || !self.claim(model, mapping) {
            return None;
        }
        // One that this side took away is by its key still the same.
        let is_known = self.base.entry(mapping, "x-shared").is_some();
        let (key, value) = if !is_known && self.is(5) {
            let value = if self.is(2) { Value::string("shared") } else { Value::string(self.text()) };
            ("x-shared".to_owned(), value)
        } else {
            (format!("x-{}", self.mark()), self.new_value())
        };
        Some(Edit::Put { mapping, key, node: self.fresh(), value })
    }

    pub(super) fn turn(&mut self, model: &Model) -> Option<Edit> {
        let mapping = self.node(model, |uid| {
            model.node(uid).is_some_and(Node::is_mapping) && model.children(uid).len() > 1
        })?;
        let has_comment = |uid: &Uid| model.node(*uid).is_some_and(|node| node.comment.is_some());
        if model.children(mapping).iter().any(has_comment) || !self.claim(model, mapping) {
            return None;
        }
        let by = 1 + self.random.below(model.children(mapping).len() as u64 - 1);
        Some(Edit::Turn(mapping, usize::try_from(by).ok()?))
    }

    pub(super) fn comment(&mut self, model: &Model) -> Option<Edit> {
        let can =
            |uid: Uid| model.key_of(uid).is_some() && model.node(uid).is_some_and(|it| it.origin.is_some());
        let uid = self.node(model, can)?;
        let first = model.node(uid)?.parent.map(|parent| model.children(parent)[0]);
        let is_json = model.file_of(uid)?.path.extension().as_deref() == Some("json");
        if first == Some(uid) || is_json || !self.claim(model, uid) || !self.commented.insert(uid) {
            return None;
        }
        if model.above(uid).any(|at| self.is_flow(model, at)) || self.is_in_moved_file(model, uid) {
            return None;
        }
        self.marks += 1;
        Some(Edit::Comment(uid, format!("note {} by {:?}", self.marks, self.who)))
    }

    /// Whether a container is written in brackets.
    fn is_flow(&self, model: &Model, uid: Uid) -> bool {
        let Some(node) = model.node(uid).filter(|node| !matches!(node.content, Content::Scalar(_))) else {
            return false;
        };
        let style = |origin: super::super::model::Origin| {
            self.sample.documents[origin.document].node(origin.node).style
        };
        node.origin.is_some_and(|origin| style(origin) == syncline_document::Style::Flow)
    }
}

fn is_changeable(node: &Node) -> bool {
    let settles_itself =
        matches!(node.facts.rule, Some(MergeRule::Ours | MergeRule::Theirs | MergeRule::Union));
    matches!(node.content, Content::Scalar(_)) && !settles_itself && node.facts.class != FieldClass::Local
}
