//! Asks the language and compares the answer.

use super::cases::{Case, Expected, Typed};
use super::express::Ask;
use revplay_tests::case;

/// Why the answer is wrong, if it is: over fields, and over literals.
pub fn wrong(case: &Case, ask: &Ask) -> Option<String> {
    let mut fields = String::from("  id text key\n");
    for (name, ty, _) in &ask.fields {
        fields.push_str(&format!("  {name} {ty}\n"));
    }
    let mut source =
        format!("playbook p for lead {{ timezone \"UTC\" }}\nrecord lead {{\n{fields}}}\noutput x = {}\n", ask.x);
    if let Some(literal) = &ask.literal {
        source.push_str(&format!("output l = {literal}\n"));
    }
    if let Some((ty, _)) = &ask.items {
        source.push_str(&format!(
            "record item {{\n  lead text\n  v {ty}\n}}\nlink lead.items to many item by item.lead = lead.id\n"
        ));
    }
    let names: Vec<&str> = ask.fields.iter().map(|(name, _, _)| name.as_str()).collect();
    let cells: Vec<&str> = ask.fields.iter().map(|(_, _, cell)| cell.as_str()).collect();
    let row = |first: &str, rest: &[&str]| std::iter::once(&first).chain(rest).copied().collect::<Vec<_>>().join(",");
    let mut run = case::Case::new(&source).leads(&format!("{}\n{}\n", row("id", &names), row("1", &cells)));
    if let Some((_, items)) = &ask.items {
        let rows: String = items.iter().map(|cell| format!("1,{cell}\n")).collect();
        run = run.rows("item", &format!("lead,v\n{rows}"));
    }
    let errors = run.check().errors();
    if !errors.is_empty() {
        return Some(format!("`{}` does not compile: {}", ask.x, errors.join("; ")));
    }
    let out = run.run();
    if !out.rejects.is_empty() {
        return Some(format!("rejects: {}", out.rejects.join("; ")));
    }
    let columns = ["x", "l"].into_iter().take(if ask.literal.is_some() { 2 } else { 1 });
    columns.map(|c| (c, out.column(c).remove(0))).find(|(_, got)| !right(case, ask, got)).map(|(column, got)| {
        let asked = if column == "x" { &ask.x } else { ask.literal.as_ref().unwrap_or(&ask.x) };
        format!("`{asked}` gives `{got}`")
    })
}

fn right(case: &Case, ask: &Ask, got: &str) -> bool {
    match (&ask.differs, &case.expected) {
        (Some((_, promised)), _) => got == promised,
        (None, Expected::Value(value)) => same(value, got),
        (None, Expected::Error | Expected::Undefined) => false,
    }
}

/// Numbers by their value, all else by its text.
fn same(expected: &Typed, got: &str) -> bool {
    if expected.null || got.is_empty() {
        return got.is_empty() && (expected.null || expected.text.is_empty());
    }
    match expected.ty.as_str() {
        "fp32" | "fp64" | "dec" => expected.text.parse::<f64>().ok() == got.parse::<f64>().ok(),
        "pts" | "ptstz" => got.strip_suffix('Z') == Some(expected.text.as_str()),
        "iday" => seconds(&expected.text) == clock(got),
        _ => expected.text == got,
    }
}

/// `P1DT10H0M0S` in seconds.
fn seconds(text: &str) -> Option<i64> {
    let (mut sum, mut number) = (0, String::new());
    for c in text.chars() {
        let unit = match c {
            '0'..='9' => {
                number.push(c);
                continue;
            }
            'D' => 86_400,
            'H' => 3_600,
            'M' => 60,
            'S' => 1,
            _ => continue,
        };
        sum += unit * std::mem::take(&mut number).parse::<i64>().ok()?;
    }
    Some(sum)
}

/// `34:00:00` in seconds.
fn clock(text: &str) -> Option<i64> {
    text.split(':').try_fold(0, |sum, part| Some(sum * 60 + part.parse::<i64>().ok()?))
}
