fn main() {
    let text = std::fs::read_to_string(std::env::args().nth(1).unwrap()).unwrap();
    let t = std::time::Instant::now();
    let p = revplay_grammar::parse(&text);
    eprintln!("{} items, nesting {}, {:?}", p.items.len(), p.nesting, t.elapsed());
    let ix = revplay_grammar::LineIndex::new(&text);
    for e in p.errors.iter().take(60) { println!("{:?} {:?} {:?} mend {:?}", ix.line_column(&text, e.span.start), e.span.of(&text), e.problem, e.mend.as_ref().map(|m| &m.1)); }
    for i in &p.items { if i.node.is_none() { println!("unreadable: {:?}", i.name.map(|n| n.of(&text))); } }
}
