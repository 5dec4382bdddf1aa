//! Who may depend on whom. A new arrow needs a change here and in ARCHITECTURE.md.

use revplay_tests::repository::{files, read};
use std::collections::{BTreeMap, BTreeSet};

/// Crate, folder, and the crates of ours that it may depend on.
const ARROWS: [(&str, &str, &[&str]); 9] = [
    ("revplay-grammar", "grammar", &[]),
    ("revplay-ir", "ir", &[]),
    ("revplay-compiler", "compiler", &["revplay-grammar", "revplay-ir"]),
    ("revplay-runtime", "runtime", &["revplay-compiler", "revplay-ir"]),
    ("revplay-io", "runtime/io", &["revplay-ir", "revplay-runtime"]),
    ("revplay", "cli", &["revplay-compiler", "revplay-grammar", "revplay-io", "revplay-ir", "revplay-runtime"]),
    ("revplay-tests", "tests", &["revplay-compiler", "revplay-grammar", "revplay-io", "revplay-ir", "revplay-runtime"]),
    ("revplay-benches", "benches", &["revplay-compiler", "revplay-io", "revplay-ir", "revplay-runtime"]),
    ("xtask", "xtask", &[]),
];

/// Crates of others that must not be reached, by the start of their names.
const BANNED: [(&str, &[&str]); 5] = [
    ("revplay-grammar", &["arrow", "parquet", "miette", "regex", "cranelift"]),
    ("revplay-compiler", &["arrow", "parquet", "clap", "cranelift"]),
    ("revplay-ir", &["arrow", "parquet", "pest", "miette", "clap", "cranelift"]),
    ("revplay-runtime", &["parquet", "calamine", "clap"]),
    ("revplay-io", &["clap"]),
];

/// Names under `[dependencies]`, `[dev-dependencies]` and `[build-dependencies]` of a manifest.
fn dependencies(manifest: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut inside = false;
    for line in manifest.lines().map(str::trim) {
        if let Some(section) = line.strip_prefix('[') {
            let section = section.trim_end_matches(']');
            inside = section.ends_with("dependencies");
            if let Some((_, name)) = section.split_once("dependencies.") {
                names.insert(name.to_string());
            }
        } else if inside && !line.is_empty() && !line.starts_with('#') {
            let name = line.split(['=', '.', ' ']).next().unwrap_or_default();
            names.insert(name.trim_matches('"').to_string());
        }
    }
    names
}

/// Every package of the lock file with what it depends on, by name.
fn locked() -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut name = String::new();
    for line in read("Cargo.lock").lines() {
        if let Some(rest) = line.strip_prefix("name = ") {
            name = rest.trim_matches('"').to_string();
            found.entry(name.clone()).or_default();
        } else if let Some(dependency) = line.strip_prefix(" \"") {
            let dependency = dependency.trim_end_matches("\",").split(' ').next().unwrap_or_default();
            found.entry(name.clone()).or_default().insert(dependency.to_string());
        }
    }
    found
}

/// What a package reaches, with the way to it.
fn reached(locked: &BTreeMap<String, BTreeSet<String>>, from: &str) -> BTreeMap<String, String> {
    let mut ways: BTreeMap<String, String> = BTreeMap::new();
    let mut open = vec![(from.to_string(), from.to_string())];
    while let Some((name, way)) = open.pop() {
        for next in locked.get(&name).into_iter().flatten() {
            if !ways.contains_key(next) {
                let way = format!("{way} -> {next}");
                ways.insert(next.clone(), way.clone());
                open.push((next.clone(), way));
            }
        }
    }
    ways
}

#[test]
fn arrows_between_our_crates_are_the_allowed_ones() {
    for (name, folder, allowed) in ARROWS {
        let manifest = read(&format!("{folder}/Cargo.toml"));
        assert!(manifest.contains(&format!("name = \"{name}\"\n")), "{folder} is {name}");
        let ours = dependencies(&manifest).into_iter().filter(|d| d.starts_with("revplay"));
        let new: Vec<String> = ours.filter(|d| !allowed.contains(&d.as_str())).collect();
        assert!(new.is_empty(), "{name} may not depend on {new:?}");
    }
}

