//! No text crashes the parser or takes long (promise E3).

#![allow(clippy::unwrap_used, clippy::panic)] // a test stops at the first surprise

use revplay_grammar::parse;
use std::time::{Duration, Instant};

const EXAMPLE: &str = include_str!("../corpus/ok/inbound.play");
const FORMS: &str = include_str!("../corpus/ok/forms.play");

/// Generous: a debug build on a busy machine.
fn within(seconds: u64, what: &str, text: &str) -> revplay_grammar::Parse {
    let start = Instant::now();
    let found = parse(text);
    assert!(start.elapsed() < Duration::from_secs(seconds), "{what} took {:?}", start.elapsed());
    found
}

/// The well-known generator of Knuth's MMIX.
struct Lcg(u64);

impl Lcg {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % n.max(1)
    }
}

#[test]
fn e3_every_prefix() {
    for (end, _) in EXAMPLE.char_indices().step_by(7) {
        within(5, "prefix", &EXAMPLE[..end]);
    }
}

#[test]
fn e3_each_line_left_out() {
    let lines: Vec<&str> = EXAMPLE.lines().collect();
    for skip in 0..lines.len() {
        let text: Vec<&str> = lines.iter().enumerate().filter(|(i, _)| *i != skip).map(|(_, l)| *l).collect();
        within(5, "a line left out", &text.join("\n"));
    }
}

#[test]
fn e3_flipped_bytes() {
    let mut random = Lcg(42);
    for source in [EXAMPLE, FORMS] {
        for round in 0..150 {
            let mut bytes = source.as_bytes().to_vec();
            for _ in 0..=round / 10 {
                let at = random.below(bytes.len());
                let with = b"(){}\",.#`/|\n=<>+-!&ab01 \xc3\xe2"[random.below(26)];
                bytes[at] = with;
            }
            within(5, "flipped bytes", &String::from_utf8_lossy(&bytes));
        }
    }
}

#[test]
fn e3_moved_pieces() {
    let mut random = Lcg(7);
    let lines: Vec<&str> = EXAMPLE.lines().chain(FORMS.lines()).collect();
    for _ in 0..60 {
        let text: Vec<&str> = (0..60).map(|_| lines[random.below(lines.len())]).collect();
        within(5, "moved lines", &text.join("\n"));
    }
}

#[test]
fn e3_deep_nesting_is_read_to_the_limit_and_refused_beyond() {
    let nested = |open: &str, n: usize, close: &str| format!("let a = {}x{}\n", open.repeat(n), close.repeat(n));
    for (open, close) in [("(", ")"), ("not ", ""), ("f(", ")"), ("-", ""), ("month of ", "")] {
        let fits = within(5, open, &nested(open, 200, close));
        assert!(fits.errors.is_empty(), "{open}: {:?}", fits.errors);
        let deeper = within(5, open, &nested(open, 201, close));
        assert_eq!(deeper.errors.len(), 1, "{open}");
        within(5, open, &nested(open, 50_000, close));
    }
    for (open, close) in [("(1 when b, ", ")"), ("f(x from ", ")"), ("count(x where a in (1) and ", ")"), ("(", "")] {
        within(5, open, &nested(open, 99, close));
    }
    assert_eq!(parse(&format!("let a = {}x\n", "x + ".repeat(201))).errors.len(), 1);
}

#[test]
fn e3_long_files() {
    let rule = |i: usize| format!("  +{} \"Rule {i}\" when employees >= {i} and country in (\"DE\", \"AT\")\n", i % 90);
    let score = |n: usize| format!("score s in 0..100 {{\n{}}}\n", (0..n).map(rule).collect::<String>());
    let found = within(30, "10,000 rules", &score(10_000));
    assert!(found.errors.is_empty());
    let or: Vec<String> = (0..10_000).map(|i| format!("x = {i}")).collect();
    assert!(within(30, "10,000 operands", &format!("let a = {}\n", or.join(" or "))).errors.is_empty());
    let rows: String = (0..3_000).map(|i| format!("  | {i}..{} | x |\n", i + 1)).collect();
    let table = format!("table t -> enum(x) first {{\n  | a | t |\n{rows}}}\n");
    assert!(within(30, "3,000 rows", &table).errors.is_empty());
}

#[test]
fn e3_long_broken_files() {
    let bad: String = (0..3_000).map(|i| format!("  {i} when a == {i} AND b > > c \"late\"\n")).collect();
    assert!(within(60, "3,000 broken rules", &format!("score s {{\n{bad}}}\n")).errors.len() >= 9_000);
    for piece in [
        "(",
        "let a = (\n",
        "score x {\n",
        "x {\n",
        "}\n",
        "let a = \"",
        "let a = \"\n",
        "group \"a\" {\n",
        "|\n",
        "a,\n",
    ] {
        within(60, piece, &piece.repeat(5_000));
        within(60, piece, &format!("score s {{\n{}}}\n", piece.repeat(2_000)));
    }
}

#[test]
fn e3_long_files_of_other_languages() {
    for (piece, most) in [
        ("let a = IF(b; 'x'; \"y\")\n", 60),
        ("a: b\na: b\nqueue x\n", 60),
        ("score s:\n  +1 when a\n", 60),
        ("// x\nlet a = 1 /* y */\n", 60),
        ("let a\u{200b}b = \u{202e}1\n", 60),
        ("kpi a {}\n", 60),
        ("let high-value = 1 <= x <= 2 and <= 3\n", 60),
        ("{ \"a\": [1, 2] }\n", 60),
    ] {
        within(most, piece, &format!("queue first\n{}", piece.repeat(5_000)));
    }
    within(20, "a table", &"1,ann@example.com,\"x, y\"\n".repeat(30_000));
}

#[test]
fn e3_a_file_too_large_is_refused() {
    let text = "# x\n".repeat(revplay_grammar::limits::FILE_BYTES_MAX / 4 + 1);
    assert_eq!(within(5, "too large", &text).errors.len(), 1);
}
