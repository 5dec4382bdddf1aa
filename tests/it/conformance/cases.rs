//! The form of Substrait's files: `function(value::type, …) [option:VALUE] = value::type`, one case a line.

/// A value with its type.
#[derive(Clone, Debug, PartialEq)]
pub struct Typed {
    /// The value, without the quotes of a text; of a list all that is between its parentheses.
    pub text: String,
    /// The type without its parameters: `i64`, `dec`, `str`.
    pub ty: String,
    /// Decimals of a `dec`.
    pub scale: u8,
    /// The value is null.
    pub null: bool,
    /// The values of a column, for an aggregate.
    pub list: bool,
}

/// What must come out.
#[derive(Clone, Debug, PartialEq)]
pub enum Expected {
    Value(Typed),
    Error,
    Undefined,
}

/// A case.
#[derive(Clone, Debug)]
pub struct Case {
    pub line: String,
    pub function: String,
    pub args: Vec<Typed>,
    pub options: String,
    pub expected: Expected,
}

/// All cases of a file.
pub fn parse(text: &str) -> Vec<Case> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| case(line).unwrap_or_else(|| panic!("not understood: {line}"))).collect()
}

fn case(line: &str) -> Option<Case> {
    // `((1.0), (2.0)) std_dev(…) = …`: a table before the function.
    let start = if line.starts_with('(') { line.rfind(") ").filter(|_| line.contains("col0"))? } else { 0 };
    let table = if start > 0 { line.find(") std_dev").or(line.find(") variance"))? + 2 } else { 0 };
    let rest = &line[table..];
    let (function, mut rest) = rest.split_once('(')?;
    let mut args = Vec::new();
    if table == 0 {
        loop {
            let (arg, after) = typed(rest)?;
            args.push(arg);
            rest = after.trim_start();
            if let Some(after) = rest.strip_prefix(')') {
                rest = after.trim_start();
                break;
            }
            rest = rest.strip_prefix(',')?.trim_start();
        }
    } else {
        rest = rest.split_once(')')?.1.trim_start();
    }
    let mut options = String::new();
    if let Some(after) = rest.strip_prefix('[') {
        let (inside, after) = after.split_once(']')?;
        options = inside.to_string();
        rest = after.trim_start();
    }
    let expected = match rest.strip_prefix('=')?.trim() {
        "<!ERROR>" => Expected::Error,
        "<!UNDEFINED>" => Expected::Undefined,
        value => Expected::Value(typed(value)?.0),
    };
    Some(Case { line: line.to_string(), function: function.trim().to_string(), args, options, expected })
}

/// A value, `::` and its type, and what stands behind.
fn typed(text: &str) -> Option<(Typed, &str)> {
    let (value, rest, quoted, list) = match text.chars().next()? {
        '\'' => {
            let end = text[1..].find("'::")? + 1;
            (&text[1..end], &text[end + 1..], true, false)
        }
        '(' => {
            let end = text.find(")::")?;
            (&text[1..end], &text[end + 1..], false, true)
        }
        _ => {
            let end = text.find("::")?;
            (&text[..end], &text[end..], false, false)
        }
    };
    let rest = rest.strip_prefix("::")?;
    let mut depth = 0;
    let end = rest.find(|c: char| {
        match c {
            '<' => depth += 1,
            '>' => depth -= 1,
            _ => {}
        }
        depth == 0 && matches!(c, ',' | ')')
    });
    let (ty, rest) = rest.split_at(end.unwrap_or(rest.len()));
    let base: String = ty.chars().take_while(|c| c.is_alphanumeric()).collect();
    let scale = ty.split_once(',').and_then(|(_, s)| s.trim_end_matches('>').trim().parse().ok()).unwrap_or(0);
    let null = !quoted && value.eq_ignore_ascii_case("null");
    Some((Typed { text: value.to_string(), ty: base, scale, null, list }, rest))
}
