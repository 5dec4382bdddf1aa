//! Stores of a step into the columns of outputs.

use super::emit::{Emit, Vals};
use super::lanes::{Known, Lanes, flags};
use cranelift_codegen::ir as clif;
use cranelift_codegen::ir::{InstBuilder, types};

/// How the code writes an output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutKind {
    /// A bit per row; else 64 bits.
    pub bits: bool,
    /// Whether a bitmap of known rows is written; else all are known.
    pub known: bool,
}

impl Emit<'_, '_> {
    /// Writes values and which are known.
    pub fn store(&mut self, index: i32, vals: Vals) -> OutKind {
        let bits = match vals.v {
            Lanes::Mask(_) => true,
            Lanes::Same(v, _) => self.b.func.dfg.value_type(v) == types::I8,
            Lanes::Small(_) | Lanes::Half(_) | Lanes::Wide(_) | Lanes::Num(_) => false,
        };
        if bits {
            let values = self.column_of(index);
            let mask = self.truth(vals.v);
            self.store_bits(values, mask);
        } else {
            self.store_wide(index, vals.v);
        }
        let known = !matches!(vals.ok, Known::Always);
        if known {
            let bitmap = self.b.ins().load(types::I64, flags(), self.outs, index * 16 + 8);
            let mask = self.known(vals.ok);
            self.store_bits(bitmap, mask);
        }
        OutKind { bits, known }
    }

    /// Writes 64 bits for each row.
    pub fn store_wide(&mut self, index: i32, v: Lanes) {
        let values = self.column_of(index);
        let lanes = self.wide(v);
        let offset = self.b.ins().ishl_imm_u(self.row, 3);
        let address = self.b.ins().iadd(values, offset);
        for (pair, lane) in lanes.into_iter().enumerate() {
            self.b.ins().store(flags(), lane, address, pair as i32 * 16);
        }
    }

    /// Writes a bit for each row.
    pub fn store_mask(&mut self, index: i32, mask: clif::Value) {
        let values = self.column_of(index);
        self.store_bits(values, mask);
    }

    fn column_of(&mut self, index: i32) -> clif::Value {
        self.b.ins().load(types::I64, flags(), self.outs, index * 16)
    }

    /// A step's mask as a byte of a bitmap.
    fn store_bits(&mut self, bitmap: clif::Value, mask: clif::Value) {
        let bytes = self.b.ins().snarrow(mask, mask);
        let bits = self.b.ins().vhigh_bits(types::I32, bytes);
        let at = self.b.ins().ushr_imm_u(self.row, 3);
        let address = self.b.ins().iadd(bitmap, at);
        self.b.ins().istore8(flags(), bits, address, 0);
    }
}
