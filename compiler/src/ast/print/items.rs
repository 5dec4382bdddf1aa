//! Top-level items.

use super::clauses::{assign, cell, cell_test, clause, decay, field, group_head, member, open_line, policy, rate};
use super::clauses::{route_row, rule, texts, title, type_ref, when};
use super::{Level, at, list, name, names, target, text};
use crate::ast::phrases::{accept_step, number, range, sign};
use crate::ast::{
    Accept, Calendar, File, Grade, Handoff, Item, ItemKind, Kpi, KpiPer, KpiTarget, Let, List, Mapping, RangeEnd,
};
use crate::ast::{Playbook, Score, ScoreItem, Table, Team, Test};

pub(super) fn print_file(file: &File) -> String {
    file.items.iter().map(item).collect::<Vec<_>>().join("\n")
}

fn item(item: &Item) -> String {
    let doc: String = item.doc.iter().flat_map(|d| d.split('\n')).map(|line| format!("## {line}\n")).collect();
    format!("{doc}{}\n", kind(&item.kind))
}

fn block(head: String, lines: impl IntoIterator<Item = String>) -> String {
    let lines: String = lines.into_iter().map(|l| format!("  {}\n", l.replace('\n', "\n  "))).collect();
    format!("{head} {{\n{lines}}}")
}

fn kind(kind: &ItemKind) -> String {
    match kind {
        ItemKind::Playbook(p) => playbook(p),
        ItemKind::Use(path) => format!("use {}", text(&path.text)),
        ItemKind::Record(r) => block(
            format!("record {}", name(&r.name)),
            r.fields.iter().map(|f| {
                let doc: String = f.doc.iter().flat_map(|d| d.split('\n')).map(|line| format!("## {line}\n")).collect();
                doc + &field(f)
            }),
        ),
        ItemKind::Link(l) => {
            let many = if l.many { "many" } else { "one" };
            let path = |p: &(crate::ast::Name, crate::ast::Name)| format!("{}.{}", name(&p.0), name(&p.1));
            let (left, right) = (path(&l.left), path(&l.right));
            format!("link {}.{} to {many} {} by {left} = {right}", name(&l.from), name(&l.name), name(&l.to))
        }
        ItemKind::Mapping(m) => mapping(m),
        ItemKind::Param(p) => {
            let bounds = p.range.as_ref().map_or(String::new(), |r| format!(" in {}", range(r)));
            format!("param {} = {}{bounds}", name(&p.name), at(Level::Else, &p.value))
        }
        ItemKind::List(l) => value_list(l),
        ItemKind::Let(l) => definition("let", l),
        ItemKind::Output(l) => definition("output", l),
        ItemKind::Score(s) => score(s),
        ItemKind::Band(b) => block(
            format!("band {} of {}", name(&b.name), at(Level::Else, &b.of)),
            b.rows.iter().map(|(label, test, _)| {
                format!("{} {}", name(label), test.as_ref().map_or("otherwise".to_string(), cell_test))
            }),
        ),
        ItemKind::Grade(g) => grade(g),
        ItemKind::Table(t) => table(t),
        ItemKind::Journey(j) => block(
            format!("journey {}", name(&j.name)),
            j.stages.iter().map(|(label, condition, _)| format!("{}{}", name(label), when(condition.as_ref()))),
        ),
        ItemKind::Recommend(r) => block(
            format!("recommend {} top {}", name(&r.name), r.top),
            r.rows.iter().map(|(label, condition, _)| format!("{}{}", text(&label.text), when(condition.as_ref()))),
        ),
        ItemKind::Calendar(c) => calendar(c),
        ItemKind::Queue(q) => format!("queue {}", name(q)),
        ItemKind::Team(t) => team(t),
        ItemKind::Route(r) => block(format!("route {}", name(&r.name)), r.rows.iter().map(route_row)),
        ItemKind::Handoff(h) => handoff(h),
        ItemKind::Kpi(k) => kpi(k),
        ItemKind::Test(t) => test(t),
        ItemKind::Prove(p) => format!("prove {}: {}", text(&p.name.text), at(Level::Or, &p.holds)),
        ItemKind::Error(n) => format!("# unreadable {}", n.as_ref().map_or(String::new(), name)),
    }
}

fn playbook(p: &Playbook) -> String {
    let record = p.record.as_ref().map_or(String::new(), |r| format!(" for {}", name(r)));
    let head = format!("playbook {}{record}{}", name(&p.name), title(p.title.as_ref()));
    let clauses = [
        clause("owners", &p.owners),
        p.timezone.as_ref().map(|t| format!("timezone {}", text(&t.text))),
        p.fiscal_start.as_ref().map(|m| format!("fiscal year starts {}", name(m))),
        p.week_start.as_ref().map(|d| format!("week starts {}", name(d))),
    ];
    if clauses.iter().all(Option::is_none) { head } else { block(head, clauses.into_iter().flatten()) }
}

