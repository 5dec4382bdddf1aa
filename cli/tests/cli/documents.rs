//! What documents show of the program is what the program does. `cargo xtask bless` rewrites the shown outputs.
//!
//! In a fence `console` of docs/cli.md and docs/first-use.md a line `$ COMMAND` is followed by what it prints. It runs in a copy of
//! `playbooks/inbound`, or of the playbook that stands behind `console` (in docs/first-use.md of the folder
//! `docs/first-use`, which all its fences share); `…` in a command stands for [`OPTIONS`];
//! `$ cat FILE` writes that file first; a line `…` stands for lines left out, and how long a run took is not compared.

use crate::support::{Folder, Ran};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What `…` stands for in a command of docs/cli.md.
const OPTIONS: &str = "--data account=accounts.csv --data activities=activities.csv --now 2026-11-23T09:00";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn page(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).expect(path)
}

/// Whether snapshots are rewritten.
fn blessing() -> bool {
    std::env::var("INSTA_UPDATE").is_ok_and(|v| v == "always")
}

fn copy_all(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder").map(|e| e.expect("an entry").path()) {
        let target = to.join(entry.file_name().expect("a name"));
        match entry.is_dir() {
            true => copy_all(&entry, &target),
            false => drop(std::fs::copy(&entry, &target).expect("copied")),
        }
    }
}

/// All playbooks with their data, to work in.
fn playbooks() -> Folder {
    let folder = Folder::empty();
    copy_all(&root().join("playbooks"), &folder.0);
    folder
}

/// Runs a line as a shell does, with both streams in one.
fn shell(folder: &Folder, inside: &str, line: &str) -> (i32, String) {
    let program = Path::new(env!("CARGO_BIN_EXE_revplay")).parent().expect("a folder").to_path_buf();
    let old = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths([program].into_iter().chain(std::env::split_paths(&old))).expect("a path");
    let arguments = ["-c".to_string(), format!("{{ {line}\n}} 2>&1")];
    let mut command = folder.command();
    command.current_dir(folder.0.join(inside)).env("PATH", path);
    let with_shell = command_as(command, "sh").args(arguments).output().expect("a shell");
    let ran = Ran::of(with_shell);
    (ran.code, ran.out)
}

/// Another program in the same surroundings.
fn command_as(like: std::process::Command, program: &str) -> std::process::Command {
    let mut command = std::process::Command::new(program);
    command.current_dir(like.get_current_dir().expect("a folder")).stdin(std::process::Stdio::null());
    for (name, value) in like.get_envs() {
        match value {
            Some(value) => drop(command.env(name, value)),
            None => drop(command.env_remove(name)),
        }
    }
    command
}

/// Lines as they are compared.
fn steady(line: &str) -> &str {
    if line.trim_start().starts_with("took ") { "took" } else { line.trim_end() }
}

/// What should be shown of an output: as many lines before and behind `…` as are shown now.
fn cut(shown: &[&str], out: &str) -> Vec<String> {
    let lines: Vec<String> = out.lines().map(|l| l.trim_end().to_string()).collect();
    let Some(gap) = shown.iter().position(|l| *l == "…") else { return lines };
    let behind = shown.len() - gap - 1;
    if lines.len() <= gap + behind {
        return lines;
    }
    let dots = std::iter::once("…".to_string());
    lines[..gap].iter().cloned().chain(dots).chain(lines[lines.len() - behind..].iter().cloned()).collect()
}

/// Runs every command of a fence and gives the fence as it should be.
fn replayed(folder: &Folder, inside: &str, fence: &[&str]) -> Vec<String> {
    let mut fresh = Vec::new();
    let mut at = 0;
    while let Some(line) = fence.get(at) {
        let mut command = vec![*line];
        while command.last().is_some_and(|l| l.ends_with('\\')) {
            command.push(fence[at + command.len()]);
        }
        at += command.len();
        let end = fence[at..].iter().position(|l| l.starts_with("$ ")).map_or(fence.len(), |n| at + n);
        let shown = &fence[at..end];
        at = end;
        let text = command.join("\n").trim_start_matches("$ ").replace('…', OPTIONS);
        if let Some(name) = text.strip_prefix("cat ") {
            folder.write(&format!("{inside}/{name}"), format!("{}\n", shown.join("\n")));
        }
        let (_, out) = shell(folder, inside, &text);
        fresh.extend(command.into_iter().map(str::to_string));
        let fresh_lines = cut(shown, &out);
        let kept = |(i, new): (usize, String)| match shown.get(i) {
            Some(old) if steady(old) == steady(&new) => (*old).to_string(),
            _ => new,
        };
        fresh.extend(fresh_lines.into_iter().enumerate().map(kept));
    }
    fresh
}

