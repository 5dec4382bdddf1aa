//! How an export writes numbers, said by an example: `numbers "1.234,56"`.

use std::borrow::Cow;

/// The signs between the digits of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NumberStyle {
    /// Before the decimals.
    pub decimal: char,
    /// Between groups of three digits, if such a sign is allowed.
    pub group: Option<char>,
}

/// Signs that may group digits; blanks and apostrophes of all kinds count as one.
const SIGNS: [char; 5] = ['.', ',', ' ', '\'', '_'];

impl NumberStyle {
    /// The style of an example that has decimals: `1.234,56`, `1234,56`, `1,234.56`, `1 234,56`, `1'234.56`.
    /// `None` for any other text: `1.234` could be read in two ways.
    pub fn of_example(example: &str) -> Option<NumberStyle> {
        let text: String = example.trim().chars().map(plain_sign).collect();
        let decimal = text.chars().rfind(|c| !c.is_ascii_digit()).filter(|c| matches!(c, '.' | ','))?;
        let (whole, decimals) = text.rsplit_once(decimal)?;
        let group = whole.chars().find(|c| !c.is_ascii_digit());
        let style = NumberStyle { decimal, group };
        let is_example = (1..=2).contains(&decimals.len())
            && !whole.is_empty()
            && group.is_none_or(|sign| sign != decimal && SIGNS.contains(&sign))
            && style.to_plain(&text).is_some();
        is_example.then_some(style)
    }

    /// The number with a decimal point and without groups: `-1234.56`. `None` if the text is not of this
    /// style: groups have three digits, the first one to three; a number without groups is fine.
    pub fn to_plain<'a>(&self, text: &'a str) -> Option<Cow<'a, str>> {
        let (sign, digits) = match text.chars().next()? {
            '-' | '\u{2212}' => ("-", text.get(text.chars().next()?.len_utf8()..)?),
            '+' => ("", text.get(1..)?),
            _ => ("", text),
        };
        if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('\u{2212}') {
            return Some(Cow::Borrowed(text));
        }
        let digits: String = digits.chars().map(plain_sign).collect();
        let (whole, decimals) = match digits.rsplit_once(self.decimal) {
            Some((_, "")) => return None,
            Some((whole, decimals)) => (whole, Some(decimals)),
            None => (digits.as_str(), None),
        };
        let is_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        let whole = self.ungrouped(whole)?;
        if !decimals.is_none_or(is_digits) || (whole.is_empty() && decimals.is_none()) {
            return None;
        }
        let whole = if whole.is_empty() { "0" } else { whole.as_str() };
        Some(Cow::Owned(match decimals {
            Some(decimals) => format!("{sign}{whole}.{decimals}"),
            None => format!("{sign}{whole}"),
        }))
    }

    fn ungrouped(&self, whole: &str) -> Option<String> {
        if whole.bytes().all(|b| b.is_ascii_digit()) {
            return Some(whole.to_owned());
        }
        let groups: Vec<&str> = whole.split(self.group?).collect();
        let fits = groups.iter().enumerate().all(|(i, group)| {
            let length = if i == 0 { (1..=3).contains(&group.len()) } else { group.len() == 3 };
            length && group.bytes().all(|b| b.is_ascii_digit())
        });
        fits.then(|| groups.concat())
    }
}

/// Blanks that do not break and curly apostrophes are the plain ones.
fn plain_sign(c: char) -> char {
    match c {
        '\u{a0}' | '\u{202f}' | '\u{2009}' => ' ',
        '\u{2019}' => '\'',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_says_its_signs() {
        for (example, decimal, group) in [
            ("1.234,56", ',', Some('.')),
            ("1234,56", ',', None),
            ("1,234.56", '.', Some(',')),
            ("1 234,56", ',', Some(' ')),
            ("1\u{202f}234,5", ',', Some(' ')),
            ("1’234.56", '.', Some('\'')),
            ("1.234.567,89", ',', Some('.')),
            ("0.5", '.', None),
        ] {
            assert_eq!(NumberStyle::of_example(example), Some(NumberStyle { decimal, group }), "{example}");
        }
        for bad in ["", "1.234", "1,234", "1.234.567", "12.34,56", "1.234.56", "abc", "1;234,5", ",5", "1.234,", "1..5"]
        {
            assert_eq!(NumberStyle::of_example(bad), None, "{bad}");
        }
    }

    #[test]
    fn numbers_of_a_style_become_plain() {
        let german = NumberStyle { decimal: ',', group: Some('.') };
        for (text, plain) in [
            ("1.234,56", "1234.56"),
            ("-1.234.567", "-1234567"),
            ("+12", "+12"),
            ("1234,5", "1234.5"),
            ("−3,5", "-3.5"),
            (",5", "0.5"),
            ("12.500", "12500"),
            ("007", "007"),
        ] {
            assert_eq!(german.to_plain(text).as_deref(), Some(plain), "{text}");
        }
        for bad in
            ["12.50", "1.2345", "1234.567", "1,5,5", "1.234,", "", "-", "1,234.56", ".500", "1 234", "a", "1,a", "--1"]
        {
            assert_eq!(german.to_plain(bad), None, "{bad}");
        }
        let french = NumberStyle { decimal: ',', group: Some(' ') };
        assert_eq!(french.to_plain("1\u{a0}234,5").as_deref(), Some("1234.5"));
        let swiss = NumberStyle { decimal: '.', group: Some('\'') };
        assert_eq!(swiss.to_plain("1’234.5").as_deref(), Some("1234.5"));
    }
}
