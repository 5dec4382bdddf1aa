//! Bytes of a text that is being written: short pieces are copied with a fixed size, which costs a few instructions.

/// Size of the block that a short piece is copied in.
pub(super) const BLOCK: usize = 32;

/// A text that grows at its end. What lies behind the end is room that has been filled with anything.
#[derive(Debug, Default)]
pub(super) struct Text {
    bytes: Vec<u8>,
    len: usize,
}

impl Text {
    /// An empty text that reuses the memory of another, with room for some bytes.
    pub(super) fn reusing(old: Text, room: usize) -> Text {
        let mut text = Text { bytes: old.bytes, len: 0 };
        text.make_room(room);
        text
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or(&[])
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn push(&mut self, byte: u8) {
        self.slot(1).fill(byte);
    }

    pub(super) fn extend(&mut self, piece: &[u8]) {
        self.slot(piece.len()).copy_from_slice(piece);
    }

    /// Adds the first bytes of a block.
    #[inline]
    pub(super) fn block<const N: usize>(&mut self, block: &[u8; N], used: usize) {
        self.make_room(N);
        if let Some(place) = self.bytes.get_mut(self.len..self.len + N) {
            place.copy_from_slice(block);
        }
        self.len += used.min(N);
    }

    /// Adds a part of a larger text.
    #[inline]
    pub(super) fn part(&mut self, of: &[u8], start: usize, len: usize) {
        match of.get(start..).and_then(|rest| rest.first_chunk::<BLOCK>()) {
            Some(block) if len <= BLOCK => self.block(block, len),
            Some(_) | None => self.extend(of.get(start..start + len).unwrap_or(&[])),
        }
    }

    /// Adds some bytes, to be filled by the caller.
    #[inline]
    pub(super) fn slot(&mut self, len: usize) -> &mut [u8] {
        self.make_room(len);
        let start = self.len;
        self.len += len;
        self.bytes.get_mut(start..start + len).unwrap_or(&mut [])
    }

    /// Cuts the text back to a length.
    pub(super) fn cut(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    #[inline]
    fn make_room(&mut self, more: usize) {
        if self.bytes.len() - self.len < more {
            self.grow(more);
        }
    }

    #[cold]
    fn grow(&mut self, more: usize) {
        let size = (self.len + more).max(self.bytes.len() * 2).max(BLOCK);
        self.bytes.resize(size, 0);
    }
}

/// A piece of text that is written many times.
#[derive(Debug)]
pub(super) enum Word {
    Short([u8; BLOCK], usize),
    Long(Box<[u8]>),
}

impl Word {
    pub(super) fn new(text: &[u8]) -> Word {
        let mut block = [0; BLOCK];
        match block.get_mut(..text.len()) {
            Some(place) => {
                place.copy_from_slice(text);
                Word::Short(block, text.len())
            }
            None => Word::Long(text.into()),
        }
    }

    #[inline]
    pub(super) fn write(&self, into: &mut Text) {
        match self {
            Word::Short(block, used) => into.block(block, *used),
            Word::Long(text) => into.extend(text),
        }
    }
}
