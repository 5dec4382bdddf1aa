//! Words that were read before: what each of some texts means, by the text itself.

/// Longest text in bytes.
const LONGEST: usize = 16;

/// What some short texts mean.
#[derive(Clone, Debug)]
pub(crate) struct Known<V> {
    /// Text, its length and its value; a length of 0 is a free place.
    places: Vec<(u128, usize, V)>,
    mask: usize,
}

impl<V: Copy> Known<V> {
    /// Asks for the meaning of each text; those without one are left out.
    pub(crate) fn of<'a>(
        texts: impl IntoIterator<Item = &'a str>,
        blank: V,
        meaning: impl Fn(&str) -> Option<V>,
    ) -> Known<V> {
        let texts: Vec<&str> = texts.into_iter().filter(|text| (1..=LONGEST).contains(&text.len())).collect();
        let size = (texts.len() * 4).next_power_of_two().max(4);
        let mut known = Known { places: vec![(0, 0, blank); size], mask: size - 1 };
        for text in texts {
            let mut bytes = [0; LONGEST];
            bytes.iter_mut().zip(text.bytes()).for_each(|(to, from)| *to = from);
            let (key, length) = (u128::from_le_bytes(bytes), text.len());
            let Some(value) = meaning(text) else { continue };
            let place = known.place(key, length);
            if let Some(place) = known.places.get_mut(place) {
                *place = (key, length, value);
            }
        }
        known
    }

    /// Where a text is, or would be: there are always free places.
    #[inline]
    fn place(&self, key: u128, length: usize) -> usize {
        let mixed =
            (key as u64 ^ ((key >> 64) as u64).rotate_left(29) ^ length as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut at = (mixed >> 40) as usize & self.mask;
        while let Some((found, found_length, _)) = self.places.get(at) {
            if *found_length == 0 || (*found == key && *found_length == length) {
                break;
            }
            at = (at + 1) & self.mask;
        }
        at
    }

    /// The meaning of a text; `text` reaches sixteen bytes beyond `end`.
    #[inline]
    pub(crate) fn get(&self, text: &[u8], start: usize, end: usize) -> Option<V> {
        let length = end.checked_sub(start)?;
        if !(1..=LONGEST).contains(&length) {
            return None;
        }
        let bytes = text.get(start..)?.first_chunk::<LONGEST>()?;
        let key = u128::from_le_bytes(*bytes) & (u128::MAX >> (8 * (LONGEST - length)));
        match self.places.get(self.place(key, length))? {
            (_, 0, _) => None,
            (_, _, value) => Some(*value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_texts_are_found_and_no_others() {
        let texts = ["a", "ab", "organic", "paid_search", "sixteen letters!", "seventeen letters", "", "no"];
        let known = Known::of(texts, 0, |text| (text != "no").then_some(text.len()));
        for text in texts {
            let padded = format!("x{text},{}", "\0".repeat(32));
            let found = known.get(padded.as_bytes(), 1, 1 + text.len());
            assert_eq!(found, (1..=16).contains(&text.len()).then_some(text.len()).filter(|_| text != "no"), "{text}");
        }
        assert_eq!(
            known.get(&[b'a', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 0, 2),
            None,
            "a zero is text"
        );
    }
}
