//! Values of literals: numbers with their suffixes and units, dates, durations.

use crate::ast::{DurationUnit, NumberLit, NumberUnit};
use revplay_ir::program::Const;
use revplay_ir::types::{Currency, Type};

/// Why a literal has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LiteralError {
    /// Larger than its type holds.
    TooLarge,
    /// More decimals than the currency's minor unit: the code and its digits.
    Decimals(String, u8),
    /// Not three capitals of a currency.
    NoCurrency(String),
    /// Cannot be read as a number.
    NotANumber,
}

/// The exact value as mantissa × 10^-scale (scale ≥ 0), suffix applied.
pub fn exact(lit: &NumberLit) -> Result<(i128, u32), LiteralError> {
    let (sign, digits) = match lit.digits.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, lit.digits.as_str()),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let text: String = [whole, fraction].concat();
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(LiteralError::NotANumber);
    }
    let mantissa: i128 = text.parse().map_err(|_| LiteralError::TooLarge)?;
    let scale = fraction.len() as u32;
    let exponent = u32::from(lit.exponent);
    if exponent >= scale {
        let up = 10i128.checked_pow(exponent - scale).ok_or(LiteralError::TooLarge)?;
        Ok((sign * mantissa.checked_mul(up).ok_or(LiteralError::TooLarge)?, 0))
    } else {
        Ok((sign * mantissa, scale - exponent))
    }
}

/// An exact value as an integer of units of 10^-digits, if it is one.
pub fn scaled(value: (i128, u32), digits: u32) -> Option<i64> {
    let (mut mantissa, mut scale) = value;
    while scale > digits && mantissa % 10 == 0 {
        mantissa /= 10;
        scale -= 1;
    }
    if scale > digits {
        return None;
    }
    let up = 10i128.checked_pow(digits - scale)?;
    i64::try_from(mantissa.checked_mul(up)?).ok()
}

/// The literal as binary64, correctly rounded; a percentage as its fraction.
pub fn number(lit: &NumberLit) -> Result<f64, LiteralError> {
    let exponent = i32::from(lit.exponent) - if lit.unit == NumberUnit::Percent { 2 } else { 0 };
    let value: f64 = format!("{}e{exponent}", lit.digits).parse().map_err(|_| LiteralError::NotANumber)?;
    if value.is_finite() { Ok(value) } else { Err(LiteralError::TooLarge) }
}

/// The currency of a code in capitals.
pub fn currency(code: &str) -> Option<Currency> {
    let bytes: [u8; 3] = code.as_bytes().try_into().ok()?;
    CURRENCIES.contains(&code).then_some(Currency(bytes))
}

/// Type and value of a number literal.
pub fn constant(lit: &NumberLit) -> Result<(Type, Const), LiteralError> {
    match &lit.unit {
        NumberUnit::Percent => Ok((Type::Percent, Const::Num(number(lit)?))),
        NumberUnit::Currency(name) => {
            let currency = currency(&name.text).ok_or_else(|| LiteralError::NoCurrency(name.text.clone()))?;
            let digits = currency.minor_digits();
            let value = exact(lit)?;
            match scaled(value, u32::from(digits)) {
                Some(minor) => Ok((Type::Money(currency), Const::Int(minor))),
                None if scaled(value, 30).is_some() => Err(LiteralError::Decimals(name.text.clone(), digits)),
                None if value.1 > u32::from(digits) => Err(LiteralError::Decimals(name.text.clone(), digits)),
                None => Err(LiteralError::TooLarge),
            }
        }
        NumberUnit::None => {
            let value = exact(lit)?;
            if value.1 == 0 {
                return i64::try_from(value.0).map(|v| (Type::Int, Const::Int(v))).map_err(|_| LiteralError::TooLarge);
            }
            Ok((Type::Number, Const::Num(number(lit)?)))
        }
    }
}

/// What a unit of a duration counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitLength {
    /// Exact microseconds.
    Exact(i64),
    /// Calendar months.
    Months(i64),
    /// Microseconds of open time; a business day is the calendar's own open time and not a fixed length.
    Open(i64),
    /// A business day.
    OpenDay,
}

/// Length of a duration unit.
pub fn unit_length(unit: DurationUnit) -> UnitLength {
    const SECOND: i64 = 1_000_000;
    match unit {
        DurationUnit::Second => UnitLength::Exact(SECOND),
        DurationUnit::Minute => UnitLength::Exact(60 * SECOND),
        DurationUnit::Hour => UnitLength::Exact(3_600 * SECOND),
        DurationUnit::Day => UnitLength::Exact(86_400 * SECOND),
        DurationUnit::Week => UnitLength::Exact(604_800 * SECOND),
        DurationUnit::Month => UnitLength::Months(1),
        DurationUnit::Quarter => UnitLength::Months(3),
        DurationUnit::Year => UnitLength::Months(12),
        DurationUnit::BusinessMinute => UnitLength::Open(60 * SECOND),
        DurationUnit::BusinessHour => UnitLength::Open(3_600 * SECOND),
        DurationUnit::BusinessDay => UnitLength::OpenDay,
    }
}

/// ISO 4217 codes in use.
pub const CURRENCIES: &[&str] = &[
    "AED", "AFN", "ALL", "AMD", "ANG", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BGN", "BHD", "BIF",
    "BMD", "BND", "BOB", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHF", "CLP", "CNY", "COP", "CRC",
    "CUP", "CVE", "CZK", "DJF", "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GHS",
    "GIP", "GMD", "GNF", "GTQ", "GYD", "HKD", "HNL", "HRK", "HTG", "HUF", "IDR", "ILS", "INR", "IQD", "IRR", "ISK",
    "JMD", "JOD", "JPY", "KES", "KGS", "KHR", "KMF", "KPW", "KRW", "KWD", "KYD", "KZT", "LAK", "LBP", "LKR", "LRD",
    "LSL", "LYD", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR", "MVR", "MWK", "MXN", "MYR", "MZN",
    "NAD", "NGN", "NIO", "NOK", "NPR", "NZD", "OMR", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "PYG", "QAR", "RON",
    "RSD", "RUB", "RWF", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD", "SSP", "STN", "SVC",
    "SYP", "SZL", "THB", "TJS", "TMT", "TND", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "UGX", "USD", "UYU", "UZS",
    "VED", "VES", "VND", "VUV", "WST", "XAF", "XCD", "XOF", "XPF", "YER", "ZAR", "ZMW", "ZWG",
];
