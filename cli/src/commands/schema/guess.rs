//! What type a column has, by all of its values.

use super::profile::Column;
use revplay_ir::number_style::NumberStyle;
use std::collections::BTreeSet;

/// Examples of styles of numbers, the likeliest first.
pub const STYLES: [&str; 4] = ["1.234,56", "1,234.56", "1 234,56", "1'234.56"];

/// Most labels of an enum.
const LABELS: usize = 20;

/// Words for true and false in exports beside those that every playbook knows.
const YES: [&str; 9] = ["ja", "j", "x", "wahr", "oui", "si", "sí", "on", "t"];
const NO: [&str; 6] = ["nein", "falsch", "non", "off", "f", "no"];

/// What a column seems to be.
#[derive(Clone, Debug, PartialEq)]
pub enum Guess {
    /// Its further words for true and for false; `x` alone means that empty is false.
    Bool(BTreeSet<String>, BTreeSet<String>, bool),
    Int,
    Number,
    Percent,
    Money(&'static str),
    /// Numbers as `51-200`.
    Range,
    /// With its format; `iso` needs none.
    Date(String),
    Timestamp(String),
    Enum,
    Email,
    Phone,
    Text,
}

/// The style of the numbers of a file: that of the columns that could be read in no other way.
pub fn style_of(columns: &[Column]) -> Option<&'static str> {
    let votes = |example: &str| {
        let style = NumberStyle::of_example(example);
        let fits = |value: &str| style.is_some_and(|s| s.to_plain(without_unit(value).0).is_some());
        let decimal = style.map_or('.', |s| s.decimal);
        let telling = |c: &&Column| {
            let is_number = c.all(fits) && !c.all(is_plain) && !c.all(|v| date_shape(v).is_some());
            is_number && !c.all(|v| is_plain(v) && !v.contains('.') || thousands_or_decimals(v, decimal))
        };
        columns.iter().filter(telling).count()
    };
    STYLES
        .into_iter()
        .map(|example| (votes(example), example))
        .rev()
        .max_by_key(|(n, _)| *n)
        .filter(|(n, _)| *n > 0)
        .map(|(_, e)| e)
}

/// `1,200`: three digits behind the only sign, which is more often that of thousands.
pub fn thousands_or_decimals(value: &str, sign: char) -> bool {
    let amount = without_unit(value).0;
    let is_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    amount.split_once(sign).is_some_and(|(whole, rest)| {
        (1..=3).contains(&whole.len()) && is_digits(whole) && rest.len() == 3 && is_digits(rest)
    })
}

/// Digits with a decimal point, as numbers are without a style.
fn is_plain(value: &str) -> bool {
    let value = without_unit(value).0;
    let digits = value.strip_prefix(['-', '+']).unwrap_or(value);
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    is_digits(whole) && is_digits(decimals)
}

/// The amount, and the currency or the sign of percent beside it.
pub fn without_unit(value: &str) -> (&str, Option<&'static str>) {
    const UNITS: [(&str, &str); 10] = [
        ("€", "EUR"),
        ("EUR", "EUR"),
        ("$", "USD"),
        ("USD", "USD"),
        ("£", "GBP"),
        ("GBP", "GBP"),
        ("CHF", "CHF"),
        ("¥", "JPY"),
        ("JPY", "JPY"),
        ("%", "%"),
    ];
    for (sign, unit) in UNITS {
        if let Some(rest) = value.strip_suffix(sign).or_else(|| value.strip_prefix(sign)) {
            return (rest.trim(), Some(unit));
        }
    }
    (value, None)
}

