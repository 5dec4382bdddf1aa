//! The code of all playbooks for a machine that is not at hand: made and checked, never run.

use super::compile_elsewhere;
use crate::native::plan::Plan;
use crate::native::shape::{Shape, Width};
use crate::playbook::{Playbook, Settings};
use std::path::{Path, PathBuf};

/// The root files of `playbooks/`.
fn roots() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../playbooks");
    let inside = |folder: &Path| -> Vec<PathBuf> {
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
    };
    let folders = inside(&folder).into_iter().filter(|path| path.is_dir());
    let files = folders.flat_map(|folder| inside(&folder)).filter(|path| path.extension().is_some_and(|e| e == "play"));
    let is_root = |path: &PathBuf| {
        let text = std::fs::read_to_string(path).unwrap();
        text.lines().any(|line| line.starts_with("playbook "))
    };
    let mut roots: Vec<PathBuf> = files.filter(is_root).collect();
    roots.sort();
    roots
}

#[test]
fn every_playbook_has_code_on_64_bit_arm() {
    let roots = roots();
    assert!(roots.len() >= 8, "{roots:?}");
    for path in roots {
        let playbook = Playbook::open(&path, Settings::new().without_machine_code()).unwrap_or_else(|e| panic!("{e}"));
        let program = playbook.program();
        let plan = Plan::new(program, &[]);
        for nullable in [true, false] {
            for width in [Width::Small, Width::Half, Width::Wide] {
                let shape = Shape::of(plan.inputs.iter().map(|_| (nullable, width)));
                let made = compile_elsewhere("aarch64", program, &plan, &shape);
                assert!(made.is_ok(), "{}: {made:?}", path.display());
            }
        }
    }
}