/// Compares a page with what it should be; rewrites it when snapshots are.
#[track_caller]
fn settle(path: &str, old: &str, fresh: &str) {
    if old != fresh && blessing() {
        std::fs::write(root().join(path), fresh).expect("written");
        return;
    }
    let differs = old.lines().zip(fresh.lines()).position(|(a, b)| a != b);
    let around = |text: &str| {
        let from = differs.unwrap_or_else(|| text.lines().count().saturating_sub(3)).saturating_sub(2);
        text.lines().skip(from).take(12).collect::<Vec<_>>().join("\n")
    };
    assert!(old == fresh, "{path} shows\n{}\n\nand the program says\n{}", around(old), around(fresh));
}

/// Runs all fences `console` of a page in a folder, in their order, and compares what they show. A fence that names no
/// folder runs in `inside`. Gives the number of commands.
#[track_caller]
fn replay_page(path: &str, folder: &Folder, inside: &str) -> usize {
    let old = page(path);
    let (mut fresh, mut count) = (String::new(), 0);
    let mut lines = old.lines();
    while let Some(line) = lines.next() {
        fresh.push_str(line);
        fresh.push('\n');
        let Some(words) = line.strip_prefix("```console") else { continue };
        let fence: Vec<&str> = lines.by_ref().take_while(|l| *l != "```").collect();
        let inside = if words.trim().is_empty() { inside } else { words.trim() };
        for line in replayed(folder, inside, &fence) {
            fresh.push_str(&line);
            fresh.push('\n');
            count += usize::from(line.starts_with("$ "));
        }
        fresh.push_str("```\n");
    }
    settle(path, &old, &fresh);
    count
}

#[test]
fn the_page_of_the_command_line_shows_what_happens() {
    let count = replay_page("docs/cli.md", &playbooks(), "inbound");
    assert!(count >= 8, "{count} commands");
}

#[test]
fn the_page_of_the_first_use_shows_what_happens() {
    let folder = Folder::empty();
    copy_all(&root().join("docs/first-use"), &folder.0);
    let count = replay_page("docs/first-use.md", &folder, ".");
    assert!(count >= 12, "{count} commands");
    // Where the page ends, its playbook is right.
    folder.run(&["check", ".", "--deny-warnings"]).expect(0);
    folder.run(&["test", "."]).expect(0);
    assert!(page("docs/first-use.md").lines().count() < 200, "it is to be read in one go");
}

/// The text of the first fence of a kind, and of the next of another behind it.
fn fence_of<'p>(page: &'p str, kind: &str) -> (&'p str, &'p str) {
    let (_, behind) = page.split_once(&format!("```{kind}\n")).expect("a fence");
    behind.split_once("```\n").expect("its end")
}

#[test]
fn the_readmes_example_is_explained_as_it_says() {
    let old = page("README.md");
    let folder = Folder::empty();
    let (playbook, behind) = fence_of(&old, "play");
    let (leads, behind) = fence_of(behind, "csv");
    folder.write("demo.play", playbook);
    folder.write("leads.csv", leads);
    let (_, command) = behind.split_once("`revplay ").expect("a command");
    let (command, _) = command.split_once('`').expect("its end");
    let words: Vec<&str> = command.split_whitespace().collect();
    let ran = folder.run(&words);
    assert_eq!(ran.expect(0).err, "");
    let (shown, _) = fence_of(behind, "text");
    settle("README.md", &old, &old.replace(shown, &ran.out));
    folder.run(&["check", "demo.play"]).expect(0).prints("no errors");

    // What the page says about a slip.
    folder.write("demo.play", playbook.replace("employees >= 1000", "employes >= 1000"));
    let slip = folder.run(&["check", "demo.play", "--format", "short"]);
    let (_, said) = old.split_once("`employes >= 1000` is *").expect("the slip");
    let (said, _) = said.split_once('*').expect("its end");
    let (what, help) = said.split_once("; ").expect("what and help");
    slip.expect(1).prints(what);
    folder.run(&["check", "demo.play"]).prints(help.trim_end_matches('?'));
}

