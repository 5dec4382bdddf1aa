//! `--now` and `--param`: what a run is made with besides the playbook.

pub mod constant;

use crate::exit::Failure;
use crate::near::{listed, nearest};
use constant::parse_constant;
use revplay_ir::program::{Const, Param, ParamId, Program};
use revplay_ir::time;
use revplay_runtime::engine::Settings;

/// The settings of a run. Without `now` it is the clock's.
pub fn settings(program: &Program, now: Option<&str>, params: &[String]) -> Result<Settings, Failure> {
    let now_us = match now {
        Some(text) => parse_now(program, text)?,
        None => clock_us(),
    };
    let mut given: Vec<(ParamId, Const)> = Vec::new();
    for text in params {
        let (param, value) = parse_param(program, text)?;
        if given.iter().any(|(known, _)| *known == param) {
            return Err(wrong_param(text, "this parameter is given twice").help("keep one of the two"));
        }
        given.push((param, value));
    }
    Ok(Settings { now_us, params: given })
}

/// A date or time in the playbook's zone, or an exact instant.
pub fn parse_now(program: &Program, text: &str) -> Result<i64, Failure> {
    let zone = time::zone(&program.zone).or_else(|| time::zone("UTC"));
    let Some(zone) = zone else {
        return Err(Failure::new("E0806", format!("the time zone `{}` is not known", program.zone)));
    };
    time::parse_timestamp(text.trim(), &zone).map_err(|e| {
        Failure::new("E0806", format!("--now `{text}`: {e}"))
            .help(format!("write `2026-11-23` or `2026-11-23T09:00`, in the playbook's zone {}", program.zone))
    })
}

/// The clock, in microseconds since 1970.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock (promise N1)")]
fn clock_us() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.ok().and_then(|d| i64::try_from(d.as_micros()).ok()).unwrap_or(0)
}

/// `NAME=VALUE`, with the value checked against type and range.
fn parse_param(program: &Program, text: &str) -> Result<(ParamId, Const), Failure> {
    let Some((name, value)) = text.split_once('=') else {
        return Err(wrong_param(text, "this is not of the form NAME=VALUE").help(known_params(program)));
    };
    let name = name.trim();
    let Some(index) = program.params.iter().position(|p| p.name == name) else {
        let near = nearest(name, program.params.iter().map(|p| p.name.as_str()));
        let meant = near.map(|n| format!("did you mean `{n}`? ")).unwrap_or_default();
        return Err(wrong_param(text, &format!("the playbook has no parameter `{name}`"))
            .help(format!("{meant}{}", known_params(program))));
    };
    let param = &program.params[index];
    let constant = parse_constant(program, param.ty, value.trim())
        .map_err(|why| wrong_param(text, &why.message).help(why.help))?;
    if !in_range(param, &constant) {
        return Err(wrong_param(text, &format!("the value is outside the range {}", range_text(program, param)))
            .help("what is proved about the playbook holds for this range; widen it there if the value is meant"));
    }
    Ok((ParamId(index as u32), constant))
}

fn wrong_param(text: &str, message: &str) -> Failure {
    Failure::new("E0805", format!("--param `{text}`: {message}"))
}

fn known_params(program: &Program) -> String {
    if program.params.is_empty() {
        return "the playbook has no parameters; one is written `param enterprise_size = 1000`".to_string();
    }
    format!("the playbook has {}", listed(program.params.iter().map(|p| p.name.as_str())))
}

fn in_range(param: &Param, value: &Const) -> bool {
    let Some(range) = &param.range else { return true };
    let low = range.low.as_ref().is_none_or(|low| at_most(low, value, false));
    let high = range.high.as_ref().is_none_or(|high| at_most(value, high, range.high_open));
    low && high
}

/// `a <= b`, or `a < b` if strictly. Constants of one type.
fn at_most(a: &Const, b: &Const, strictly: bool) -> bool {
    let order = match (a, b) {
        (Const::Int(a), Const::Int(b)) => a.cmp(b),
        (Const::Num(a), Const::Num(b)) => a.total_cmp(b),
        _ => return true,
    };
    if strictly { order.is_lt() } else { order.is_le() }
}

fn range_text(program: &Program, param: &Param) -> String {
    let Some(range) = &param.range else { return String::new() };
    let show = |c: &Option<Const>| c.as_ref().map(|c| constant::show(program, param.ty, c)).unwrap_or_default();
    format!("{}{}{}", show(&range.low), if range.high_open { "..<" } else { ".." }, show(&range.high))
}
