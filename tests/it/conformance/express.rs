//! A case as an expression of the language, or why it has none.

use super::cases::{Case, Expected, Typed};

/// Infinities and NaN are no values.
pub const FINITE: &str = "a number is always finite (V2): an infinity is a bad cell, NaN is missing";
const BITS: &str = "a whole number has 64 bits: nothing overflows at 8, 16 or 32";
const OVERFLOW: &str = "overflow, and a result that is not finite, is missing (V2)";
const ROUNDED: &str = "a number is binary64: there is no rounding to 32 bits";
const MONTHS: &str = "a number of months or years is a length to add, not a value";
const NOTHING: &str = "the sum of nothing is 0 (L2)";
const ALL: &str = "`all` wants every value to be true: what is missing is not (M2), and of none it is true";
const DAYS: &str = "a date plus whole days is a date, not a point in time";
const DIGITS: &str = "`round` takes 0 to 15 decimals, anything else is missing";

/// What to do with a case.
pub enum Plan {
    Ask(Ask),
    Skip(String),
}

/// A question to the language.
#[derive(Debug)]
pub struct Ask {
    /// The expression over the fields.
    pub x: String,
    /// The same over literals, where all arguments have one.
    pub literal: Option<String>,
    /// Fields: name, type, cell.
    pub fields: Vec<(String, String, String)>,
    /// The rows of an aggregate: type and cells.
    pub items: Option<(String, Vec<String>)>,
    /// We promise another answer: the reason, and the answer as the result file has it.
    pub differs: Option<(&'static str, String)>,
}

/// The plan for a case.
pub fn plan(case: &Case) -> Plan {
    match ask(case) {
        Ok(ask) => Plan::Ask(ask),
        Err(reason) => Plan::Skip(reason),
    }
}

fn ask(case: &Case) -> Result<Ask, String> {
    if !KNOWN.contains(&case.function.as_str()) {
        return Err(unknown(&case.function).to_string());
    }
    let differs = differs(case)?;
    let mut ask = Ask { x: String::new(), literal: None, fields: Vec::new(), items: None, differs };
    let (mut fields, mut literals) = (Vec::new(), Vec::new());
    for (index, arg) in case.args.iter().enumerate() {
        if arg.list {
            let cells: Result<Vec<String>, String> = list(arg).iter().map(cell).collect();
            ask.items = Some((ty(arg)?, cells?));
            continue;
        }
        let months = (arg.ty == "iyear" && index == 1 && !arg.null).then(|| months(&arg.text)).flatten();
        if let Some(months) = months.filter(|_| case.function == "add") {
            fields.push(months.clone());
            literals.push(Some(months));
            continue;
        }
        let name = ["a", "b", "c", "d"].get(index).copied().unwrap_or("e").to_string();
        // A cell cannot hold an empty text (M1): it stands as a literal.
        if arg.ty == "str" && arg.text.trim().is_empty() && !arg.null {
            fields.push(format!("\"{}\"", arg.text));
        } else {
            ask.fields.push((name.clone(), ty(arg)?, cell(arg)?));
            fields.push(name);
        }
        literals.push(literal(arg));
    }
    ask.x = expression(case, &fields)?;
    let literals: Option<Vec<String>> = literals.into_iter().collect();
    ask.literal = literals.filter(|l| !l.is_empty()).map(|l| expression(case, &l)).transpose()?;
    Ok(ask)
}

const KNOWN: &[&str] = &[
    "and",
    "or",
    "not",
    "xor",
    "bool_and",
    "coalesce",
    "equal",
    "gt",
    "gte",
    "lt",
    "lte",
    "is_true",
    "is_false",
    "is_not_true",
    "is_not_false",
    "is_null",
    "is_not_null",
    "is_nan",
    "is_finite",
    "is_infinite",
    "add",
    "add_intervals",
    "multiply",
    "negate",
    "abs",
    "sqrt",
    "ln",
    "log2",
    "logb",
    "ceil",
    "round",
    "count",
    "sum",
    "max",
    "char_length",
    "concat",
    "concat_ws",
    "like",
    "starts_with",
    "upper",
];

/// Why there is no function like it.
fn unknown(function: &str) -> &'static str {
    if function.starts_with("bitwise") || function.starts_with("shift") {
        "no playbook looks at the bits of a whole number"
    } else if function.starts_with("regexp") || function == "string_split" {
        "a pattern tests a text; nothing counts, cuts or replaces by a pattern"
    } else if ["std_dev", "variance"].contains(&function) {
        "spread is no total: `median` and `percentile` say how values lie"
    } else if ["exp", "factorial"].contains(&function) {
        "there is `power`, and no function of its own for this"
    } else if function.ends_with("_length") {
        "`length` counts characters; nothing counts bytes or bits"
    } else if ["left", "right", "lpad", "rpad", "ltrim", "rtrim", "repeat", "reverse"].contains(&function) {
        "texts are taken apart by `before` and `after`, and trimmed at both ends"
    } else {
        "there are no angles"
    }
}

