//! Writing the textual form: words with blanks between them, lines and indentation.

/// Builds the text.
pub(super) struct Writer {
    out: String,
    depth: usize,
    /// The next word needs a blank before it.
    blank: bool,
    /// Names of the fields, as comments of the nodes that read them.
    notes: Vec<String>,
}

impl Writer {
    pub fn new(notes: Vec<String>) -> Writer {
        Writer { out: String::new(), depth: 0, blank: false, notes }
    }

    /// A word, number or anything else that stands apart.
    pub fn word(&mut self, word: &str) {
        if self.blank {
            self.out.push(' ');
        }
        self.out.push_str(word);
        self.blank = true;
    }

    /// `key:`
    pub fn key(&mut self, key: &str) {
        self.word(key);
        self.out.push(':');
    }

    /// An opening bracket.
    pub fn open(&mut self, bracket: &str) {
        self.word(bracket);
        self.blank = false;
        self.depth += 1;
    }

    /// The closing bracket; on a line of its own if what it closes has lines.
    pub fn close(&mut self, bracket: &str, lines: bool) {
        self.depth = self.depth.saturating_sub(1);
        if lines {
            self.line();
        }
        self.out.push_str(bracket);
        self.blank = true;
    }

    /// A new line.
    pub fn line(&mut self) {
        self.out.push('\n');
        self.out.push_str(&"  ".repeat(self.depth));
        self.blank = false;
    }

    /// A quoted text.
    pub fn text(&mut self, text: &str) {
        let mut quoted = String::with_capacity(text.len() + 2);
        quoted.push('"');
        for c in text.chars() {
            match c {
                '"' => quoted.push_str("\\\""),
                '\\' => quoted.push_str("\\\\"),
                '\n' => quoted.push_str("\\n"),
                '\r' => quoted.push_str("\\r"),
                '\t' => quoted.push_str("\\t"),
                c if c.is_control() || c == '\u{2028}' || c == '\u{2029}' => {
                    quoted.push_str(&format!("\\u{{{:x}}}", u32::from(c)));
                }
                c => quoted.push(c),
            }
        }
        quoted.push('"');
        self.word(&quoted);
    }

    /// A comment with the name of a field; the caller ends the line.
    pub fn note_field(&mut self, index: usize) {
        if let Some(name) = self.notes.get(index) {
            // A name has no control characters, but a comment must never run over.
            let name: String = name.chars().filter(|c| !c.is_control()).collect();
            self.word(&format!("; {name}"));
        }
    }

    pub fn finish(mut self) -> String {
        self.out.push('\n');
        self.out
    }
}
