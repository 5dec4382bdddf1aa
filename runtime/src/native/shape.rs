//! What code is specialised for: a batch's columns without missing values, and with small integers.

/// Bits that hold every integer of a column, and with them how many rows a register takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Width {
    /// 16 bits.
    Small,
    /// 32 bits.
    Half,
    /// 64 bits; anything that is no integer.
    Wide,
}

/// Of each input of a plan: whether values may be missing, and their width.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shape {
    nullable: Vec<bool>,
    widths: Vec<Width>,
}

impl Shape {
    /// Of nothing known about a batch.
    pub fn general(inputs: usize) -> Shape {
        Shape { nullable: vec![true; inputs], widths: vec![Width::Wide; inputs] }
    }

    /// Of what is known about each input.
    pub fn of(inputs: impl Iterator<Item = (bool, Width)>) -> Shape {
        let (nullable, widths) = inputs.unzip();
        Shape { nullable, widths }
    }

    /// Whether code of this shape can run on a batch of another: it allows for more missing values and wider integers.
    pub fn covers(&self, other: &Shape) -> bool {
        let nullable = self.nullable.iter().zip(&other.nullable).all(|(mine, theirs)| *mine || !*theirs);
        nullable && self.widths.iter().zip(&other.widths).all(|(mine, theirs)| mine >= theirs)
    }

    /// Whether values of an input may be missing.
    pub fn nullable(&self, input: u32) -> bool {
        self.nullable.get(input as usize).copied().unwrap_or(true)
    }

    /// The width that the code takes an input's integers to have.
    pub fn width(&self, input: u32) -> Width {
        self.widths.get(input as usize).copied().unwrap_or(Width::Wide)
    }
}