#[test]
fn the_readmes_first_command_decides_the_sample() {
    let readme = page("README.md");
    let (command, _) = fence_of(&readme, "sh");
    let (_, arguments) = command.split_once(" -- ").expect("cargo's arguments and ours");
    let arguments = arguments.trim().replace('"', "'");
    let folder = playbooks();
    let (code, out) = shell(&folder, ".", &format!("cd '{}' && revplay {arguments}", root().display()));
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("300 rows decided"), "{out}");
    assert!(!out.contains("reject"), "{out}");
}

/// Commands in fences `sh` of a page, each in one line.
fn commands(page: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = page;
    while rest.contains("```sh\n") {
        let (text, behind) = fence_of(rest, "sh");
        found.extend(text.replace("\\\n", " ").lines().map(str::to_string));
        rest = behind;
    }
    found
}

/// The commands of the playbooks' own pages run in their folders, if their data is part of the repository.
#[test]
fn commands_of_the_playbooks_pages_run() {
    let folder = playbooks();
    let mut count = BTreeMap::new();
    for entry in std::fs::read_dir(&folder.0).expect("a folder").map(|e| e.expect("an entry").path()) {
        let Ok(text) = std::fs::read_to_string(entry.join("README.md")) else { continue };
        let name = entry.file_name().expect("a name").to_string_lossy().to_string();
        for command in commands(&text).into_iter().filter(|c| c.starts_with("revplay ")) {
            let words: Vec<&str> = command.split_whitespace().collect();
            let read = words.iter().enumerate().filter(|(i, _)| words.get(i.wrapping_sub(1)) != Some(&"-o"));
            let file = |w: &str| w.rsplit('=').next().map(|f| entry.join(f)).unwrap_or_default();
            let named = |w: &str| [".csv", ".parquet", ".play"].iter().any(|e| w.ends_with(e));
            if read.map(|(_, w)| *w).filter(|w| named(w)).any(|w| !file(w).is_file()) {
                continue;
            }
            let (code, out) = shell(&folder, &name, &command);
            // A KPI that is not built yet is said to be so; the others are computed.
            let some_not_built = command.starts_with("revplay kpi") && out.contains("error[E0811]");
            // A page may show what is wrong with its data, and then says with which code the run ends.
            let told = text.replace('\n', " ").contains("exit code 1") && out.contains("overlap row");
            assert!(code == 0 || some_not_built || (code == 1 && told), "{name}: {command}\nexit {code}\n{out}");
            *count.entry(name.clone()).or_insert(0) += 1;
        }
    }
    for (name, most) in [("inbound", 6), ("bank-marketing", 4), ("maven-crm", 4), ("benchmark", 1)] {
        assert!(count.get(name).is_some_and(|n| *n >= most), "{name}: {count:?}");
    }
}

/// Options and commands that documents write are ones that the program knows.
#[test]
fn options_in_documents_exist() {
    let folder = Folder::empty();
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    let mut count = 0;
    for path in [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "docs/guide.md",
        "docs/cli.md",
        "docs/first-use.md",
    ] {
        for (command, rest) in commands_in(&page(path)) {
            let help = known.entry(command.clone()).or_insert_with(|| {
                let ran = folder.run(&[&command, "--help"]);
                assert_eq!(ran.code, 0, "{path}: `revplay {command}`\n{}", ran.err);
                ran.out
            });
            for option in rest.split_whitespace().map(|w| w.trim_start_matches('[')).filter(|w| w.starts_with("--")) {
                let name: String = option.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
                assert!(help.contains(&name), "{path}: `revplay {command}` has no {name}");
                count += 1;
            }
        }
    }
    assert!(count > 20, "{count} options");
}

/// `revplay COMMAND …` in backticks or at the beginning of a line: the command and what follows it.
fn commands_in(text: &str) -> Vec<(String, String)> {
    let text = text.replace("\n            [", " [");
    let mut found = Vec::new();
    for start in ["`revplay ", "\nrevplay ", "$ revplay ", "-p revplay -- "] {
        for rest in text.split(start).skip(1) {
            let end = rest.find(['`', '\n']).unwrap_or(rest.len());
            let line = rest.get(..end).unwrap_or_default();
            let line = line.split(" | ").next().unwrap_or_default();
            let (command, options) = line.split_once(' ').unwrap_or((line, ""));
            if command.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !command.is_empty() {
                found.push((command.to_string(), options.to_string()));
            }
        }
    }
    found
}
