//! Eight rows at a time in 128-bit registers.

use cranelift_codegen::ir as clif;
use cranelift_codegen::ir::{ConstantData, Endianness, InstBuilder, MemFlagsData, types};
use cranelift_frontend::FunctionBuilder;

/// Rows of one step of the loop.
pub const ROWS: usize = 8;

/// Values of the rows of a step.
#[derive(Clone, Copy, Debug)]
pub enum Lanes {
    /// A bool: all ones or zero per row, i16x8.
    Mask(clif::Value),
    /// An integer that fits 16 bits, i16x8.
    Small(clif::Value),
    /// An integer that fits 32 bits, 2 × i32x4.
    Half([clif::Value; 2]),
    /// An integer, 4 × i64x2.
    Wide([clif::Value; 4]),
    /// A number, 4 × f64x2.
    Num([clif::Value; 4]),
    /// The same for all rows: an i64, f64 or i8, and its value if it is an integer literal.
    Same(clif::Value, Option<i64>),
}

/// Whether the rows' values are known.
#[derive(Clone, Copy, Debug)]
pub enum Known {
    Always,
    /// i16x8.
    Mask(clif::Value),
    /// i8, 0 or 1, for all rows.
    Same(clif::Value),
}

/// Flags of loads and stores inside buffers whose bounds the host has checked.
pub fn flags() -> MemFlagsData {
    let mut flags = MemFlagsData::new();
    flags.set_notrap();
    flags
}

/// A vector of constant 16-bit lanes.
pub fn const16(b: &mut FunctionBuilder<'_>, lanes: [i16; 8]) -> clif::Value {
    let bytes: Vec<u8> = lanes.iter().flat_map(|lane| lane.to_le_bytes()).collect();
    constant(b, types::I16X8, bytes)
}

/// One constant in both 64-bit lanes.
pub fn const64(b: &mut FunctionBuilder<'_>, value: i64) -> clif::Value {
    constant(b, types::I64X2, [value.to_le_bytes(), value.to_le_bytes()].concat())
}

/// One number in both lanes.
pub fn const_num(b: &mut FunctionBuilder<'_>, value: f64) -> clif::Value {
    constant(b, types::F64X2, [value.to_le_bytes(), value.to_le_bytes()].concat())
}

fn constant(b: &mut FunctionBuilder<'_>, ty: clif::Type, bytes: Vec<u8>) -> clif::Value {
    let handle = b.func.dfg.constants.insert(ConstantData::from(bytes.as_slice()));
    b.ins().vconst(ty, handle)
}

/// The same bits as another vector type.
pub fn cast(b: &mut FunctionBuilder<'_>, ty: clif::Type, v: clif::Value) -> clif::Value {
    if b.func.dfg.value_type(v) == ty {
        return v;
    }
    b.ins().bitcast(ty, MemFlagsData::new().with_endianness(Endianness::Little), v)
}

/// 64-bit lanes that fit 16 bits (or are masks) as i16x8: each pack keeps a lane's low half, and a sign half stays
/// the sign.
pub fn narrow(b: &mut FunctionBuilder<'_>, v: [clif::Value; 4]) -> clif::Value {
    let [a, c, d, e] = v.map(|v| cast(b, types::I32X4, v));
    let (low, high) = (b.ins().snarrow(a, c), b.ins().snarrow(d, e));
    let (low, high) = (cast(b, types::I32X4, low), cast(b, types::I32X4, high));
    b.ins().snarrow(low, high)
}

/// 64-bit lanes that fit 32 bits as 2 × i32x4: the low half of each lane.
pub fn halve(b: &mut FunctionBuilder<'_>, [a, c, d, e]: [clif::Value; 4]) -> [clif::Value; 2] {
    // Bytes 0 to 3 and 8 to 11 of both registers.
    let low: Vec<u8> = [0u8, 8, 16, 24].into_iter().flat_map(|at| at..at + 4).collect();
    [(a, c), (d, e)].map(|(x, y)| {
        let (x, y) = (cast(b, types::I8X16, x), cast(b, types::I8X16, y));
        let mask = b.func.dfg.immediates.push(ConstantData::from(low.as_slice()));
        let bytes = b.ins().shuffle(x, y, mask);
        cast(b, types::I32X4, bytes)
    })
}

/// 32-bit lanes as 64-bit lanes.
pub fn unhalve(b: &mut FunctionBuilder<'_>, [low, high]: [clif::Value; 2]) -> [clif::Value; 4] {
    [b.ins().swiden_low(low), b.ins().swiden_high(low), b.ins().swiden_low(high), b.ins().swiden_high(high)]
}

/// One constant in all 32-bit lanes.
pub fn const32(b: &mut FunctionBuilder<'_>, value: i32) -> clif::Value {
    constant(b, types::I32X4, value.to_le_bytes().repeat(4))
}

/// 16-bit lanes (integers or masks) as 64-bit lanes.
pub fn widen(b: &mut FunctionBuilder<'_>, v: clif::Value) -> [clif::Value; 4] {
    let (low, high) = (b.ins().swiden_low(v), b.ins().swiden_high(v));
    let quarter = |b: &mut FunctionBuilder<'_>, v, upper| {
        if upper { b.ins().swiden_high(v) } else { b.ins().swiden_low(v) }
    };
    [quarter(b, low, false), quarter(b, low, true), quarter(b, high, false), quarter(b, high, true)]
}

/// Per 64-bit lane: `a` where the mask is set, else `c`.
pub fn select64(
    b: &mut FunctionBuilder<'_>,
    mask: clif::Value,
    a: [clif::Value; 4],
    c: [clif::Value; 4],
) -> [clif::Value; 4] {
    let masks = widen(b, mask);
    let ty = a.first().map_or(types::I64X2, |v| b.func.dfg.value_type(*v));
    let mut out = a;
    for ((slot, mask), (a, c)) in out.iter_mut().zip(masks).zip(a.into_iter().zip(c)) {
        let mask = cast(b, ty, mask);
        *slot = b.ins().bitselect(mask, a, c);
    }
    out
}

/// All lanes of a scalar i64 or f64.
pub fn spread(b: &mut FunctionBuilder<'_>, v: clif::Value) -> [clif::Value; 4] {
    let ty = if b.func.dfg.value_type(v) == types::F64 { types::F64X2 } else { types::I64X2 };
    [b.ins().splat(ty, v); 4]
}

/// A bit, 0 or 1 in an i8, as a mask of all rows.
pub fn spread_bit(b: &mut FunctionBuilder<'_>, bit: clif::Value) -> clif::Value {
    let wide = b.ins().uextend(types::I16, bit);
    let all = b.ins().ineg(wide);
    b.ins().splat(types::I16X8, all)
}