fn mapping(m: &Mapping) -> String {
    let timezone = m.timezone.iter().map(|t| format!("timezone {}", text(&t.text)));
    let missing = (!m.missing.is_empty()).then(|| format!("missing {}", texts(&m.missing)));
    let dates = (!m.dates.is_empty()).then(|| format!("dates {}", texts(&m.dates)));
    let numbers = m.numbers.iter().map(|t| format!("numbers {}", text(&t.text)));
    let yes = (!m.yes.is_empty()).then(|| format!("yes {}", texts(&m.yes)));
    let no = (!m.no.is_empty()).then(|| format!("no {}", texts(&m.no)));
    let headers = m.headers.iter().enumerate().map(|(i, (header, field))| {
        let end = m.range_ends.iter().find(|(at, _)| *at == i).map_or("", |(_, end)| range_end(*end));
        format!("{} -> {}{end}", text(&header.text), name(field))
    });
    block(
        format!("mapping {} for {}", name(&m.name), name(&m.record)),
        timezone.chain(missing).chain(dates).chain(numbers).chain(yes).chain(no).chain(headers),
    )
}

fn range_end(end: RangeEnd) -> &'static str {
    match end {
        RangeEnd::Lower => " as lower end of range",
        RangeEnd::Upper => " as upper end of range",
        RangeEnd::Middle => " as middle of range",
    }
}

fn value_list(l: &List) -> String {
    let values = match &l.from {
        Some(file) => format!("from {}", text(&file.text)),
        None => format!("= {}", texts(&l.items)),
    };
    format!("list {} {values}{}", name(&l.name), if l.ignoring_case { " ignoring case" } else { "" })
}

fn definition(word: &str, l: &Let) -> String {
    let record = l.record.as_ref().map_or(String::new(), |r| format!(" for {}", name(r)));
    format!("{word} {}{record} = {}", name(&l.name), at(Level::Cases, &l.value))
}

fn score(s: &Score) -> String {
    let mut head = format!("score {}{}", name(&s.name), title(s.title.as_ref()));
    if let Some(bounds) = &s.range {
        head.push_str(&format!(" in {}", range(bounds)));
    }
    if let Some(step) = &s.step {
        head.push_str(&format!(" in steps of {}", number(step)));
    }
    head.push_str(&s.decay.as_ref().map_or(String::new(), decay));
    let start = s.start.iter().map(|n| format!("start at {}", number(n)));
    let items = s.items.iter().map(|i| match i {
        ScoreItem::Rule(r) => rule(r),
        ScoreItem::Group(g) => block(group_head(g), g.rules.iter().map(rule)),
    });
    block(head, start.chain(items))
}

fn row(cells: impl IntoIterator<Item = String>) -> String {
    cells.into_iter().fold("|".to_string(), |row, cell| format!("{row} {cell} |"))
}

fn grade(g: &Grade) -> String {
    let condition = |c: &Option<crate::ast::Expr>| c.as_ref().map_or("otherwise".to_string(), |e| at(Level::Or, e));
    let head =
        (!g.columns.is_empty()).then(|| row(std::iter::once(String::new()).chain(g.columns.iter().map(condition))));
    let rows =
        g.rows.iter().map(|(test, labels, _)| row(std::iter::once(condition(test)).chain(labels.iter().map(name))));
    block(format!("grade {}", name(&g.name)), head.into_iter().chain(rows))
}

fn table(t: &Table) -> String {
    let mut head = format!("table {}", name(&t.name));
    if !t.inputs.is_empty() {
        head.push_str(&format!("({})", names(&t.inputs)));
    }
    let outputs = t.outputs.iter().map(|(label, ty)| match label {
        Some(label) => format!("{} {}", name(label), type_ref(ty)),
        None => type_ref(ty),
    });
    head.push_str(&format!(" -> {}", outputs.collect::<Vec<_>>().join(", ")));
    if let Some(file) = &t.from {
        head.push_str(&format!(" from {}", text(&file.text)));
    }
    head.push_str(t.policy.map_or("", policy));
    if t.blank_is_any {
        head.push_str(" blank is any");
    }
    if t.head.is_empty() {
        return head;
    }
    let columns = row(t.head.iter().map(|e| at(Level::Else, e)));
    block(head, std::iter::once(columns).chain(t.rows.iter().map(|r| row(r.cells.iter().map(cell)))))
}

