//! A line as bash has it while it is typed: words, quotes, and what of the last word bash takes for granted.

/// One word of the line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Word {
    /// What it means, without quotes.
    pub(crate) value: String,
    /// The quote that is open at its end.
    quote: Option<char>,
    /// The bytes of the value that bash takes for another word, as what is before a colon: it puts a completion
    /// behind them.
    kept: usize,
}

/// The words of a line, of which the last one may be empty. Bash breaks words at `breaks` (`COMP_WORDBREAKS`) too.
pub(crate) fn words(line: &str, breaks: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut word = Word::default();
    let mut is_begun = false;
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        let is_between = letter.is_whitespace() && word.quote.is_none();
        if is_between && is_begun {
            words.push(std::mem::take(&mut word));
        } else if !is_between {
            word.take(letter, &mut letters, breaks);
        }
        is_begun = !is_between;
    }
    words.push(word);
    words
}

impl Word {
    fn take(&mut self, letter: char, rest: &mut impl Iterator<Item = char>, breaks: &str) {
        match (self.quote, letter) {
            (Some(quote), letter) if letter == quote => self.quote = None,
            (None, '\'' | '"') => {
                self.quote = Some(letter);
                self.kept = self.value.len();
            }
            (None, '\\') => self.value.extend(rest.next()),
            (Some('"'), '\\') => {
                let next = rest.next();
                let is_escape = next.is_some_and(|next| matches!(next, '"' | '\\' | '$' | '`'));
                self.value.extend((!is_escape).then_some('\\').into_iter().chain(next));
            }
            _ => {
                self.value.push(letter);
                if self.quote.is_none() && breaks.contains(letter) {
                    self.kept = self.value.len();
                }
            }
        }
    }

    /// What bash is to put in the place of the word for this value; `None` where the quotes that are open cannot hold
    /// it. A name is data of others: nothing of it may mean something to the shell.
    pub(crate) fn completed(&self, value: &str) -> Option<String> {
        let rest = value.strip_prefix(&self.value[..self.kept])?;
        match self.quote {
            Some('\'') => (!rest.contains('\'')).then(|| rest.to_owned()),
            Some(_) => (!rest.contains(['"', '$', '`', '\\', '!'])).then(|| rest.to_owned()),
            None => Some(self.escaped(rest)),
        }
    }

    fn escaped(&self, rest: &str) -> String {
        let is_home = self.kept == 0 && self.value.starts_with('~');
        rest.char_indices().fold(String::new(), |mut out, (at, letter)| {
            let is_plain = letter.is_alphanumeric()
                || "_-./:@%+,=".contains(letter)
                || is_home && at == 0 && letter == '~';
            if !is_plain {
                out.push('\\');
            }
            out.push(letter);
            out
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BREAKS: &str = " \t\n\"'@><=;|&(:";

    fn last(line: &str) -> Word {
        words(line, BREAKS).pop().expect("a line has a word")
    }

    #[test]
    fn quotes_and_backslashes_make_one_word() {
        let values = |line| words(line, BREAKS).into_iter().map(|word| word.value).collect::<Vec<_>>();
        assert_eq!(
            values("syncline  diff 'a b' c\\ d \"e\\\"f\" "),
            ["syncline", "diff", "a b", "c d", "e\"f", ""]
        );
        assert_eq!(values("a \"b c"), ["a", "b c"]);
        assert_eq!(values("a b\\"), ["a", "b"]);
    }

    #[test]
    fn what_bash_took_for_a_word_is_not_put_in_twice() {
        assert_eq!(last("s diff Request:Ge").completed("Request:Get one").as_deref(), Some("Get\\ one"));
        assert_eq!(last("s diff Re").completed("Request:Get one").as_deref(), Some("Request:Get\\ one"));
        assert_eq!(last("s diff --from=ma").completed("--from=main").as_deref(), Some("main"));
        assert_eq!(
            last("s diff 'Request:Ge").completed("Request:Get one").as_deref(),
            Some("Request:Get one")
        );
        assert_eq!(last("s -C ~/wo").completed("~/work/").as_deref(), Some("~/work/"));
    }

    #[test]
    fn a_name_cannot_run_anything() {
        let name = "Request:$(touch /tmp/x); `id` 'x' \"y\" !1";
        let escaped = last("s diff ").completed(name).expect("it is escaped");
        assert_eq!(words(&escaped, "").pop().map(|word| word.value).as_deref(), Some(name));
        assert!(
            escaped.contains("\\$\\(") && escaped.contains("\\`") && escaped.contains("\\;"),
            "{escaped}"
        );
        assert_eq!(last("s diff \"").completed(name), None);
        assert_eq!(last("s diff '").completed(name), None);
    }
}
