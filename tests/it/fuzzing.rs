//! The inputs that are kept for fuzzing: what must hold of any bytes holds of them, and of some that are like them.
//! What once crashed is among them.

use revplay_tests::fuzzing;
use revplay_tests::generate::Choices;
use revplay_tests::load::root;
use revplay_tests::repository::files;

/// Damaged inputs that each target is given, unless `REVPLAY_DAMAGED` says another number.
const DAMAGED: u64 = 20;

/// Runs a judge over the kept inputs of a target, as they are and damaged.
fn judge(target: &str, judge: fn(&[u8])) {
    let folder = format!("fuzz/corpus/{target}/");
    let paths: Vec<String> = files().into_iter().filter(|path| path.starts_with(&folder)).collect();
    assert!(!paths.is_empty(), "{folder} is empty");
    let mut kept = Vec::new();
    for path in paths {
        println!("{path}");
        let bytes = std::fs::read(root().join(&path)).expect("a file of the repository");
        judge(&bytes);
        kept.push(bytes);
    }
    let wanted = std::env::var("REVPLAY_DAMAGED").map_or(DAMAGED, |n| n.parse().expect("a number"));
    for seed in 0..wanted {
        println!("damaged by seed {seed}");
        judge(&damaged(seed, &kept));
    }
}

/// One of the inputs after a few accidents: bytes changed, lost, doubled, or taken from another input.
fn damaged(seed: u64, kept: &[Vec<u8>]) -> Vec<u8> {
    let mut c = Choices::seeded(seed);
    let mut bytes = kept[c.below(kept.len())].clone();
    for _ in 0..=c.below(6) {
        let at = c.below(bytes.len() + 1);
        let end = (at + c.below(12)).min(bytes.len());
        let piece: Vec<u8> = match c.below(5) {
            0 => vec![c.bits() as u8],
            1 => Vec::new(),
            2 => [&bytes[at..end], &bytes[at..end]].concat(),
            3 => c
                .one(&[&b"-"[..], b"\"", b"9223372036854775807", b"0.", b"\n", b"{", b"\xff", b"e308", b" in "])
                .to_vec(),
            _ => {
                let other = &kept[c.below(kept.len())];
                let from = c.below(other.len() + 1);
                other[from..(from + c.below(40)).min(other.len())].to_vec()
            }
        };
        bytes.splice(at..end, piece);
    }
    bytes
}

#[test]
fn e3_kept_texts_are_checked() {
    judge("parse", fuzzing::parse);
}

#[test]
fn e3_kept_playbooks_decide_alike_on_both_engines() {
    judge("decide", fuzzing::decide);
}

#[test]
fn v4_kept_choices_decide_alike_on_both_engines() {
    judge("engines", fuzzing::engines);
}

#[test]
fn e2_kept_text_files_are_read() {
    judge("csv", fuzzing::csv);
}

#[test]
fn e2_kept_packed_files_are_read() {
    judge("parquet", fuzzing::parquet);
}

#[test]
fn kept_programs_read_back() {
    judge("program", fuzzing::program);
}