#[test]
fn every_crate_has_its_arrows_stated() {
    // The fuzz crate is none of the workspace; `fuzz.rs` is about it.
    let inside = files().into_iter().filter(|p| !p.starts_with("fuzz/"));
    let manifests = inside.filter_map(|p| p.strip_suffix("/Cargo.toml").map(str::to_string));
    let stated: BTreeSet<String> = ARROWS.iter().map(|(_, folder, _)| folder.to_string()).collect();
    assert_eq!(manifests.collect::<BTreeSet<String>>(), stated);
    let workspace = read("Cargo.toml");
    for folder in &stated {
        assert!(workspace.contains(&format!("\"{folder}\"")), "{folder} is a member of the workspace");
        let manifest = read(&format!("{folder}/Cargo.toml"));
        // A crate that may be unsafe in one module repeats the lints and denies instead of forbids.
        let own = clippy_lints(&manifest) == clippy_lints(&workspace) && manifest.contains("unsafe_code = \"deny\"");
        assert!(manifest.contains("[lints]\nworkspace = true") || own, "{folder} has the lints of the workspace");
    }
}

/// The lines of a section `[lints.clippy]` or `[workspace.lints.clippy]`.
fn clippy_lints(manifest: &str) -> Vec<&str> {
    let below = manifest.split("lints.clippy]\n").nth(1).unwrap_or_default();
    below.lines().take_while(|l| !l.is_empty()).collect()
}

#[test]
fn no_crate_reaches_what_it_must_not_know() {
    let locked = locked();
    assert!(locked.len() > 50, "{} packages", locked.len());
    for (name, banned) in BANNED {
        let reached = reached(&locked, name);
        for (other, way) in &reached {
            assert!(!banned.iter().any(|b| other.starts_with(b)), "{name} must not know {other}: {way}");
        }
    }
    // The way to what is there is found: otherwise the test above proves nothing.
    assert!(reached(&locked, "revplay-compiler").contains_key("pest"));
    assert!(reached(&locked, "revplay-io").contains_key("arrow-array"));
}

/// The runtime has the compiler for those who embed it, and for them alone: what decides knows programs, not texts.
#[test]
fn only_the_embedding_api_of_the_runtime_names_the_compiler() {
    let sources = || files().into_iter().filter(|p| p.starts_with("runtime/src/") && p.ends_with(".rs"));
    let names = |p: &String| read(p).contains("revplay_compiler");
    let of_api = |p: &String| p == "runtime/src/playbook.rs" || p.starts_with("runtime/src/playbook/");
    let others: Vec<String> = sources().filter(|p| !of_api(p) && names(p)).collect();
    assert!(others.is_empty(), "the compiler is for runtime/src/playbook alone: {others:?}");
    assert!(sources().any(|p| of_api(&p) && names(&p)), "the search finds what is there");
}

/// Each crate of others has its reason in DESIGN.md.
#[test]
fn every_dependency_has_a_reason() {
    let design = read("DESIGN.md");
    let (_, below) = design.split_once("\n## Dependencies").expect("a section");
    let (section, _) = below.split_once("\n## ").expect("a next section");
    for (name, folder, _) in ARROWS {
        for dependency in dependencies(&read(&format!("{folder}/Cargo.toml"))) {
            // The crates of a family stand in one row: `arrow-array`, `-buffer`.
            let short = dependency.find('-').and_then(|at| dependency.get(at..)).unwrap_or(&dependency);
            let named = section.contains(&format!("`{dependency}`")) || section.contains(&format!("`{short}`"));
            assert!(named || dependency.starts_with("revplay"), "DESIGN.md does not say why {name} needs {dependency}");
        }
    }
}
