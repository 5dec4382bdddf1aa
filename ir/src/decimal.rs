//! Numbers, decimals and money as text: exact both ways, nothing is rounded.

use crate::types::Currency;
use std::fmt;

/// Powers of ten that fit an `i64`: `POW10[k]` is 10^k.
pub const POW10: [i64; 19] = {
    let mut powers = [1i64; 19];
    let mut k = 1;
    while k < 19 {
        powers[k] = powers[k - 1] * 10;
        k += 1;
    }
    powers
};

/// Greatest scale of a decimal.
pub const SCALE_MAX: u8 = 18;

/// 10^scale; `None` above [`SCALE_MAX`].
pub fn pow10(scale: u8) -> Option<i64> {
    POW10.get(usize::from(scale)).copied()
}

/// Why a text is no decimal of a scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecimalError {
    /// Not digits with an optional sign and decimal point.
    NotANumber,
    /// More decimals than allowed (the number allowed), zeros included: `10.000` may be ten or ten thousand.
    TooManyDecimals(u8),
    /// Beyond 64 bits.
    OutOfRange,
}

impl fmt::Display for DecimalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DecimalError::NotANumber => f.write_str("not a number"),
            DecimalError::TooManyDecimals(0) => f.write_str("must be a whole number"),
            DecimalError::TooManyDecimals(1) => f.write_str("more than 1 decimal"),
            DecimalError::TooManyDecimals(n) => write!(f, "more than {n} decimals"),
            DecimalError::OutOfRange => f.write_str("number out of range"),
        }
    }
}

impl std::error::Error for DecimalError {}

/// Reads `-12.5` as a count of 10^-scale, exactly. A sign, digits, and after a point at most `scale` digits.
pub fn parse_decimal(text: &str, scale: u8) -> Result<i64, DecimalError> {
    let factor = pow10(scale).ok_or(DecimalError::OutOfRange)?;
    let (negative, digits) = match text.as_bytes() {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let mut parts = digits.splitn(2, |&b| b == b'.');
    let whole = parts.next().unwrap_or(&[]);
    let decimals = parts.next();
    let all_digits = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
    if !all_digits(whole) || decimals.is_some_and(|d| d.is_empty() || !all_digits(d)) {
        return Err(DecimalError::NotANumber);
    }
    let decimals = decimals.unwrap_or(&[]);
    if whole.is_empty() && decimals.is_empty() {
        return Err(DecimalError::NotANumber);
    }
    if decimals.len() > usize::from(scale) {
        return Err(DecimalError::TooManyDecimals(scale));
    }
    let whole = digits_to_int(whole)?;
    let fraction = digits_to_int(decimals)? * pow10(scale - decimals.len() as u8).map_or(0, i128::from);
    let magnitude = whole * i128::from(factor) + fraction;
    i64::try_from(if negative { -magnitude } else { magnitude }).map_err(|_| DecimalError::OutOfRange)
}

/// At most 20 significant digits, so that the caller's product stays far inside 128 bits.
fn digits_to_int(digits: &[u8]) -> Result<i128, DecimalError> {
    let significant = digits.iter().skip_while(|&&b| b == b'0');
    let mut n: i128 = 0;
    for (i, b) in significant.enumerate() {
        if i >= 20 {
            return Err(DecimalError::OutOfRange);
        }
        n = n * 10 + i128::from(b - b'0');
    }
    Ok(n)
}

/// Writes a count of 10^-scale with exactly `scale` decimals: `7125` at scale 2 is `71.25`.
pub fn format_decimal(n: i64, scale: u8) -> String {
    let mut text = String::new();
    push_decimal(&mut text, n, scale);
    text
}

/// Adds a count of 10^-scale to a text, as [`format_decimal`] writes it.
pub fn push_decimal(into: &mut String, n: i64, scale: u8) {
    let (mut rest, decimals) = (n.unsigned_abs(), usize::from(scale));
    if n < 0 {
        into.push('-');
    }
    // Every digit of 64 bits, or of as many decimals as there may be and the digit before them.
    let mut digits = [b'0'; 20];
    let mut used = 0;
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (rest % 10) as u8;
        rest /= 10;
        used += 1;
        if rest == 0 && used > decimals {
            break;
        }
    }
    let text = digits.get(20 - used..).and_then(|digits| std::str::from_utf8(digits).ok()).unwrap_or_default();
    match used.checked_sub(decimals) {
        _ if decimals == 0 => into.push_str(text),
        Some(whole) if whole > 0 => {
            let (whole, fraction) = text.split_at(whole);
            into.push_str(whole);
            into.push('.');
            into.push_str(fraction);
        }
        Some(_) | None => {
            into.push_str("0.");
            into.extend(std::iter::repeat_n('0', decimals - used));
            into.push_str(text);
        }
    }
}

