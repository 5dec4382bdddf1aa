//! Which nodes a node, a decision or a KPI refers to.

use crate::program::*;

impl Node {
    /// Its operands, in order. What a `Follow`, `Aggregate` or `Outer` evaluates on another row is among them.
    pub fn operands(&self) -> Vec<NodeId> {
        match self {
            Node::Const(_) | Node::Param(_) | Node::Now | Node::Field(_) | Node::Result(..) | Node::HasLink(_) => {
                Vec::new()
            }
            Node::Op(_, args) | Node::Call(_, args) => args.clone(),
            Node::InSet(a, _) | Node::Matches(a, _) | Node::Follow(_, a) | Node::Outer(a) => vec![*a],
            Node::AddBusiness(a, b, _) | Node::BusinessTime(a, b, _) => vec![*a, *b],
            Node::Choose { arms, otherwise } => {
                arms.iter().flat_map(|&(when, value)| [when, value]).chain(*otherwise).collect()
            }
            Node::Aggregate(aggregate) => aggregate.filter.into_iter().chain(aggregate.body).collect(),
        }
    }
}

impl Rule {
    /// Nodes evaluated on the decided record: not those of `Each`, which belong to the event.
    pub fn nodes(&self) -> Vec<NodeId> {
        let amount = match &self.amount {
            Amount::Computed(node) => Some(*node),
            Amount::Steps(_) | Amount::Each(_) => None,
        };
        self.when.into_iter().chain(amount).collect()
    }

    /// The points per event, if that is what it gives.
    pub fn each(&self) -> Option<&Each> {
        match &self.amount {
            Amount::Each(each) => Some(each),
            Amount::Steps(_) | Amount::Computed(_) => None,
        }
    }
}

impl Score {
    /// Its rules with their groups, in order.
    pub fn rules(&self) -> impl Iterator<Item = (&Group, &Rule)> {
        self.groups.iter().flat_map(|group| group.rules.iter().map(move |rule| (group, rule)))
    }
}

impl DecisionKind {
    /// Nodes that it evaluates on the decided record, in order; those of events are in [`DecisionKind::eaches`].
    pub fn nodes(&self) -> Vec<NodeId> {
        let rows = |rows: &[Row]| rows.iter().flat_map(|r| r.when.into_iter().chain([r.value])).collect();
        match self {
            DecisionKind::Score(score) => {
                let decays = std::iter::once(&score.decay).chain(score.groups.iter().map(|g| &g.decay));
                let since = decays.flatten().filter_map(|d| d.since);
                since.chain(score.rules().flat_map(|(_, rule)| rule.nodes())).collect()
            }
            DecisionKind::Band(r) | DecisionKind::Journey(r) => rows(&r.rows),
            DecisionKind::Recommend { rows: r, .. } => rows(r),
            DecisionKind::Grade(grade) => grade.columns.iter().chain(&grade.rows).copied().flatten().collect(),
            DecisionKind::Table(table) => {
                table.rows.iter().flat_map(|r| r.when.into_iter().chain(r.values.iter().copied())).collect()
            }
            DecisionKind::Lookup(lookup) => lookup.inputs.clone(),
            DecisionKind::Route(rows) => rows
                .iter()
                .flat_map(|row| {
                    let target = match row.target {
                        RouteTarget::Person(node) => Some(node),
                        RouteTarget::Hold(_) | RouteTarget::Team(_) | RouteTarget::Queue(_) => None,
                    };
                    row.when.into_iter().chain(target)
                })
                .collect(),
            DecisionKind::Handoff(handoff) => {
                let qualify = handoff.qualify.iter().map(|(_, node, _)| *node);
                let require = handoff.require.iter().map(|(_, node)| *node);
                qualify.chain(require).chain(handoff.due).collect()
            }
            DecisionKind::Value(node) => vec![*node],
        }
    }

    /// Points per event of a score's rules.
    pub fn eaches(&self) -> Vec<&Each> {
        match self {
            DecisionKind::Score(score) => score.rules().filter_map(|(_, rule)| rule.each()).collect(),
            DecisionKind::Band(_)
            | DecisionKind::Grade(_)
            | DecisionKind::Table(_)
            | DecisionKind::Lookup(_)
            | DecisionKind::Journey(_)
            | DecisionKind::Recommend { .. }
            | DecisionKind::Route(_)
            | DecisionKind::Handoff(_)
            | DecisionKind::Value(_) => Vec::new(),
        }
    }
}

impl Each {
    /// Nodes evaluated on the event.
    pub fn nodes(&self) -> Vec<NodeId> {
        self.filter.into_iter().chain([self.points]).collect()
    }

    /// It needs the time of each event.
    pub fn needs_time(&self) -> bool {
        self.window.is_some() || self.half_life_us.is_some() || self.at_most.is_some() || self.at_least.is_some()
    }
}

impl Aggregate {
    /// It needs the time of each event.
    pub fn needs_time(&self) -> bool {
        self.window.is_some() || matches!(self.fold, Fold::First | Fold::Latest)
    }
}

impl KpiExpr {
    /// Its totals, in order.
    pub fn totals(&self) -> Vec<&Total> {
        let mut totals = Vec::new();
        let mut open = vec![self];
        while let Some(expr) = open.pop() {
            match expr {
                KpiExpr::Const(_) | KpiExpr::Kpi(_) => {}
                KpiExpr::Total(total) => totals.push(total),
                KpiExpr::Op(_, args) => open.extend(args.iter().rev()),
            }
        }
        totals
    }
}

impl Total {
    /// Nodes evaluated on a row of its record.
    pub fn nodes(&self) -> Vec<NodeId> {
        self.filter.into_iter().chain(self.body).chain(self.by.iter().copied()).chain(self.anchor).collect()
    }
}
