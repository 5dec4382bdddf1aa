//! The name that was probably meant.

/// The candidate nearest to a name, if it is near enough to be a slip of the hand.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = bare(name);
    let length = wanted.chars().count();
    let mut best: Option<(usize, &str)> = None;
    // The distance is quadratic: names as long as this are not typed by hand.
    if length == 0 || length > 200 {
        return None;
    }
    for candidate in candidates {
        let found = bare(candidate);
        let longest = length.max(found.chars().count());
        if found.is_empty() || longest > 200 {
            continue;
        }
        let edits = strsim::damerau_levenshtein(&wanted, &found);
        if edits <= longest.div_ceil(3) && edits < longest && best.is_none_or(|(least, _)| edits < least) {
            best = Some((edits, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Names in backticks, separated by commas; a long list is cut and says how many more there are.
pub fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const SHOWN: usize = 12;
    let names: Vec<&str> = names.into_iter().collect();
    let mut text = names.iter().take(SHOWN).map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN {
        text.push_str(&format!(" and {} more", names.len() - SHOWN));
    }
    text
}

/// Letters and digits only, in lower case: `Lead Source` and `lead_source` are one.
fn bare(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_found_and_other_names_are_not() {
        assert_eq!(nearest("enterprise-size", ["enterprise_size", "x"]), Some("enterprise_size"));
        assert_eq!(nearest("inbuond.play", ["inbound.play", "outbound.play"]), Some("inbound.play"));
        assert_eq!(nearest("territory", ["account", "x"]), None);
        assert_eq!(nearest("", ["account"]), None);
    }
}
