//! The one definition of "ignoring case", for comparisons, sets, enum labels and spellings.

/// Folds case: each character to lower case, then to upper, then to lower case again, by the full
/// (one to many) mappings of Unicode without language or context.
///
/// So `STRASSE`, `straße` and `STRAẞE` fold alike, as do the three sigmas; the dotless `ı` folds as `i`.
/// Folding a folded text changes nothing.
pub fn fold_case(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.chars().flat_map(char::to_lowercase).flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn v3_folding_is_full_and_idempotent() {
        assert_eq!(fold_case("STRASSE"), fold_case("straße"));
        assert_eq!(fold_case("STRAẞE"), fold_case("straße"));
        assert_eq!(fold_case("ΟΔΟΣ"), fold_case("οδος"));
        assert_eq!(fold_case("οδος"), fold_case("οδοσ"));
        assert_eq!(fold_case("İ"), fold_case("i\u{307}"));
        for c in '\0'..=char::MAX {
            let once = fold_case(&c.to_string());
            assert_eq!(fold_case(&once), once, "{c:?}");
            assert_eq!(fold_case(&c.to_uppercase().to_string()), once, "{c:?}");
            assert_eq!(fold_case(&c.to_lowercase().to_string()), once, "{c:?}");
        }
    }
}