/// The expression with these operands in the places of the arguments.
fn expression(case: &Case, operands: &[String]) -> Result<String, String> {
    let at = |i: usize| operands.get(i).cloned().unwrap_or_default();
    let (a, b) = (at(0), at(1));
    let infix = |op: &str| Ok(format!("{a} {op} {b}"));
    match case.function.as_str() {
        "and" => infix("and"),
        "or" => infix("or"),
        "not" => Ok(format!("not {a}")),
        "xor" => infix("!="),
        "bool_and" => Ok("all(items where v)".into()),
        "coalesce" => infix("else"),
        "equal" => infix("="),
        "gt" => infix(">"),
        "gte" => infix(">="),
        "lt" => infix("<"),
        "lte" => infix("<="),
        "is_true" => Ok(format!("{a} is true")),
        "is_false" => Ok(format!("{a} is false")),
        "is_not_true" => Ok(format!("{a} is not true")),
        "is_not_false" => Ok(format!("{a} is not false")),
        "is_null" => Ok(format!("{a} is missing")),
        "is_not_null" => Ok(format!("{a} is known")),
        "is_nan" | "is_finite" | "is_infinite" => Err(FINITE.into()),
        "add" | "add_intervals" => infix("+"),
        "multiply" => infix("*"),
        "negate" => Ok(format!("-{a}")),
        "abs" | "sqrt" | "ln" | "ceil" | "upper" => Ok(format!("{}({a})", case.function)),
        "log2" => Ok(format!("log({a}, 2)")),
        "logb" => Ok(format!("log({b}, {a})")),
        "round" => Ok(format!("round({a}, {b})")),
        "count" => Ok("count(items where v is known)".into()),
        "sum" => Ok("sum(items.v)".into()),
        "max" => Ok("max(items.v)".into()),
        "char_length" => Ok(format!("length({a})")),
        "concat" if case.options.contains("IGNORE") => Ok(format!("concat({a} else \"\", {b} else \"\")")),
        "concat" => Ok(format!("concat({})", operands.join(", "))),
        "concat_ws" if case.args.iter().skip(1).any(|arg| arg.null) => {
            Err("nothing joins only the texts that are known".into())
        }
        "concat_ws" => Ok(format!("concat({})", operands[1..].join(&format!(", {a}, ")))),
        "starts_with" if case.options.contains("INSENSITIVE") => Ok(format!("{a} starts with {b} ignoring case")),
        "starts_with" => infix("starts with"),
        "like" => Ok(format!("{a} matches /^{}$/", case.args[1].text.replace('%', ".*").replace('_', "."))),
        other => Err(format!("there is no function like `{other}`")),
    }
}

