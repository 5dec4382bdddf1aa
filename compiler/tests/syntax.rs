//! The parser: printing and reading again gives the same tree.

use revplay_compiler::ast::print;
use revplay_compiler::diagnostics::{Diagnostic, Sink};
use revplay_compiler::parse::{Parsed, parse};
use revplay_compiler::source::FileId;
use std::path::Path;

fn read(text: &str) -> (Parsed, Vec<Diagnostic>) {
    let mut sink = Sink::default();
    let parsed = parse(FileId(0), text, &mut sink);
    (parsed, sink.finish())
}

fn corpus(folder: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../grammar/corpus").join(folder);
    let mut files: Vec<_> = std::fs::read_dir(root).unwrap().map(|f| f.unwrap().path()).collect();
    files.retain(|f| f.extension().is_some_and(|e| e == "play"));
    files.sort();
    files.iter().map(|f| (f.file_name().unwrap().to_string_lossy().into(), std::fs::read_to_string(f).unwrap())).collect()
}

#[test]
fn printing_and_reading_gives_the_same_tree() {
    for (name, text) in corpus("ok") {
        let (first, found) = read(&text);
        assert!(found.is_empty(), "{name}: {found:#?}");
        let printed = print::file(&first.file);
        let (second, found) = read(&printed);
        assert!(found.is_empty(), "{name} printed: {found:#?}\n{printed}");
        let (a, b) = (print::tree(&first.file), print::tree(&second.file));
        if let Some((l, r)) = a.lines().zip(b.lines()).find(|(l, r)| l != r) {
            panic!("{name}: `{l}` became `{r}`\n{printed}");
        }
        assert!(print::same(&first.file, &second.file), "{name}");
        assert_eq!(printed, print::file(&second.file), "{name}");
    }
}