fn calendar(c: &Calendar) -> String {
    let open = c.open.iter().map(open_line);
    let timezone = c.timezone.iter().map(|t| format!("timezone {}", text(&t.text)));
    let from = (!c.holidays_from.is_empty()).then(|| format!("holidays from {}", texts(&c.holidays_from)));
    let days: Vec<&str> = c.holidays.iter().map(|(day, _)| day.as_str()).collect();
    let days = (!days.is_empty()).then(|| format!("holidays {}", days.join(", ")));
    block(format!("calendar {}", name(&c.name)), open.chain(timezone).chain(from).chain(days))
}

fn team(t: &Team) -> String {
    let clauses = [
        t.assign.as_ref().map(assign),
        t.cap.as_ref().map(|r| format!("cap {} per member", rate(r))),
        t.hours.as_ref().map(|c| format!("hours {}", name(c))),
        t.fallback.as_ref().map(|f| format!("fallback {}", target(f))),
    ];
    let lines: Vec<String> = t.members.iter().map(member).chain(clauses.into_iter().flatten()).collect();
    let head = format!("team {}", name(&t.name));
    if lines.is_empty() { head } else { block(head, lines) }
}

fn handoff(h: &Handoff) -> String {
    let qualify = h
        .qualify
        .iter()
        .map(|(label, condition, _)| format!("qualify{}{}", title(label.as_ref()), when(Some(condition))));
    let recycle = h.recycle.iter().map(|r| {
        let again = r.again_after.as_ref().map_or(String::new(), |d| format!(", again after {}", at(Level::Unary, d)));
        format!("recycle {} to {}{again}", names(&r.reasons), target(&r.to))
    });
    let rest = [
        clause("require", &h.require),
        h.route.as_ref().map(|r| format!("route {}", name(r))),
        h.accept.as_ref().map(accept),
        clause("reject", &h.reject),
    ];
    block(
        format!("handoff {} from {} to {}", name(&h.name), name(&h.from), name(&h.to)),
        qualify.chain(rest.into_iter().flatten()).chain(recycle),
    )
}

fn accept(a: &Accept) -> String {
    let from = a.from.as_ref().map_or(String::new(), |e| format!(" from {}", at(Level::Unary, e)));
    let steps: String = a.steps.iter().map(|s| format!(", {}", accept_step(s))).collect();
    format!("accept in {}{from}{steps}", at(Level::Unary, &a.within))
}

fn kpi(k: &Kpi) -> String {
    let value = k.value.as_ref().map(|v| {
        let open = k.open.as_ref().map_or(String::new(), |(words, _)| format!(", open {words}"));
        format!("value {}{open}", at(Level::Or, v))
    });
    let groups = k.by.iter().map(|(label, e)| match label {
        Some(label) => format!("{} = {}", name(label), at(Level::Else, e)),
        None => at(Level::Else, e),
    });
    let by = (!k.by.is_empty()).then(|| format!("by {}", groups.collect::<Vec<_>>().join(", ")));
    let per = k.per.as_ref().map(|p| match p {
        KpiPer::All(_) => "per all".to_string(),
        KpiPer::Period(phrase, anchor, _) => format!("per {phrase} of {}", at(Level::Unary, anchor)),
    });
    let lines = [value, by, per].into_iter().flatten();
    let owners = clause("owners", &k.owners);
    block(
        format!("kpi {}{}", name(&k.name), title(k.title.as_ref())),
        lines.chain(k.targets.iter().map(kpi_target)).chain(owners),
    )
}

fn kpi_target(t: &KpiTarget) -> String {
    let each = t.each.as_ref().map_or(String::new(), |e| format!("each {} ", name(e)));
    let until = t.until.as_ref().map_or(String::new(), |(day, _)| format!(" until {day}"));
    format!("target {each}{} {}{until}", sign(t.op), at(Level::Else, &t.value))
}

fn test(t: &Test) -> String {
    let now = t.now.iter().map(|e| format!("now {}", at(Level::Primary, e)));
    let params = t.params.iter().map(|(param, value)| format!("param {} = {}", name(param), at(Level::Else, value)));
    let rows = t.rows.iter().map(|(record, values, _)| {
        let values = values.iter().map(|(field, value)| format!("{} = {}", name(field), at(Level::Else, value)));
        format!("{} {{ {} }}", name(record), values.collect::<Vec<_>>().join(", "))
    });
    let expects = (!t.expects.is_empty()).then(|| format!("expect {}", list(Level::Or, &t.expects)));
    block(format!("test {}", text(&t.name.text)), now.chain(params).chain(rows).chain(expects))
}