/// What we answer on purpose in another way, or why the case asks for a type that we do not have.
fn differs(case: &Case) -> Result<Option<(&'static str, String)>, String> {
    let answer = |reason, text: &str| Ok(Some((reason, text.to_string())));
    let narrow = case.args.first().is_some_and(|a| matches!(a.ty.as_str(), "i8" | "i16" | "i32"));
    let endless = |arg: &Typed| arg.ty.starts_with("fp") && (arg.text.contains("inf") || arg.text.contains("nan"));
    if case.args.iter().any(endless) {
        return Err(FINITE.into());
    }
    let fp32 = case.args.iter().any(|a| a.ty == "fp32");
    match (&case.expected, case.function.as_str()) {
        (Expected::Error | Expected::Undefined, _) if narrow => Err(BITS.into()),
        (_, _) if narrow && case.options.contains("overflow") => Err(BITS.into()),
        (Expected::Error | Expected::Undefined, _) => answer(OVERFLOW, ""),
        (Expected::Value(value), _) if endless(value) => answer(OVERFLOW, ""),
        (Expected::Value(_), _) if fp32 && case.options.contains("rounding") => Err(ROUNDED.into()),
        (Expected::Value(value), "sum") if value.null => answer(NOTHING, "0"),
        (Expected::Value(_), "bool_and") => {
            let values = list(&case.args[0]);
            let missing = values.iter().any(|v| v.null) && values.iter().all(|v| v.null || v.text == "true");
            match (values.is_empty(), missing) {
                (true, _) => answer(ALL, "true"),
                (false, true) => answer(ALL, "false"),
                (false, false) => Ok(None),
            }
        }
        (Expected::Value(_), "add") if case.args[0].ty == "date" && case.args[1].ty == "iday" && !case.args[0].null => {
            answer(DAYS, "2021-01-05")
        }
        (Expected::Value(_), "round") if case.args[1].text.starts_with('-') => answer(DIGITS, ""),
        (Expected::Value(_), _) => Ok(None),
    }
}

/// The values of a list.
fn list(arg: &Typed) -> Vec<Typed> {
    let values = arg.text.split(',').map(str::trim).filter(|v| !v.is_empty());
    let one = |v: &str| Typed { text: v.to_string(), null: v.eq_ignore_ascii_case("null"), list: false, ..arg.clone() };
    values.map(one).collect()
}

/// The type of the field that holds an argument.
fn ty(arg: &Typed) -> Result<String, String> {
    Ok(match (arg.ty.as_str(), arg.scale) {
        ("bool", _) => "bool?",
        ("i8" | "i16" | "i32" | "i64", _) | ("dec", 0) => "int?",
        ("fp32" | "fp64", _) => "number?",
        ("dec", 2) => "money(EUR)?",
        ("dec", 3) => "money(KWD)?",
        ("str", _) => "text? verbatim",
        ("date", _) => "date?",
        ("pts" | "ptstz", _) => "timestamp?",
        ("iday", _) => "duration?",
        ("iyear", _) => return Err(MONTHS.into()),
        (other, _) => return Err(format!("there is no type like `{other}`")),
    }
    .to_string())
}

/// The cell of a file.
fn cell(arg: &Typed) -> Result<String, String> {
    if arg.null {
        return Ok(String::new());
    }
    Ok(match arg.ty.as_str() {
        "str" => format!("\"{}\"", arg.text.replace('"', "\"\"")),
        "iday" => days(&arg.text).ok_or_else(|| format!("not a length of time: {}", arg.text))?,
        _ => arg.text.clone(),
    })
}

/// The literal of a playbook, if it has one: none is missing, and none has an exponent.
fn literal(arg: &Typed) -> Option<String> {
    if arg.null || arg.text.contains("e+") {
        return None;
    }
    let text = &arg.text;
    Some(match arg.ty.as_str() {
        "str" => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
        "dec" if arg.scale == 2 => format!("({text} EUR)"),
        "dec" if arg.scale == 3 => format!("({text} KWD)"),
        "pts" | "ptstz" => text.replace('T', " "),
        "iday" => days(text)?,
        _ if text.starts_with('-') => format!("({text})"),
        _ => text.clone(),
    })
}

/// `P10D` and `PT5H` in words.
fn days(text: &str) -> Option<String> {
    if let Some(days) = text.strip_prefix('P').and_then(|t| t.strip_suffix('D')) {
        return Some(format!("{days} days"));
    }
    text.strip_prefix("PT").and_then(|t| t.strip_suffix('H')).map(|hours| format!("{hours} hours"))
}

/// `P5Y` and `P5M` in words.
fn months(text: &str) -> Option<String> {
    let number = text.strip_prefix('P')?;
    let years = number.strip_suffix('Y').map(|n| format!("{n} years clipped"));
    years.or_else(|| number.strip_suffix('M').map(|n| format!("{n} months clipped")))
}
