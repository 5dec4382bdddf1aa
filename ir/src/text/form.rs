//! How each kind of thing is written and read: the trait, and the forms of plain values.

use super::TextError;
use super::reader::{Reader, Token};
use super::writer::Writer;
use std::sync::Arc;

/// Written and read in the textual form.
pub(super) trait Form: Sized {
    /// Elements of a list stand on lines of their own.
    const LINES: bool = false;

    /// Writes it.
    fn put(&self, w: &mut Writer);

    /// Reads it.
    fn get(r: &mut Reader<'_>) -> Result<Self, TextError>;

    /// Writes it as an element of a list.
    fn put_item(&self, _index: usize, w: &mut Writer) {
        self.put(w);
    }

    /// Reads it as an element of a list.
    fn get_item(_index: usize, r: &mut Reader<'_>) -> Result<Self, TextError> {
        Self::get(r)
    }

    /// Its key is left out.
    fn is_absent(&self) -> bool {
        false
    }

    /// What a key that is left out means.
    fn absent() -> Option<Self> {
        None
    }
}

macro_rules! integer_form {
    ($($ty:ty),*) => { $(
        impl Form for $ty {
            fn put(&self, w: &mut Writer) {
                w.word(&self.to_string());
            }
            fn get(r: &mut Reader<'_>) -> Result<Self, TextError> {
                r.integer()
            }
        }
    )* };
}
integer_form!(u8, u16, u32, i32, i64);

impl Form for bool {
    fn put(&self, w: &mut Writer) {
        w.word(if *self { "true" } else { "false" });
    }
    fn get(r: &mut Reader<'_>) -> Result<Self, TextError> {
        match r.word()?.as_str() {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => r.error("expected `true` or `false`"),
        }
    }
    fn is_absent(&self) -> bool {
        !self
    }
    fn absent() -> Option<Self> {
        Some(false)
    }
}

/// The shortest digits that read back as the same double, always with a point or an exponent; what is not finite,
/// which no verified program holds, by its bits.
pub(super) fn number_text(x: f64) -> String {
    if x.is_finite() { format!("{x:?}") } else { format!("num#{:016x}", x.to_bits()) }
}

/// The double of a `num#…` word.
pub(super) fn number_of_bits(word: &str) -> Option<f64> {
    let bits = word.strip_prefix("num#")?;
    u64::from_str_radix(bits, 16).ok().map(f64::from_bits)
}

impl Form for f64 {
    fn put(&self, w: &mut Writer) {
        w.word(&number_text(*self));
    }
    fn get(r: &mut Reader<'_>) -> Result<Self, TextError> {
        let read = match r.next()? {
            Token::Number(number) => number.parse().ok(),
            Token::Word(word) => number_of_bits(&word),
            Token::Text(_) | Token::Mark(_) => None,
        };
        read.map_or_else(|| r.error("expected a number"), Ok)
    }
}

impl Form for String {
    fn put(&self, w: &mut Writer) {
        w.text(self);
    }
    fn get(r: &mut Reader<'_>) -> Result<Self, TextError> {
        r.text()
    }
}

impl Form for Arc<str> {
    fn put(&self, w: &mut Writer) {
        w.text(self);
    }
    fn get(r: &mut Reader<'_>) -> Result<Self, TextError> {
        Ok(Arc::from(r.text()?))
    }
}

/// `none`, or the thing itself.
impl<T: Form> Form for Option<T> {
    const LINES: bool = T::LINES;

    fn put(&self, w: &mut Writer) {
        match self {
            Some(thing) => thing.put(w),
            None => w.word("none"),
        }
    }
    fn get(r: &mut Reader<'_>) -> Result<Self, TextError> {
        if r.eat_word("none")? { Ok(None) } else { T::get(r).map(Some) }
    }
    fn is_absent(&self) -> bool {
        self.is_none()
    }
    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: Form> Form for Vec<T> {
    fn put(&self, w: &mut Writer) {
        put_list(self, w);
    }
    fn get(r: &mut Reader<'_>) -> Result<Self, TextError> {
        r.enter()?;
        r.expect('[')?;
        let mut list = Vec::new();
        while !r.eat(']')? {
            list.push(T::get_item(list.len(), r)?);
        }
        r.leave();
        Ok(list)
    }
    fn is_absent(&self) -> bool {
        self.is_empty()
    }
    fn absent() -> Option<Self> {
        Some(Vec::new())
    }
}

fn put_list<T: Form>(list: &[T], w: &mut Writer) {
    let lines = T::LINES && !list.is_empty();
    w.open("[");
    for (i, item) in list.iter().enumerate() {
        if lines {
            w.line();
        }
        item.put_item(i, w);
    }
    w.close("]", lines);
}

impl<T: Form, const N: usize> Form for [T; N] {
    fn put(&self, w: &mut Writer) {
        put_list(self, w);
    }
    fn get(r: &mut Reader<'_>) -> Result<Self, TextError> {
        let list: Vec<T> = Vec::get(r)?;
        list.try_into().or_else(|_| r.error(format!("expected a list of {N}")))
    }
}

macro_rules! tuple_form {
    ($($name:ident),*) => {
        impl<$($name: Form),*> Form for ($($name,)*) {
            #[allow(non_snake_case)]
            fn put(&self, w: &mut Writer) {
                let ($($name,)*) = self;
                w.open("(");
                $( $name.put(w); )*
                w.close(")", false);
            }
            #[allow(non_snake_case)]
            fn get(r: &mut Reader<'_>) -> Result<Self, TextError> {
                r.expect('(')?;
                $( let $name = $name::get(r)?; )*
                r.expect(')')?;
                Ok(($($name,)*))
            }
        }
    };
}
tuple_form!(A, B);
tuple_form!(A, B, C);
