//! `did you mean`.

/// Letters from which on a word is likely to be meant where it is part of a longer name.
const PART_CHARS_MIN: usize = 4;

/// The candidate closest to `word`, if it is close enough to be a slip; or else the only one of which it is a part, as
/// `employees` is of `no_of_employees`.
pub fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let candidates: Vec<&str> = candidates.into_iter().collect();
    slip(word, &candidates).or_else(|| longer(word, &candidates))
}

/// The only candidate that has the word between its ends and its `_`.
fn longer(word: &str, candidates: &[&str]) -> Option<String> {
    if word.chars().count() < PART_CHARS_MIN {
        return None;
    }
    let inner = format!("_{}_", word.to_lowercase());
    let mut found = candidates.iter().filter(|c| format!("_{}_", c.to_lowercase()).contains(&inner));
    let first = found.next()?;
    found.all(|c| c == first).then(|| first.to_string())
}

fn slip(word: &str, candidates: &[&str]) -> Option<String> {
    let lower = word.to_lowercase();
    candidates
        .iter()
        .filter_map(|candidate| {
            let distance = strsim::osa_distance(&lower, &candidate.to_lowercase());
            let limit = 1 + word.chars().count().saturating_sub(1) / 4;
            let similar = distance <= limit && distance < word.chars().count().max(2);
            similar.then(|| (distance, candidate.to_string()))
        })
        .min()
        .map(|(_, candidate)| candidate)
}

/// `` `a`, `b` and `c` `` of at most `most` names; says how many more there are.
pub fn listed<'a>(names: impl IntoIterator<Item = &'a str>, most: usize) -> String {
    let all: Vec<String> = names.into_iter().map(|n| format!("`{n}`")).collect();
    if all.len() > most {
        let shown = all.iter().take(most).cloned().collect::<Vec<_>>().join(", ");
        return format!("{shown} and {} more", all.len() - most);
    }
    match all.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_and_a_part_of_a_longer_name_are_meant() {
        let fields = ["no_of_employees", "lead_source", "create_date", "lead_id"];
        assert_eq!(closest("created_date", fields).as_deref(), Some("create_date"));
        assert_eq!(closest("employees", fields).as_deref(), Some("no_of_employees"));
        assert_eq!(closest("Source", fields).as_deref(), Some("lead_source"));
        assert_eq!(closest("lead", fields), None, "two have it");
        assert_eq!(closest("of", fields), None, "too short");
        assert_eq!(closest("ploy", fields), None, "no whole word");
    }
}
