//! The pages of the error codes are tests: what a page calls wrong fails with the page's code,
//! what it calls right has no finding at all.

use revplay_compiler::check;
use revplay_compiler::diagnostics::codes::{CODES, Code};
use revplay_compiler::diagnostics::render::{Format, Look, render};
use revplay_compiler::source::FileSet;

/// Longest page, in lines.
const PAGE_LINES_MAX: usize = 50;

/// Codes whose pages have no example: a bug of the compiler, and a limit that takes thousands of words to reach.
const WITHOUT_EXAMPLE: [&str; 2] = ["E0315", "E0901"];

/// A fenced block: the words after the three backticks and the text.
struct Fence<'p> {
    words: Vec<&'p str>,
    text: String,
}

impl Fence<'_> {
    fn is(&self, first: &str, second: &str) -> bool {
        self.words.first() == Some(&first) && self.words.get(1) == Some(&second)
    }

    /// `file=NAME`, once for each file that the playbook reads.
    fn files(&self) -> impl Iterator<Item = &str> {
        self.words.iter().filter_map(|w| w.strip_prefix("file="))
    }
}

fn fences(page: &str) -> Vec<Fence<'_>> {
    let mut found = Vec::new();
    let mut open: Option<Fence<'_>> = None;
    for line in page.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(words)) => {
                open = Some(Fence { words: words.split_whitespace().collect(), text: String::new() })
            }
            (None, None) => {}
            (Some(_), Some(_)) => found.extend(open.take()),
            (Some(fence), None) => {
                fence.text.push_str(line);
                fence.text.push('\n');
            }
        }
    }
    assert!(open.is_none(), "a fence is not closed");
    found
}

/// Codes that a fence's playbook gives, with the findings as text.
fn findings(code: &Code, all: &[Fence<'_>], fence: &Fence<'_>) -> (Vec<&'static str>, String) {
    let mut files = FileSet::new();
    let root = files.add("page.play", fence.text.clone());
    for name in fence.files() {
        let content = all.iter().find(|f| f.is("file", name));
        assert!(content.is_some(), "{}: no fence `file {name}`", code.code);
        files.add(name, content.map_or(String::new(), |f| f.text.clone()));
    }
    let found = check(&files, root).diagnostics;
    let text = render(&files, &found, Format::Pretty, Look { width: 100, colour: false });
    (found.iter().map(|d| d.code).collect(), text)
}

fn check_page(code: &Code) -> Result<(), String> {
    let title = format!("# {}: {}", code.code, code.name);
    let first = code.page.lines().next().unwrap_or_default();
    // Pages about the form of the text have a sentence for a title.
    let sentence = code.code.starts_with("E01") && first.starts_with(&format!("# {}: ", code.code));
    if first != title && !sentence {
        return Err(format!("the title is not `{title}`"));
    }
    let lines = code.page.lines().count();
    if lines > PAGE_LINES_MAX {
        return Err(format!("{lines} lines are more than {PAGE_LINES_MAX}"));
    }
    let all = fences(code.page);
    let (fail, ok): (Vec<_>, Vec<_>) =
        (all.iter().filter(|f| f.is("play", "fail")).collect(), all.iter().filter(|f| f.is("play", "ok")).collect());
    if WITHOUT_EXAMPLE.contains(&code.code) {
        let says = code.page.contains("This page has no example.");
        let none = fail.is_empty() && ok.is_empty();
        return if says && none { Ok(()) } else { Err("it must say that it has no example".into()) };
    }
    if fail.is_empty() || ok.is_empty() {
        return Err("it needs a fence `play fail` and a fence `play ok`".into());
    }
    for fence in fail {
        let (codes, text) = findings(code, &all, fence);
        if codes.is_empty() || codes.iter().any(|c| *c != code.code) {
            return Err(format!("`play fail` gives {codes:?}\n{text}"));
        }
    }
    for fence in ok {
        let (codes, text) = findings(code, &all, fence);
        if !codes.is_empty() {
            return Err(format!("`play ok` gives {codes:?}\n{text}"));
        }
    }
    Ok(())
}

#[test]
fn e1_every_code_has_a_page_whose_examples_hold() {
    let broken: Vec<String> =
        CODES.iter().filter_map(|c| check_page(c).err().map(|why| format!("{}: {why}", c.code))).collect();
    assert!(broken.is_empty(), "{} of {} pages\n\n{}", broken.len(), CODES.len(), broken.join("\n"));
}

#[test]
fn codes_are_sorted_and_unique() {
    let codes: Vec<&str> = CODES.iter().map(|c| c.code).collect();
    let mut sorted = codes.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(codes, sorted);
}

/// `# allow:` and `explain-code` take names; only an error and a warning may share one.
#[test]
fn names_of_codes_are_unique() {
    let mut names: Vec<(&str, &str)> = CODES.iter().filter_map(|c| Some((c.code.get(..1)?, c.name))).collect();
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    assert_eq!(count, names.len());
}
