//! `did you mean`.

/// The candidate closest to `word`, if it is close enough to be a slip.
pub fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let lower = word.to_lowercase();
    candidates
        .into_iter()
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
