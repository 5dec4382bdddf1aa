//! Random scores, bands, grades, tables, journeys, routes and handoffs.

use super::expressions::{condition, duration, event_condition, of, window};
use super::{Choices, Kind, bare, expr, name, text, whole};
use revplay_compiler::ast::*;
use revplay_grammar::Span;

type Lets<'l> = &'l [(String, Kind)];

/// Adds one or two of each kind of decision.
pub fn all(c: &mut Choices, lets: Lets<'_>, items: &mut Vec<ItemKind>) {
    let decays = c.once_in(2);
    items.push(ItemKind::Score(score(c, "fit", false, lets)));
    items.push(ItemKind::Score(score(c, "warmth", decays, lets)));
    items.push(ItemKind::Band(Band {
        name: name("tier"),
        of: bare("fit"),
        rows: vec![
            (name("A"), Some(CellTest::Compare(CompareOp::Ge, expr(ExprKind::Number(whole(50))))), Span::default()),
            (name("B"), Some(CellTest::Compare(CompareOp::Gt, expr(ExprKind::Number(whole(5))))), Span::default()),
            (name("C"), None, Span::default()),
        ],
    }));
    items.push(ItemKind::Grade(Grade {
        name: name("priority"),
        columns: vec![Some(condition(c, 1, lets)), None],
        rows: vec![
            (Some(condition(c, 1, lets)), vec![name("A1"), name("A2")], Span::default()),
            (None, vec![name("B1"), name("B2")], Span::default()),
        ],
    }));
    items.push(ItemKind::Table(table(c)));
    items.push(ItemKind::Journey(Journey {
        name: name("stage"),
        stages: vec![
            (name("awareness"), None, Span::default()),
            (name("interest"), Some(condition(c, 2, lets)), Span::default()),
            (name("decision"), Some(condition(c, 2, lets)), Span::default()),
        ],
    }));
    items.push(ItemKind::Recommend(Recommend {
        name: name("content"),
        top: 1 + c.below(3) as u32,
        rows: ["Guide", "Call, \"now\"", "Demo"]
            .iter()
            .map(|t| (text(t), Some(condition(c, 2, lets)), Span::default()))
            .collect(),
    }));
    items.push(ItemKind::Route(route(c, lets)));
    items.push(ItemKind::Handoff(handoff(c, lets)));
    for index in 0..c.below(3) {
        let kind = c.one(&super::KINDS);
        let value = of(c, kind, 3, lets);
        let when = condition(c, 2, lets);
        let value = expr(ExprKind::Cases { arms: vec![(value, when)], otherwise: None });
        items.push(ItemKind::Output(Let { name: name(&format!("out_{index}")), record: None, value }));
    }
}

fn decay(c: &mut Choices) -> Decay {
    Decay {
        half_life: duration(c.one(&["1", "30", "365"]), DurationUnit::Day, None),
        since: bare("seen"),
        if_missing: Some(NumberLit { unit: NumberUnit::Percent, ..whole(c.below(101) as i64) }),
        span: Span::default(),
    }
}

fn score(c: &mut Choices, id: &str, decays: bool, lets: Lets<'_>) -> Score {
    let mut label = 0;
    let mut items = Vec::new();
    for group in 0..1 + c.below(3) {
        let rules: Vec<Rule> = (0..1 + c.below(4)).map(|_| rule(c, decays, lets, &mut label)).collect();
        if c.once_in(3) {
            items.extend(rules.into_iter().map(ScoreItem::Rule));
            continue;
        }
        let up = c.below(60) as i64;
        items.push(ScoreItem::Group(Group {
            label: text(&format!("Group {group}")),
            policy: c.once_in(4).then_some(Policy::First),
            up_to: c.once_in(2).then(|| whole(up)),
            not_below: c.once_in(3).then(|| whole(up - 80)),
            decay: (decays && c.once_in(2)).then(|| decay(c)),
            rules,
            span: Span::default(),
        }));
    }
    let bound = |n: i64| Some(Box::new(signed(n)));
    let range = RangeLit { low: bound(-20), high: bound(100), high_open: false, span: Span::default() };
    Score {
        name: name(id),
        title: None,
        range: c.once_in(2).then_some(range),
        step: decays.then(|| NumberLit { digits: "0.01".into(), ..whole(0) }),
        decay: (decays && c.once_in(3)).then(|| decay(c)),
        start: c.once_in(2).then(|| whole(7)),
        items,
    }
}