/// Any number of digits, with a sign or without, of which `scale` are decimals, without zeros at its end: `1250` at scale 2 is
/// `12.5`, at scale -2 `125000`.
pub fn decimal_text(digits: &str, scale: i8) -> String {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |digits| ("-", digits));
    let Ok(scale) = usize::try_from(scale) else {
        let zeros = if digits == "0" { 0 } else { usize::from(scale.unsigned_abs()) };
        return format!("{sign}{digits}{}", "0".repeat(zeros));
    };
    let padded = format!("{digits:0>width$}", width = scale + 1);
    let (whole, decimals) = padded.split_at(padded.len() - scale);
    let decimals = decimals.trim_end_matches('0');
    if decimals.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{decimals}") }
}

/// The shortest text that reads back as the same number; an exponent where digits would be many zeros.
pub fn shortest(x: f64) -> String {
    let size = x.abs();
    if size == 0.0 || (1e-7..1e17).contains(&size) { x.to_string() } else { format!("{x:e}") }
}

/// Writes money for people: `10000000 EUR`, `12.50 EUR`; decimals only where there are any.
pub fn format_money(minor: i64, currency: Currency) -> String {
    format!("{} {}", money_amount(minor, currency), currency.code())
}

/// The amount of [`format_money`] without the code.
pub fn money_amount(minor: i64, currency: Currency) -> String {
    let digits = currency.minor_digits();
    match pow10(digits) {
        Some(unit) if minor % unit == 0 => (minor / unit).to_string(),
        Some(_) | None => format_decimal(minor, digits),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn v1_decimals_are_read_exactly_or_not_at_all() {
        assert_eq!(parse_decimal("12.5", 2), Ok(1250));
        assert_eq!(parse_decimal("-0.01", 2), Ok(-1));
        assert_eq!(parse_decimal("+7", 0), Ok(7));
        assert_eq!(parse_decimal(".5", 1), Ok(5));
        assert_eq!(parse_decimal("000000000000000000000000000012", 0), Ok(12));
        assert_eq!(parse_decimal("12.505", 2), Err(DecimalError::TooManyDecimals(2)));
        assert_eq!(parse_decimal("10.000", 2), Err(DecimalError::TooManyDecimals(2)));
        for bad in ["", "-", ".", "5.", "1,5", "1e3", "1.2.3", " 1", "٣", "--1", "0x1"] {
            assert_eq!(parse_decimal(bad, 2), Err(DecimalError::NotANumber), "{bad:?}");
        }
        assert_eq!(parse_decimal("92233720368547758.07", 2), Ok(i64::MAX));
        assert_eq!(parse_decimal("-92233720368547758.08", 2), Ok(i64::MIN));
        assert_eq!(parse_decimal("92233720368547758.08", 2), Err(DecimalError::OutOfRange));
        assert_eq!(parse_decimal(&"9".repeat(5000), 18), Err(DecimalError::OutOfRange));
        assert_eq!(parse_decimal("1", 19), Err(DecimalError::OutOfRange));
    }

    #[test]
    fn decimals_of_any_length() {
        for (digits, scale, text) in [
            ("1250", 2, "12.5"),
            ("-7", 2, "-0.07"),
            ("0", 3, "0"),
            ("12", -2, "1200"),
            ("0", -2, "0"),
            ("5", 0, "5"),
            ("123456789012345678901234567890123456789012345", 40, "12345.6789012345678901234567890123456789012345"),
        ] {
            assert_eq!(decimal_text(digits, scale), text);
        }
    }

    #[test]
    fn shortest_reads_back() {
        for x in [0.0, -0.0, 0.1, 1e300, 5e-324, 123_456.789, -1e17, 1e-7, f64::MAX] {
            assert_eq!(shortest(x).parse::<f64>().unwrap().to_bits(), x.to_bits());
        }
        assert_eq!(shortest(71.25), "71.25");
    }

    #[test]
    fn decimals_print_and_read_back() {
        for n in [0, 1, -1, 99, -100, 7125, i64::MAX, i64::MIN] {
            for scale in 0..=SCALE_MAX {
                assert_eq!(parse_decimal(&format_decimal(n, scale), scale), Ok(n));
            }
        }
        assert_eq!(format_decimal(-5, 2), "-0.05");
        for n in [0, 1, -9, 10, 99, 12_345, -1_000_000, i64::MAX, i64::MIN] {
            assert_eq!(format_decimal(n, 0), n.to_string());
            for scale in [1, 2, 9, 18, 19, 20, 25] {
                let digits = format!("{:0>1$}", n.unsigned_abs(), scale + 1);
                let (whole, fraction) = digits.split_at(digits.len() - scale);
                let sign = if n < 0 { "-" } else { "" };
                assert_eq!(format_decimal(n, scale as u8), format!("{sign}{whole}.{fraction}"));
            }
        }
        assert_eq!(format_money(1_000_000_000, Currency(*b"EUR")), "10000000 EUR");
        assert_eq!(format_money(1250, Currency(*b"EUR")), "12.50 EUR");
        assert_eq!(format_money(-5, Currency(*b"BHD")), "-0.005 BHD");
        assert_eq!(format_money(5, Currency(*b"JPY")), "5 JPY");
    }
}
