//! Names for fields, labels and records, made from the words of an export.

use std::collections::BTreeSet;

/// Words that are never names without backticks.
const RESERVED: [&str; 16] = [
    "when",
    "where",
    "and",
    "or",
    "not",
    "in",
    "is",
    "true",
    "false",
    "missing",
    "now",
    "today",
    "otherwise",
    "else",
    "within",
    "any",
];

/// `Lead Source` and `LeadSource` become `lead_source`, `Größe (m²)` becomes `groesse_m2`; empty if there is no letter or digit.
pub fn snake_case(text: &str) -> String {
    let mut name = String::new();
    let mut before: Option<char> = None;
    let chars: Vec<char> = text.trim().chars().collect();
    for (i, &c) in chars.iter().enumerate() {
        if !c.is_alphanumeric() {
            before = None;
            if !name.is_empty() && !name.ends_with('_') {
                name.push('_');
            }
            continue;
        }
        let next_is_lower = chars.get(i + 1).is_some_and(|n| n.is_lowercase());
        let starts_word = c.is_uppercase()
            && before.is_some_and(|b| b.is_lowercase() || b.is_ascii_digit() || (b.is_uppercase() && next_is_lower));
        if starts_word && !name.ends_with('_') {
            name.push('_');
        }
        plain(c, &mut name);
        before = Some(c);
    }
    name.trim_end_matches('_').to_string()
}

/// A letter without its accents, in lower case.
fn plain(c: char, into: &mut String) {
    for c in c.to_lowercase() {
        match c {
            'ä' => into.push_str("ae"),
            'ö' => into.push_str("oe"),
            'ü' => into.push_str("ue"),
            'ß' => into.push_str("ss"),
            'à' | 'á' | 'â' | 'ã' | 'å' => into.push('a'),
            'ç' | 'č' | 'ć' => into.push('c'),
            'è' | 'é' | 'ê' | 'ë' | 'ě' | 'ę' => into.push('e'),
            'ì' | 'í' | 'î' | 'ï' => into.push('i'),
            'ñ' | 'ń' => into.push('n'),
            'ò' | 'ó' | 'ô' | 'õ' | 'ø' => into.push('o'),
            'ù' | 'ú' | 'û' | 'ů' => into.push('u'),
            'ý' | 'ÿ' => into.push('y'),
            'š' | 'ś' => into.push('s'),
            'ž' | 'ź' | 'ż' => into.push('z'),
            'ł' => into.push('l'),
            '²' => into.push('2'),
            '³' => into.push('3'),
            c if c.is_alphanumeric() && unicode_word(c) => into.push(c),
            _ => {}
        }
    }
}

/// Signs that count as alphanumeric and cannot stand in a name (`½`) are left out.
fn unicode_word(c: char) -> bool {
    c.is_alphabetic() || c.is_ascii_digit()
}

/// The name as a playbook writes it: in backticks if need be.
pub fn written(name: &str) -> String {
    let is_word = name.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_alphanumeric() || c == '_')
        && !RESERVED.contains(&name);
    if is_word { name.to_string() } else { format!("`{}`", name.replace(['`', '\n'], " ")) }
}

/// A name that is not taken yet: with a number behind it if it is.
pub fn free(name: &str, taken: &mut BTreeSet<String>) -> String {
    let base = if name.is_empty() { "column" } else { name };
    let mut found = base.to_string();
    let mut number = 2;
    while !taken.insert(found.clone()) {
        found = format!("{base}_{number}");
        number += 1;
    }
    found
}

/// `leads` becomes `lead`, `companies` becomes `company`.
pub fn singular(name: &str) -> String {
    if let Some(stem) = name.strip_suffix("ies").filter(|stem| stem.len() > 1) {
        return format!("{stem}y");
    }
    match name.strip_suffix('s').filter(|stem| stem.len() > 2 && !stem.ends_with(['s', 'u', 'i'])) {
        Some(stem) => stem.to_string(),
        None => name.to_string(),
    }
}

/// A text of a playbook.
pub fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_become_names() {
        for (header, name) in [
            ("Lead Source", "lead_source"),
            ("NumberOfEmployees", "number_of_employees"),
            ("ID", "id"),
            ("HTTPStatus", "http_status"),
            (" E-Mail (geschäftlich) ", "e_mail_geschaeftlich"),
            ("Größe", "groesse"),
            ("30d Views", "30d_views"),
            ("Prénom", "prenom"),
            ("***", ""),
            ("Город", "город"),
        ] {
            assert_eq!(snake_case(header), name, "{header}");
        }
        assert_eq!(written("30d_views"), "`30d_views`");
        assert_eq!(written("in"), "`in`");
        assert_eq!(written("stage"), "stage");
        assert_eq!(singular("leads"), "lead");
        assert_eq!(singular("companies"), "company");
        assert_eq!(singular("status"), "status");
        assert_eq!(quoted("a \"b\" \\"), r#""a \"b\" \\""#);
    }
}