fn signed(n: i64) -> Expr {
    expr(ExprKind::Number(whole(n)))
}

fn rule(c: &mut Choices, decays: bool, lets: Lets<'_>, label: &mut u32) -> Rule {
    *label += 1;
    let each = c.once_in(3).then(|| Each {
        link: name("activities"),
        window: c.once_in(2).then(|| window(c)),
        filter: c.once_in(2).then(|| event_condition(c)),
        half_life: (decays && c.once_in(2)).then(|| duration("30", DurationUnit::Day, None)),
        at_most: c.once_in(3).then(|| rate(c, "day")),
        at_least: c.once_in(4).then(|| rate(c, "week")),
    });
    let per = (each.is_none() && c.once_in(3)).then(|| of(c, Kind::Int, 1, lets));
    Rule {
        negative: c.once_in(3),
        amount: expr(ExprKind::Number(whole(1 + c.below(40) as i64))),
        label: Some(text(&format!("Rule {label}"))),
        when: c.once_in(2).then(|| condition(c, 2, lets)),
        up_to: (per.is_some() || each.is_some()).then(|| whole(c.below(60) as i64)),
        per,
        each,
        span: Span::default(),
    }
}

fn rate(c: &mut Choices, period: &str) -> Rate {
    Rate { count: 1 + c.below(3) as u32, period: name(period), span: Span::default() }
}

fn table(c: &mut Choices) -> Table {
    let cell = |kind: CellKind| Cell { kind, span: Span::default() };
    let value = |s: &str| cell(CellKind::Test(CellTest::Value(bare(s))));
    let number = |n: i64| expr(ExprKind::Number(whole(n)));
    let range = RangeLit {
        low: Some(Box::new(number(10))),
        high: Some(Box::new(number(99))),
        high_open: false,
        span: Span::default(),
    };
    let policy = c.one(&[Policy::First, Policy::MostSpecific]);
    let mut rows = vec![
        vec![cell(CellKind::Test(CellTest::Compare(CompareOp::Ge, number(100)))), cell(CellKind::Any), value("large")],
        vec![
            cell(CellKind::Test(CellTest::Range(range))),
            cell(CellKind::Test(CellTest::Known(true))),
            value("middle"),
        ],
    ];
    rows.push(vec![cell(CellKind::Otherwise), cell(CellKind::Blank), value("small")]);
    let labels = ["large", "middle", "small"].map(|l| EnumLabel { name: name(l), spellings: Vec::new() }).to_vec();
    Table {
        name: name("size_class"),
        inputs: Vec::new(),
        outputs: vec![(None, TypeRef::Enum { ordered: false, labels })],
        policy: Some(policy),
        blank_is_any: false,
        from: None,
        head: vec![bare("size"), bare("budget"), bare("size_class")],
        rows: rows.into_iter().map(|cells| TableRow { cells, span: Span::default() }).collect(),
        span: Span::default(),
    }
}

fn route(c: &mut Choices, lets: Lets<'_>) -> Route {
    let row = |action, when: Option<Expr>, label: Option<&str>| RouteRow {
        otherwise: when.is_none(),
        action,
        label: label.map(text),
        when,
        span: Span::default(),
    };
    let owner = expr(ExprKind::Path(name("account"), name("owner")));
    let rows = vec![
        row(RouteAction::Hold, Some(condition(c, 2, lets)), Some("Not yet")),
        row(RouteAction::To(TargetRef::Person(Box::new(owner))), Some(condition(c, 1, lets)), None),
        row(RouteAction::To(TargetRef::Team(name("north"))), Some(condition(c, 2, lets)), None),
        row(RouteAction::To(TargetRef::Queue(name("rest"))), None, None),
    ];
    Route { name: name("desk"), rows, span: Span::default() }
}

fn handoff(c: &mut Choices, lets: Lets<'_>) -> Handoff {
    let within = match c.below(2) {
        0 => duration("4", DurationUnit::BusinessHour, None),
        _ => duration("2", DurationUnit::Day, None),
    };
    Handoff {
        name: name("mql"),
        from: name("marketing"),
        to: name("sales"),
        qualify: vec![(Some(text("Score")), condition(c, 2, lets), Span::default())],
        require: vec![name("name"), name("country")],
        route: Some(name("desk")),
        accept: Some(Accept { within, from: Some(bare("seen")), steps: Vec::new(), span: Span::default() }),
        reject: vec![name("bad_data")],
        recycle: Vec::new(),
        span: Span::default(),
    }
}
