//! Names in messages: the closest match, and lists that stay readable.

use revplay_ir::fold::fold_case;

/// Names of a list that are printed before `and N more`.
const LISTED: usize = 20;

/// The candidate that is nearest to `name` if it is near enough to be a slip: folded alike, one
/// inside the other without its separators, or few edits apart.
pub(crate) fn closest<'a>(name: &str, candidates: &'a [String]) -> Option<&'a str> {
    let wanted = bare(name);
    if wanted.is_empty() {
        return None;
    }
    let scored = candidates.iter().filter_map(|candidate| {
        let found = bare(candidate);
        let length = wanted.chars().count().max(found.chars().count());
        // The distance is quadratic: names that cannot be near are not compared.
        if found.is_empty() || length > 100 || wanted.chars().count().abs_diff(found.chars().count()) > length / 3 {
            return None;
        }
        let edits = strsim::damerau_levenshtein(&wanted, &found);
        (edits <= length / 3).then_some((edits, candidate))
    });
    scored.min_by_key(|(edits, _)| *edits).map(|(_, candidate)| candidate.as_str())
}

/// The name folded, without blanks and punctuation: `Lead Source` and `lead_source` are one.
fn bare(name: &str) -> String {
    fold_case(name).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The names in backticks, separated by commas; a long list is cut and says how many more there are.
pub(crate) fn listed<S: AsRef<str>>(names: &[S]) -> String {
    let mut text =
        names.iter().take(LISTED).map(|name| format!("`{}`", shown(name.as_ref()))).collect::<Vec<_>>().join(", ");
    if names.len() > LISTED {
        text.push_str(&format!(" and {} more", names.len() - LISTED));
    }
    text
}

/// The beginning of a text, on one line, for a message.
fn shown(text: &str) -> String {
    let cut: String = text.chars().take(60).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if cut.len() < text.len() && text.chars().nth(60).is_some() { format!("{cut}…") } else { cut }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closest_forgives_case_separators_and_slips() {
        let headers: Vec<String> = ["Id", "Lead Source", "Employes", "Annual Revenue"].map(String::from).to_vec();
        assert_eq!(closest("lead_source", &headers), Some("Lead Source"));
        assert_eq!(closest("employees", &headers), Some("Employes"));
        assert_eq!(closest("territory", &headers), None);
        assert_eq!(closest("", &headers), None);
    }

    #[test]
    fn long_lists_are_cut() {
        let names: Vec<String> = (0..10_000).map(|i| format!("c{i}")).collect();
        let text = listed(&names);
        assert!(text.ends_with("`c19` and 9980 more"), "{text}");
    }
}