/// The plainest type that holds all values.
pub fn guess(column: &Column, style: Option<&'static str>) -> Guess {
    let header = super::names::snake_case(&column.header);
    let says = |words: &[&str]| words.iter().any(|w| header.split('_').any(|part| part == *w) || header == *w);
    if column.known == 0 {
        return Guess::Text;
    }
    if column.all(is_email) {
        return Guess::Email;
    }
    if says(&["phone", "telefon", "tel", "mobile", "mobil", "fax", "handy", "telephone"]) && column.all(is_phone) {
        return Guess::Phone;
    }
    if let Some(words) = bool_words(column) {
        return words;
    }
    if let Some(date) = dates(column, &header) {
        return date;
    }
    // Codes keep their zeros and are no quantities.
    let is_code = (!is_count(&header)
        && says(&["id", "nr", "no", "number", "nummer", "code", "plz", "zip", "postcode", "key", "kundennummer"]))
        || column.values.keys().any(|v| v.len() > 1 && v.starts_with('0') && v.bytes().all(|b| b.is_ascii_digit()));
    if is_code && column.all(|v| !v.contains(char::is_whitespace)) {
        return Guess::Text;
    }
    if let Some(number) = numbers(column, style, &header) {
        return number;
    }
    if column.all(is_range) {
        return Guess::Range;
    }
    let few =
        !column.many && (2..=LABELS).contains(&column.values.len()) && column.values.len() as u64 * 3 <= column.known;
    let short = |v: &str| v.chars().count() <= 40 && !v.contains(['\n', '`']) && v.contains(char::is_alphanumeric);
    if few && column.all(short) && !is_personal(&header) { Guess::Enum } else { Guess::Text }
}

/// `no_of_employees`, `number_of_sessions`: how many there are, not the number of one of them.
pub fn is_count(header: &str) -> bool {
    ["no_of_", "nr_of_", "number_of_", "num_of_"].iter().any(|start| header.starts_with(start))
}

fn is_email(value: &str) -> bool {
    let Some((name, domain)) = value.split_once('@') else { return false };
    !name.is_empty() && domain.contains('.') && !value.contains(char::is_whitespace)
}

fn is_phone(value: &str) -> bool {
    value.chars().filter(char::is_ascii_digit).count() >= 5
        && value.chars().all(|c| c.is_ascii_digit() || " +-/().".contains(c))
}

/// Names of columns with personal data.
pub fn is_personal(header: &str) -> bool {
    const WORDS: [&str; 24] = [
        "name",
        "first_name",
        "last_name",
        "firstname",
        "lastname",
        "full_name",
        "fullname",
        "surname",
        "vorname",
        "nachname",
        "contact",
        "contact_name",
        "kontakt",
        "ansprechpartner",
        "ansprechpartnerin",
        "kontaktperson",
        "address",
        "street",
        "adresse",
        "strasse",
        "birthday",
        "birth_date",
        "geburtsdatum",
        "geburtstag",
    ];
    WORDS.contains(&header)
}

fn bool_words(column: &Column) -> Option<Guess> {
    let (mut yes, mut no) = (BTreeSet::new(), BTreeSet::new());
    let (mut any_yes, mut any_no) = (false, false);
    for value in column.values.keys() {
        let word = value.to_lowercase();
        match word.as_str() {
            "true" | "yes" | "y" | "1" => any_yes = true,
            "false" | "no" | "n" | "0" => any_no = true,
            w if YES.contains(&w) => any_yes = yes.insert(value.clone()) || any_yes,
            w if NO.contains(&w) => any_no = no.insert(value.clone()) || any_no,
            _ => return None,
        }
    }
    let marks = any_yes && !any_no && column.empty > 0 && column.all(|v| v.eq_ignore_ascii_case("x"));
    (marks || (any_yes && any_no)).then_some(Guess::Bool(yes, no, marks))
}

fn numbers(column: &Column, style: Option<&'static str>, header: &str) -> Option<Guess> {
    let reading = style.and_then(NumberStyle::of_example);
    let plain = |value: &str| -> Option<String> {
        let amount = without_unit(value).0;
        match reading {
            Some(style) => style.to_plain(amount).map(|p| p.into_owned()),
            None => is_plain(amount).then(|| amount.to_string()),
        }
    };
    if !column.all(|v| plain(v).is_some()) {
        return None;
    }
    let units: BTreeSet<Option<&str>> = column.values.keys().map(|v| without_unit(v).1).collect();
    let unit: Vec<&'static str> = column.values.keys().filter_map(|v| without_unit(v).1).collect();
    match (units.len(), unit.first()) {
        (1, Some(&"%")) => return Some(Guess::Percent),
        (1 | 2, Some(&unit)) if !units.contains(&Some("%")) && units.iter().flatten().count() == 1 => {
            return Some(Guess::Money(unit));
        }
        (_, Some(_)) => return None,
        (_, None) => {}
    }
    for (word, currency) in [("eur", "EUR"), ("euro", "EUR"), ("usd", "USD"), ("gbp", "GBP"), ("chf", "CHF")] {
        if header.split('_').any(|part| part == word) {
            return Some(Guess::Money(currency));
        }
    }
    let whole = column.all(|v| plain(v).is_some_and(|p| !p.contains('.') && p.parse::<i64>().is_ok()));
    Some(if whole { Guess::Int } else { Guess::Number })
}

