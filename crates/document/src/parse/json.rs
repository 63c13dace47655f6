//! JSON by jsonc-parser's tokens, under a grammar of our own.
//!
//! The library's own tree is built by recursion and is lenient by default. Here comments and trailing commas
//! are read, because tools write them; everything else that RFC 8259 does not allow is refused.

use jsonc_parser::errors::ParseError as ScanError;
use jsonc_parser::tokens::Token;
use jsonc_parser::{Scanner, ScannerOptions};

use crate::arena::{NewNode, Sort};
use crate::parse::build::Builder;
use crate::scalar::Meaning;
use crate::{Document, Language, ParseError, Style};

/// Reads a JSON text.
pub(crate) fn parse(text: &str) -> Result<Document, ParseError> {
    let bom = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let options = ScannerOptions {
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    let mut reader = Reader {
        text,
        bom,
        scanner: Scanner::new(&text[bom..], &options),
        builder: Builder::new(text),
        brackets: Vec::new(),
        end: bom,
    };
    reader.builder.opening(bom);
    reader.document()?;
    reader.builder.finish(Language::Json)
}

/// What may come next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expect {
    Value,
    /// After `[`, or after a comma in it.
    ItemOrEnd,
    /// After `{`, or after a comma in it.
    KeyOrEnd,
    Colon,
    /// After a value in a container.
    CommaOrEnd,
    Nothing,
}

struct Reader<'t> {
    text: &'t str,
    bom: usize,
    scanner: Scanner<'t>,
    builder: Builder<'t>,
    /// Of the open containers, whether they are objects.
    brackets: Vec<bool>,
    /// Where the last token ended.
    end: usize,
}

impl<'t> Reader<'t> {
    fn document(&mut self) -> Result<(), ParseError> {
        let mut expect = Expect::Value;
        while let Some((token, start)) = self.token()? {
            expect = self.accept(expect, &token, start)?;
        }
        match expect {
            Expect::Nothing => Ok(()),
            Expect::Value if self.brackets.is_empty() => {
                Err(self.error(self.end, "the file has no value in it"))
            }
            _ => Err(self.error(self.text.len(), "the file ends before its last bracket is closed")),
        }
    }

    fn token(&mut self) -> Result<Option<(Token<'t>, usize)>, ParseError> {
        loop {
            let token = self.scanner.scan().map_err(|error| self.scan_error(&error))?;
            let start = self.bom + self.scanner.token_start();
            self.check_blank(self.end, start)?;
            self.end = self.bom + self.scanner.token_end();
            match token {
                None => return Ok(None),
                Some(Token::CommentLine(_) | Token::CommentBlock(_)) => {}
                Some(token) => return Ok(Some((token, start))),
            }
        }
    }

    /// The scanner takes more for blank than JSON has.
    fn check_blank(&self, from: usize, to: usize) -> Result<(), ParseError> {
        let gap = &self.text.as_bytes()[from..to];
        match gap.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r')) {
            None => Ok(()),
            Some(at) => Err(self.error(from + at, "this character cannot stand between values")),
        }
    }

    fn accept(&mut self, expect: Expect, token: &Token<'t>, start: usize) -> Result<Expect, ParseError> {
        match (expect, token) {
            (Expect::Value | Expect::ItemOrEnd, Token::OpenBrace) => self.open(true, start),
            (Expect::Value | Expect::ItemOrEnd, Token::OpenBracket) => self.open(false, start),
            (Expect::ItemOrEnd | Expect::CommaOrEnd, Token::CloseBracket)
                if self.brackets.last() == Some(&false) =>
            {
                Ok(self.close())
            }
            (Expect::KeyOrEnd | Expect::CommaOrEnd, Token::CloseBrace)
                if self.brackets.last() == Some(&true) =>
            {
                Ok(self.close())
            }
            (Expect::KeyOrEnd, Token::String(_)) => {
                self.scalar(token, start)?;
                Ok(Expect::Colon)
            }
            (Expect::Colon, Token::Colon) => Ok(Expect::Value),
            (Expect::CommaOrEnd, Token::Comma) => Ok(match self.brackets.last() {
                Some(true) => Expect::KeyOrEnd,
                _ => Expect::ItemOrEnd,
            }),
            (
                Expect::Value | Expect::ItemOrEnd,
                Token::String(_) | Token::Number(_) | Token::Boolean(_) | Token::Null,
            ) => {
                self.scalar(token, start)?;
                Ok(self.after_value())
            }
            _ => Err(self.error(start, unexpected(expect))),
        }
    }

    fn open(&mut self, object: bool, start: usize) -> Result<Expect, ParseError> {
        let sort = if object { Sort::Mapping } else { Sort::Sequence };
        let new = NewNode {
            style: Style::Flow,
            span: start..self.end,
            after: start,
            content: start,
            properties: None,
        };
        self.builder.open(sort, new)?;
        self.brackets.push(object);
        Ok(if object { Expect::KeyOrEnd } else { Expect::ItemOrEnd })
    }

    fn close(&mut self) -> Expect {
        self.builder.close(Some(self.end));
        self.brackets.pop();
        self.after_value()
    }

    fn after_value(&self) -> Expect {
        if self.brackets.is_empty() { Expect::Nothing } else { Expect::CommaOrEnd }
    }

    fn scalar(&mut self, token: &Token<'t>, start: usize) -> Result<(), ParseError> {
        let raw = &self.text[start..self.end];
        let (meaning, style, text) = match token {
            Token::String(text) => (Meaning::String, Style::DoubleQuoted, text.as_ref()),
            Token::Number(text) => (Meaning::Number, Style::Plain, *text),
            Token::Boolean(yes) => (Meaning::Bool(*yes), Style::Plain, raw),
            _ => (Meaning::Null, Style::Plain, raw),
        };
        if let Some(at) = raw.bytes().position(|byte| byte < 0x20) {
            return Err(self.error(start + at, "a control character stands in a string; it must be escaped"));
        }
        let new = NewNode { style, span: start..self.end, after: start, content: start, properties: None };
        self.builder.scalar(new, meaning, text).map(drop)
    }

    fn scan_error(&self, error: &ScanError) -> ParseError {
        let message = error.kind().to_string();
        let mut reason = message.trim_end_matches('.').to_owned();
        // Our messages begin in lower case.
        if let Some(first) = reason.get(..1).map(str::to_ascii_lowercase) {
            reason.replace_range(..1, &first);
        }
        self.error(self.bom + error.range().start, reason)
    }

    fn error(&self, offset: usize, reason: impl Into<String>) -> ParseError {
        ParseError::at(self.text, offset, reason)
    }
}

fn unexpected(expect: Expect) -> &'static str {
    match expect {
        Expect::Value | Expect::ItemOrEnd => "a value is expected here",
        Expect::KeyOrEnd => "a key in double quotes or `}` is expected here",
        Expect::Colon => "a colon is expected here",
        Expect::CommaOrEnd => "a comma or a closing bracket is expected here",
        Expect::Nothing => "nothing more is expected after the value",
    }
}
