//! The text that the grammar reads: the user's text with repairs, and the way back to the user's places.

use crate::span::Span;

/// A replacement in the user's text; an insertion if its span is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Edit {
    pub span: Span,
    pub text: String,
}

impl Edit {
    pub fn new(span: Span, text: impl Into<String>) -> Edit {
        Edit { span, text: text.into() }
    }

    pub fn insert(at: u32, text: &str) -> Edit {
        Edit { span: Span { start: at, end: at }, text: text.to_string() }
    }
}

struct Segment {
    new_start: u32,
    old_start: u32,
    old_end: u32,
    copied: bool,
}

/// A piece of the text after its edits.
pub(crate) struct Piece {
    pub text: String,
    segments: Vec<Segment>,
}

impl Piece {
    /// Copies `base[span]`, applying the edits inside; of two that overlap the first wins.
    /// The edits are sorted by their start.
    pub fn new(base: &str, span: Span, edits: &[Edit]) -> Piece {
        let mut piece =
            Piece { text: String::with_capacity((span.end - span.start) as usize + 8), segments: Vec::new() };
        let mut at = span.start;
        let first = edits.partition_point(|e| e.span.start < span.start);
        for edit in edits.iter().skip(first).take_while(|e| e.span.start <= span.end) {
            if edit.span.start < at || edit.span.end > span.end {
                continue;
            }
            piece.copy(base, at, edit.span.start);
            piece.segments.push(Segment {
                new_start: piece.text.len() as u32,
                old_start: edit.span.start,
                old_end: edit.span.end,
                copied: false,
            });
            piece.text.push_str(&edit.text);
            at = edit.span.end;
        }
        piece.copy(base, at, span.end);
        piece
    }

    fn copy(&mut self, base: &str, start: u32, end: u32) {
        if start < end {
            self.segments.push(Segment {
                new_start: self.text.len() as u32,
                old_start: start,
                old_end: end,
                copied: true,
            });
            self.text.push_str(Span { start, end }.of(base));
        }
    }

    fn segment(&self, new: u32) -> Option<&Segment> {
        let after = self.segments.partition_point(|s| s.new_start <= new);
        self.segments.get(after.checked_sub(1)?)
    }

    /// The user's place of a position that begins something.
    pub fn start(&self, new: u32) -> u32 {
        self.segment(new).map_or(0, |s| if s.copied { s.old_start + (new - s.new_start) } else { s.old_start })
    }

    /// The user's place of a position that ends something.
    pub fn end(&self, new: u32) -> u32 {
        let Some(before) = new.checked_sub(1) else { return self.start(new) };
        self.segment(before).map_or(0, |s| if s.copied { s.old_start + (before - s.new_start) + 1 } else { s.old_end })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_places_around_edits() {
        let base = "a == b && c";
        let edits = [Edit::new(Span::new(2, 4), "="), Edit::new(Span::new(7, 9), "and")];
        let piece = Piece::new(base, Span::new(0, base.len()), &edits);
        assert_eq!(piece.text, "a = b and c");
        let b = piece.text.find('b').unwrap() as u32;
        assert_eq!((piece.start(b), piece.end(b + 1)), (5, 6));
        let and = piece.text.find("and").unwrap() as u32;
        assert_eq!((piece.start(and), piece.end(and + 3)), (7, 9));
        let c = piece.text.find('c').unwrap() as u32;
        assert_eq!((piece.start(c), piece.end(c + 1)), (10, 11));
    }
}