fn is_range(value: &str) -> bool {
    let is_number = |text: &str| {
        let text = text.trim();
        text.starts_with(|c: char| c.is_ascii_digit()) && text.bytes().all(|b| b.is_ascii_digit())
    };
    if let Some(low) = value.strip_suffix('+') {
        return is_number(low);
    }
    value.split_once(['-', '–']).is_some_and(|(low, high)| is_number(low) && is_number(high))
}

/// Dates of one shape in the whole column.
fn dates(column: &Column, header: &str) -> Option<Guess> {
    let has_word = |words: &[&str]| words.iter().any(|w| header.contains(w));
    let dated =
        has_word(&["date", "datum", "created", "updated", "modified", "time", "zeit", "_at", "erstellt", "stamp"]);
    let whole = |low: i64, high: i64| column.all(|v| v.parse().is_ok_and(|n: i64| (low..high).contains(&n)));
    if dated && whole(20_000, 80_000) {
        return Some(Guess::Date("excel".into()));
    }
    if dated && whole(500_000_000, 5_000_000_000) {
        return Some(Guess::Timestamp("epoch seconds".into()));
    }
    if dated && whole(500_000_000_000, 5_000_000_000_000) {
        return Some(Guess::Timestamp("epoch milliseconds".into()));
    }
    if column.all(|v| revplay_ir::time::parse_date(v).is_ok()) {
        return Some(Guess::Date("iso".into()));
    }
    if column.all(|v| revplay_ir::time::parse_timestamp_local(v).is_ok()) {
        return Some(Guess::Timestamp("iso".into()));
    }
    let shapes: Option<Vec<Shape>> = column.values.keys().map(|v| date_shape(v)).collect();
    let shapes = shapes?;
    let first = shapes.first()?;
    if shapes.iter().any(|s| s.sign != first.sign || s.time != first.time || s.year != first.year) {
        return None;
    }
    let most = |of: fn(&Shape) -> u32| shapes.iter().map(of).max().unwrap_or(0);
    let day_first = match (most(|s| s.parts[0]) > 12, most(|s| s.parts[1]) > 12) {
        (true, true) => return None,
        (true, false) => true,
        (false, true) => false,
        (false, false) => first.sign != '/',
    };
    let padded = shapes.iter().all(|s| s.padded);
    let (day, month) = if padded { ("dd", "mm") } else { ("d", "m") };
    let year = if first.year == 4 { "yyyy" } else { "yy" };
    let (a, b) = if day_first { (day, month) } else { (month, day) };
    let sign = first.sign;
    let format = format!("{a}{sign}{b}{sign}{year}{}", first.time);
    Some(if first.time.is_empty() { Guess::Date(format) } else { Guess::Timestamp(format) })
}

/// The form of a date with the year behind.
struct Shape {
    sign: char,
    parts: [u32; 2],
    padded: bool,
    /// Digits of the year.
    year: usize,
    /// What follows, as a format.
    time: String,
}

fn date_shape(value: &str) -> Option<Shape> {
    let (date, time) = value.split_once(' ').map_or((value, ""), |(d, t)| (d, t.trim()));
    let sign = date.chars().find(|c| !c.is_ascii_digit()).filter(|c| matches!(c, '.' | '/' | '-'))?;
    let parts: Vec<&str> = date.split(sign).collect();
    let [a, b, year] = parts.as_slice() else { return None };
    let number = |text: &str| -> Option<u32> {
        if (1..=2).contains(&text.len()) { text.parse().ok().filter(|n| (1..=31).contains(n)) } else { None }
    };
    if !matches!(year.len(), 2 | 4) || !year.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let parts = [number(a)?, number(b)?];
    Some(Shape { sign, parts, padded: a.len() == 2 && b.len() == 2, year: year.len(), time: time_format(time)? })
}

