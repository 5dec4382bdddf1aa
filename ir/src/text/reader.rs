//! Reading the textual form: tokens on demand, errors with their line.

use super::TextError;

/// Deepest nesting of lists and structures.
const DEPTH_MAX: u32 = 1000;

/// A token.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A bare word, with dots and `#`: `cmp.int.ge`, `field#3`.
    Word(String),
    /// Digits with sign, point and exponent, as written.
    Number(String),
    /// A quoted text after escapes.
    Text(String),
    /// Any other single character.
    Mark(char),
}

/// Reads tokens from a text.
pub(super) struct Reader<'a> {
    rest: &'a str,
    line: u32,
    peeked: Option<Token>,
    depth: u32,
}

type Result<T> = std::result::Result<T, TextError>;

impl<'a> Reader<'a> {
    pub fn new(text: &'a str) -> Reader<'a> {
        Reader { rest: text, line: 1, peeked: None, depth: 0 }
    }

    /// An error at the place reached.
    pub fn error<T>(&self, message: impl Into<String>) -> Result<T> {
        Err(TextError { line: self.line, message: message.into() })
    }

    /// Counts one level of nesting in.
    pub fn enter(&mut self) -> Result<()> {
        self.depth += 1;
        if self.depth > DEPTH_MAX { self.error("nested too deep") } else { Ok(()) }
    }

    /// Counts one level of nesting out.
    pub fn leave(&mut self) {
        self.depth -= 1;
    }

    fn bump(&mut self) -> Option<char> {
        let c = self.rest.chars().next()?;
        self.rest = self.rest.get(c.len_utf8()..)?;
        if c == '\n' {
            self.line += 1;
        }
        Some(c)
    }

    fn skip_blanks(&mut self) {
        while let Some(c) = self.rest.chars().next() {
            if c == ';' {
                while self.rest.chars().next().is_some_and(|c| c != '\n') {
                    self.bump();
                }
            } else if c.is_whitespace() || c == ',' {
                self.bump();
            } else {
                return;
            }
        }
    }

    fn take_while(&mut self, first: char, more: impl Fn(char) -> bool) -> String {
        let mut taken = String::from(first);
        while let Some(c) = self.rest.chars().next().filter(|&c| more(c)) {
            self.bump();
            taken.push(c);
        }
        taken
    }

    fn read(&mut self) -> Result<Option<Token>> {
        self.skip_blanks();
        let Some(c) = self.bump() else { return Ok(None) };
        let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '#');
        Ok(Some(match c {
            '"' => Token::Text(self.quoted()?),
            'a'..='z' | 'A'..='Z' | '_' => Token::Word(self.take_while(c, word)),
            '0'..='9' | '-' => {
                Token::Number(self.take_while(c, |c| c.is_ascii_digit() || matches!(c, '.' | 'e' | '-')))
            }
            c => Token::Mark(c),
        }))
    }

    fn quoted(&mut self) -> Result<String> {
        let mut text = String::new();
        loop {
            match self.bump() {
                Some('"') => return Ok(text),
                Some('\\') => text.push(self.escape()?),
                Some(c) => text.push(c),
                None => return self.error("text without its closing quote"),
            }
        }
    }

    fn escape(&mut self) -> Result<char> {
        match self.bump() {
            Some('n') => Ok('\n'),
            Some('r') => Ok('\r'),
            Some('t') => Ok('\t'),
            Some(c @ ('"' | '\\')) => Ok(c),
            Some('u') if self.bump() == Some('{') => {
                let mut code = 0u32;
                loop {
                    match self.bump() {
                        Some('}') => break,
                        Some(c) if c.is_ascii_hexdigit() && code <= 0x10_ffff => {
                            code = code * 16 + c.to_digit(16).unwrap_or(0);
                        }
                        _ => return self.error("unknown escape"),
                    }
                }
                char::from_u32(code).map_or_else(|| self.error("unknown escape"), Ok)
            }
            _ => self.error("unknown escape"),
        }
    }

    /// The next token without taking it; `None` at the end.
    pub fn peek(&mut self) -> Result<Option<&Token>> {
        if self.peeked.is_none() {
            self.peeked = self.read()?;
        }
        Ok(self.peeked.as_ref())
    }

    /// The next token.
    pub fn next(&mut self) -> Result<Token> {
        match self.peeked.take() {
            Some(token) => Ok(token),
            None => self.read()?.map_or_else(|| self.error("the text ends too early"), Ok),
        }
    }

    /// Takes a mark if it is next.
    pub fn eat(&mut self, mark: char) -> Result<bool> {
        let is_next = self.peek()? == Some(&Token::Mark(mark));
        if is_next {
            self.peeked = None;
        }
        Ok(is_next)
    }

    /// Takes a word if it is next.
    pub fn eat_word(&mut self, word: &str) -> Result<bool> {
        let is_next = matches!(self.peek()?, Some(Token::Word(w)) if w == word);
        if is_next {
            self.peeked = None;
        }
        Ok(is_next)
    }

    pub fn expect(&mut self, mark: char) -> Result<()> {
        if self.eat(mark)? { Ok(()) } else { self.error(format!("expected `{mark}`")) }
    }

    pub fn expect_word(&mut self, word: &str) -> Result<()> {
        if self.eat_word(word)? { Ok(()) } else { self.error(format!("expected `{word}`")) }
    }

    pub fn expect_end(&mut self) -> Result<()> {
        if self.peek()?.is_none() { Ok(()) } else { self.error("expected the end") }
    }

    pub fn word(&mut self) -> Result<String> {
        match self.next()? {
            Token::Word(word) => Ok(word),
            _ => self.error("expected a word"),
        }
    }

    pub fn text(&mut self) -> Result<String> {
        match self.next()? {
            Token::Text(text) => Ok(text),
            _ => self.error("expected a quoted text"),
        }
    }

    /// The next number as written.
    pub fn number(&mut self) -> Result<String> {
        match self.next()? {
            Token::Number(number) => Ok(number),
            _ => self.error("expected a number"),
        }
    }

    /// The next number as an integer type.
    pub fn integer<T: std::str::FromStr>(&mut self) -> Result<T> {
        let number = self.number()?;
        number.parse().or_else(|_| self.error(format!("`{number}` is not an integer of this size")))
    }
}
