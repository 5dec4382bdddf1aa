//! Operators that look at the playbook's zone, weeks, fiscal year or enums.

use super::{Op, int_or_missing};
use crate::builtins::EvalContext;
use crate::time::{Calendaring, add_months, date_of, period_label, start_of_day};
use crate::value::Value;

pub(super) fn eval(op: Op, args: &[Value], cx: &EvalContext<'_>) -> Value {
    let cal = Calendaring { fiscal_start: cx.fiscal_start, week_start: cx.week_start };
    match (op, args) {
        (Op::DateOf, [Value::Int(t)]) => Value::Int(date_of(cx.zone, *t)),
        (Op::StartOfDay, [Value::Int(d)]) => Value::Int(start_of_day(cx.zone, *d)),
        (Op::AddMonthsClipped, [Value::Int(t), Value::Int(m)]) => int_or_missing(add_months(cx.zone, *t, *m, false)),
        (Op::AddMonthsOverflowing, [Value::Int(t), Value::Int(m)]) => int_or_missing(add_months(cx.zone, *t, *m, true)),
        (Op::PeriodOf(p), [Value::Int(t)]) => Value::text(&period_label(p, date_of(cx.zone, *t), cal)),
        (Op::PeriodOfDate(p), [Value::Int(d)]) => Value::text(&period_label(p, *d, cal)),
        (Op::LabelOf(e), [Value::Int(i)]) => {
            let labels = cx.enums.get(e.0 as usize).map(|def| &def.labels);
            let label = usize::try_from(*i).ok().and_then(|i| labels?.get(i));
            label.map_or(Value::Missing, |label| Value::text(label))
        }
        _ => Value::Missing,
    }
}