/// ` hh:MM`, ` h:mi:ss am`; the empty text for none.
fn time_format(time: &str) -> Option<String> {
    if time.is_empty() {
        return Some(String::new());
    }
    let (clock, am) = match time.rsplit_once(' ') {
        Some((clock, word)) if word.eq_ignore_ascii_case("am") || word.eq_ignore_ascii_case("pm") => (clock, " am"),
        Some(_) => return None,
        None => (time, ""),
    };
    let parts: Vec<&str> = clock.split(':').collect();
    let two = |text: &str| text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
    let hour = |text: &str| (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    match parts.as_slice() {
        [h, m] if hour(h) && two(m) => Some(format!(" h:MM{am}")),
        [h, m, s] if hour(h) && two(m) && two(s) => Some(format!(" h:MM:ss{am}")),
        _ => None,
    }
}

/// Whether the order of day and month is a guess.
pub fn unsure_order(column: &Column) -> bool {
    let shapes: Vec<Shape> = column.values.keys().filter_map(|v| date_shape(v)).collect();
    !shapes.is_empty() && shapes.iter().all(|s| s.sign != '.' && s.parts.iter().all(|p| *p <= 12))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(header: &str, values: &[&str]) -> Column {
        let known = values.len() as u64;
        let values = values.iter().map(|v| ((*v).to_string(), 1)).collect();
        Column { header: header.to_string(), values, known, ..Column::default() }
    }

    #[test]
    fn types_are_seen_in_all_values() {
        let german = Some("1.234,56");
        for (header, values, style, expected) in [
            ("Datum", &["23.11.2026", "01.02.2026"][..], None, Guess::Date("dd.mm.yyyy".into())),
            ("When", &["1/13/2026", "11/2/2026"], None, Guess::Date("m/d/yyyy".into())),
            ("When", &["13/1/2026 9:05", "2/11/2026 10:00"], None, Guess::Timestamp("d/m/yyyy h:MM".into())),
            ("Created date", &["46349", "46350"], None, Guess::Date("excel".into())),
            ("created_at", &["1795424400000"], None, Guess::Timestamp("epoch milliseconds".into())),
            ("Umsatz", &["1.234,56", "12"], german, Guess::Number),
            ("Umsatz (EUR)", &["1.234,56", "12"], german, Guess::Money("EUR")),
            ("Preis", &["1.234,56 €"], german, Guess::Money("EUR")),
            ("Mitarbeiter", &["1.234", "12"], german, Guess::Int),
            ("PLZ", &["01067", "10115"], None, Guess::Text),
            ("Size", &["51-200", "10001+"], None, Guess::Range),
            ("No. of Employees", &["51-200", "10001+"], None, Guess::Range),
            ("Number of Employees", &["51", "200"], None, Guess::Int),
            ("Customer No.", &["51", "200"], None, Guess::Text),
            ("Rabatt", &["5%", "12%"], None, Guess::Percent),
            ("Kunde", &["ja", "nein"], None, Guess::Bool(["ja".into()].into(), ["nein".into()].into(), false)),
            ("E-Mail", &["a@b.de"], None, Guess::Email),
            ("Telefon", &["+49 30 123456"], None, Guess::Phone),
            ("Notes", &["some text", "12"], None, Guess::Text),
        ] {
            assert_eq!(guess(&column(header, values), style), expected, "{header} {values:?}");
        }
        assert_eq!(style_of(&[column("a", &["1,5", "2"]), column("b", &["3"])]), Some("1.234,56"));
        assert_eq!(style_of(&[column("a", &["1.5", "2"]), column("d", &["01.02.2026"])]), None);
        assert_eq!(style_of(&[column("a", &["$1,200.50"])]), Some("1,234.56"));
        assert_eq!(style_of(&[column("a", &["1,200", "300"])]), Some("1,234.56"));
        assert!(unsure_order(&column("d", &["1/2/2026"])));
    }
}
