//! Closed days from a file: iCalendar (`.ics`), or one ISO date a line.

use revplay_ir::time;

/// Days since 1970-01-01, or the reason why the file cannot be used.
pub fn read(path: &str, text: &str) -> Result<Vec<i32>, String> {
    if path.to_lowercase().ends_with(".ics") { read_ics(text) } else { read_lines(text) }
}

fn read_lines(text: &str) -> Result<Vec<i32>, String> {
    let mut days = Vec::new();
    for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        // A second column names the holiday.
        let first = line.split([',', ';', '\t']).next().unwrap_or("").trim().trim_matches('"');
        if first.is_empty() || first.starts_with('#') {
            continue;
        }
        match time::parse_date(first) {
            Ok(day) => days.extend(i32::try_from(day)),
            // A head line.
            Err(_) if index == 0 => {}
            Err(_) => return Err(format!("line {} is no date: `{first}`", index + 1)),
        }
    }
    Ok(days)
}

fn read_ics(text: &str) -> Result<Vec<i32>, String> {
    let unfolded = icalendar::parser::unfold(text);
    let calendar = icalendar::parser::read_calendar(&unfolded).map_err(|_| "not an iCalendar file".to_string())?;
    let mut days = Vec::new();
    for event in calendar.components.iter().filter(|c| c.name == "VEVENT") {
        let property = |name: &str| event.find_prop(name).map(|p| p.val.as_ref().to_string());
        let summary = property("SUMMARY").unwrap_or_default();
        if property("RRULE").is_some() {
            return Err(format!("`{summary}` repeats by a rule (RRULE), which is not read: list each date"));
        }
        let start = property("DTSTART").ok_or_else(|| format!("`{summary}` has no DTSTART"))?;
        let first = ics_day(&start).ok_or_else(|| format!("`{summary}` begins at `{start}`, which is no date"))?;
        // DTEND of whole days is the day after the last (RFC 5545, 3.6.1).
        let end = property("DTEND").and_then(|e| ics_day(&e)).filter(|e| *e > first).unwrap_or(first + 1);
        if end - first > 366 {
            return Err(format!("`{summary}` lasts longer than a year"));
        }
        days.extend(first..end);
    }
    Ok(days)
}

fn ics_day(value: &str) -> Option<i32> {
    let digits = value.get(..8).filter(|d| d.bytes().all(|b| b.is_ascii_digit()))?;
    let (year, month, day) = (digits.get(..4)?, digits.get(4..6)?, digits.get(6..)?);
    time::parse_date(&format!("{year}-{month}-{day}")).ok().and_then(|day| i32::try_from(day).ok())
}
