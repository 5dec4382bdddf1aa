//! What documents name is there: paths, links, anchors, commands.

use revplay_tests::repository::{self, anchors, code_spans, fences, files, folder_of, link_targets, plain, prose};

/// Documents about the repository, whose paths are the repository's.
const ABOUT_THE_REPOSITORY: [&str; 5] =
    ["ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "DESIGN.md", "README.md"];

/// Endings of files that documents name.
const ENDINGS: [&str; 10] = [".rs", ".md", ".pest", ".toml", ".play", ".csv", ".txt", ".ics", ".py", ".snap"];

/// Files that a reader makes while reading.
const MADE_BY_THE_READER: [&str; 3] = ["demo.play", "leads.csv", "guide.play"];

/// Whether a text in backticks names a file or a folder: no command, no code, no place-holder.
fn is_path(span: &str) -> bool {
    let plain = span.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c));
    let placeholder = ["NAME", "FORMAT", "0x", "4xx", "foo", "mod.rs"].iter().any(|p| span.contains(p));
    let shaped = span.ends_with('/') || ENDINGS.iter().any(|e| span.ends_with(e)) || span.starts_with("playbooks/");
    plain && !placeholder && shaped && !span.starts_with('.') && !MADE_BY_THE_READER.contains(&span)
}

/// Whether some file of the crate is it: `ops.rs` in the section of `ir/` is `ir/src/ops.rs`.
fn is_there(all: &[String], section: &str, span: &str) -> bool {
    let inside = all.iter().filter(|p| p.starts_with(section));
    inside.into_iter().any(|p| match span.ends_with('/') {
        true => p.starts_with(span) || p.contains(&format!("/{span}")),
        false => p == span || p.ends_with(&format!("/{span}")) || p.starts_with(&format!("{span}/")),
    }) || all.iter().any(|p| p == span || (span.ends_with('/') && p.starts_with(span)))
}

#[test]
fn every_path_in_backticks_exists() {
    let all = files();
    let mut count = 0;
    for document in ABOUT_THE_REPOSITORY {
        let page = repository::read(document);
        let mut section = String::new();
        for (index, line) in prose(&page).into_iter().enumerate() {
            if line.starts_with('#') {
                let crate_of = code_spans(line).find(|s| s.ends_with('/'));
                section = crate_of.unwrap_or_default().to_string();
            }
            for span in code_spans(line).filter(|s| is_path(s)) {
                assert!(is_there(&all, &section, span), "{document}:{}: there is no `{span}`", index + 1);
                count += 1;
            }
        }
    }
    assert!(count > 80, "{count} paths");
}

#[test]
fn every_link_leads_somewhere() {
    let mut count = 0;
    for path in files().into_iter().filter(|p| p.ends_with(".md")) {
        let page = repository::read(&path);
        for (index, line) in prose(&page).into_iter().enumerate() {
            let place = format!("{path}:{}", index + 1);
            for target in link_targets(line).filter(|t| !t.contains("://") && !t.contains('`')) {
                let (file, anchor) = target.split_once('#').map_or((target, None), |(f, a)| (f, Some(a)));
                let to = if file.is_empty() { path.clone() } else { plain(&format!("{}{file}", folder_of(&path))) };
                assert!(repository::exists(&to), "{place}: there is no {to}");
                if let Some(anchor) = anchor {
                    assert!(anchors(&repository::read(&to)).contains(anchor), "{place}: no heading #{anchor} in {to}");
                }
                count += 1;
            }
        }
    }
    assert!(count > 40, "{count} links");
}

/// `v2_overflow`: a letter, a digit, `_` and more.
fn is_named_after_a_promise(name: &str) -> bool {
    let mut chars = name.chars();
    let starts =
        chars.next().is_some_and(|c| c.is_ascii_lowercase()) && chars.next().is_some_and(|c| c.is_ascii_digit());
    let word = |rest: &str| rest.len() > 1 && rest.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    starts && chars.as_str().starts_with('_') && word(chars.as_str())
}

#[test]
fn tests_that_documents_name_exist() {
    let all = files();
    let sources: String = all.iter().filter(|p| p.ends_with(".rs")).map(|p| repository::read(p)).collect();
    for document in ABOUT_THE_REPOSITORY {
        let page = repository::read(document);
        for span in prose(&page).into_iter().flat_map(code_spans) {
            let name = span.trim_start_matches("fn ").trim_end_matches("()");
            if span.starts_with("fn ") || is_named_after_a_promise(name) {
                assert!(sources.contains(&format!("fn {name}")), "{document}: there is no test `{name}`");
            }
        }
    }
}

/// The README begins with two commands: decide the sample, and run all checks, as the `.ci/run` does.
#[test]
fn the_readme_begins_with_two_commands() {
    let page = repository::read("README.md");
    let blocks: Vec<String> = fences(&page).into_iter().filter(|f| f.words == "sh").map(|f| f.text).collect();
    let [decide, check, ..] = blocks.as_slice() else { panic!("two blocks `sh`") };
    assert_eq!((decide.lines().count(), check.lines().count()), (1, 1), "one command each");
    let words: Vec<&str> = decide.split_whitespace().collect();
    assert_eq!(words[..6], ["cargo", "run", "--release", "-p", "revplay", "--"]);
    assert_eq!(words[6..9], ["run", "playbooks/inbound/inbound.play", "playbooks/inbound/leads.csv"]);
    for path in words.iter().map(|w| w.rsplit('=').next().unwrap_or(w)).filter(|w| w.contains('/')) {
        assert!(repository::exists(path), "there is no {path}");
    }
    assert_eq!(check, "cargo xtask ci\n");
    assert!(repository::read(".ci/run").lines().any(|l| l == "cargo xtask ci"), ".ci/run runs it too");
    assert!(repository::read(".cargo/config.toml").contains("xtask = \"run "), "cargo knows xtask");
}
