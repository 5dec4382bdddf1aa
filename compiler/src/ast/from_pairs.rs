//! Builds the syntax tree from the nodes of the grammar. Never fails: a node that is not as expected
//! becomes an error node, and what is wrong is reported.

use crate::ast::{Item, ItemKind, Name, TextLit};
use crate::diagnostics::{Diagnostic, syntax};
use crate::source::FileId;
use revplay_grammar::{ItemSyntax, Node, Parse, Rule, Span};
use std::cell::RefCell;
use std::collections::BTreeMap;

mod comments;
mod expressions;
mod handoffs;
mod kpis;
mod literals;
mod records;
mod routing;
mod scores;
mod tables;

pub(crate) use comments::{allows, docs};

/// What all builders share.
pub(crate) struct Cx<'a> {
    pub parse: &'a Parse,
    pub file: FileId,
    /// `##` texts by the place of the word that follows them.
    pub docs: BTreeMap<u32, String>,
    pub found: RefCell<Vec<Diagnostic>>,
}

impl<'a> Cx<'a> {
    fn report(&self, diagnostic: Diagnostic) {
        self.found.borrow_mut().push(diagnostic);
    }

    fn text(&self, node: &Node) -> &'a str {
        self.parse.text(node)
    }

    fn doc(&self, span: Span) -> Option<String> {
        self.docs.get(&span.start).cloned()
    }

    fn name(&self, node: &Node) -> Name {
        let written = self.text(node);
        let bare = written.strip_prefix('`').and_then(|w| w.strip_suffix('`'));
        Name { text: bare.unwrap_or(written).to_string(), span: node.span, quoted: bare.is_some() }
    }

    /// The first part that is a name. The grammar demands one; an empty name stands for a bug.
    fn named(&self, node: &Node) -> Name {
        node.child(Rule::name).map_or_else(|| self.nameless(node), |n| self.name(n))
    }

    fn nameless(&self, node: &Node) -> Name {
        Name { text: String::new(), span: node.span, quoted: false }
    }

    fn names(&self, node: &Node) -> Vec<Name> {
        let list = node.child(Rule::names).unwrap_or(node);
        list.all(Rule::name).map(|n| self.name(n)).collect()
    }

    /// `a.b`
    fn path(&self, node: &Node) -> (Name, Name) {
        let mut names = node.all(Rule::name).map(|n| self.name(n));
        match (names.next(), names.next()) {
            (Some(first), Some(second)) => (first, second),
            _ => (self.nameless(node), self.nameless(node)),
        }
    }

    fn texts(&self, node: &Node) -> Vec<TextLit> {
        let list = node.child(Rule::texts).unwrap_or(node);
        list.all(Rule::text).map(|n| self.text_lit(n)).collect()
    }

    fn title(&self, node: &Node) -> Option<TextLit> {
        node.child(Rule::text).map(|n| self.text_lit(n))
    }

    /// A text that the grammar demands.
    fn label(&self, node: &Node) -> TextLit {
        self.title(node).unwrap_or_else(|| TextLit { text: String::new(), span: node.span })
    }

    /// Reports clauses that are said twice.
    fn once(&self, node: &Node, rules: &[Rule]) {
        for wanted in rules {
            let mut clauses = node.all(*wanted);
            if let Some(first) = clauses.next() {
                for again in clauses {
                    self.report(syntax::said_twice(self.file, again.span, first.span, self.parse.text(again)));
                }
            }
        }
    }
}

/// The item of a piece of syntax.
pub(crate) fn item(cx: &Cx<'_>, syntax: &ItemSyntax, text: &str) -> Item {
    let kind = match &syntax.node {
        Some(node) => kind(cx, node),
        None => ItemKind::Error(syntax.name.map(|span| {
            let written = span.of(text);
            let bare = written.trim_matches('`');
            Name { text: bare.to_string(), span, quoted: bare.len() < written.len() }
        })),
    };
    Item { kind, span: syntax.span, doc: cx.doc(syntax.span) }
}

fn kind(cx: &Cx<'_>, node: &Node) -> ItemKind {
    match node.rule {
        Rule::playbook => ItemKind::Playbook(records::playbook(cx, node)),
        Rule::use_file => ItemKind::Use(cx.label(node)),
        Rule::record => ItemKind::Record(records::record(cx, node)),
        Rule::link => ItemKind::Link(records::link(cx, node)),
        Rule::mapping => ItemKind::Mapping(records::mapping(cx, node)),
        Rule::param => ItemKind::Param(records::param(cx, node)),
        Rule::list => ItemKind::List(records::list(cx, node)),
        Rule::let_item => ItemKind::Let(records::definition(cx, node)),
        Rule::output => ItemKind::Output(records::definition(cx, node)),
        Rule::score => ItemKind::Score(scores::score(cx, node)),
        Rule::band => ItemKind::Band(tables::band(cx, node)),
        Rule::grade => ItemKind::Grade(tables::grade(cx, node)),
        Rule::table => ItemKind::Table(tables::table(cx, node)),
        Rule::journey => ItemKind::Journey(tables::journey(cx, node)),
        Rule::recommend => ItemKind::Recommend(tables::recommend(cx, node)),
        Rule::calendar => ItemKind::Calendar(routing::calendar(cx, node)),
        Rule::queue => ItemKind::Queue(cx.named(node)),
        Rule::team => ItemKind::Team(routing::team(cx, node)),
        Rule::route => ItemKind::Route(routing::route(cx, node)),
        Rule::handoff => ItemKind::Handoff(handoffs::handoff(cx, node)),
        Rule::kpi => ItemKind::Kpi(kpis::kpi(cx, node)),
        Rule::test => ItemKind::Test(kpis::test(cx, node)),
        Rule::prove => ItemKind::Prove(kpis::prove(cx, node)),
        _ => ItemKind::Error(None),
    }
}
