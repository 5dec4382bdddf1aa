//! Limits that are checked before the grammar runs, so that no text can exhaust the process.

use crate::error::{Problem, SyntaxError};
use crate::layout::Word;
use crate::span::Span;
use crate::tokens::TokenKind;

/// Most bytes of one file.
pub const FILE_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Deepest nesting: parentheses, and operators whose operand is again an operation.
pub const NESTING_MAX: usize = 200;
/// Most blocks `{ … }` open at one place; the language needs two, the rest are braces that were forgotten.
pub const BLOCKS_MAX: usize = 500;
/// Above this nesting the work is done on a thread with a large stack.
const SHALLOW: usize = 12;
const STACK_BYTES: usize = 256 * 1024 * 1024;

/// What is beyond the limits, if anything is.
pub fn check(text: &str) -> Option<SyntaxError> {
    if text.len() > FILE_BYTES_MAX {
        return Some(SyntaxError::new(Problem::TooLarge, Span::new(0, 0)));
    }
    let place = nesting(text, &crate::layout::words(text, &crate::tokens::tokens(text))).err()?;
    Some(SyntaxError::new(Problem::TooDeep, place))
}

/// The deepest nesting, or the first place that is too deep.
pub(crate) fn nesting(text: &str, words: &[Word]) -> Result<usize, Span> {
    // Operations at each open parenthesis; a chain `a + b + c` nests as deep as it is long.
    let mut levels: Vec<usize> = vec![0];
    let mut deepest = 0;
    let mut sum = 0;
    let mut blocks = 0usize;
    for word in words {
        match (word.kind, word.span.of(text)) {
            (TokenKind::Op, "{") => blocks += 1,
            (TokenKind::Op, "}") => blocks = blocks.saturating_sub(1),
            _ => {}
        }
        if blocks > BLOCKS_MAX {
            return Err(word.span);
        }
        if word.breaks {
            levels = vec![0];
            sum = 0;
        }
        match (word.kind, word.span.of(text)) {
            (TokenKind::Op, "(") => {
                levels.push(0);
                sum += 1;
            }
            (TokenKind::Op, ")") if levels.len() > 1 => sum -= levels.pop().map_or(0, |n| n + 1),
            (TokenKind::Op, ",") | (TokenKind::Word, "and" | "or" | "when" | "where") => {
                sum -= levels.last_mut().map_or(0, std::mem::take);
            }
            (TokenKind::Op, "+" | "-" | "*" | "/" | "!")
            | (TokenKind::Word, "not" | "else" | "div" | "mod" | "of" | "between") => {
                sum += 1;
                if let Some(last) = levels.last_mut() {
                    *last += 1;
                }
            }
            _ => {}
        }
        if sum > NESTING_MAX {
            return Err(word.span);
        }
        deepest = deepest.max(sum);
    }
    Ok(deepest)
}

/// Runs work on trees of this nesting with enough stack, whatever thread this is.
pub fn with_stack<T: Send>(nesting: usize, work: impl FnOnce() -> T + Send) -> Option<T> {
    if nesting <= SHALLOW {
        return Some(work());
    }
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, work).ok()?;
        thread.join().ok()
    })
}
