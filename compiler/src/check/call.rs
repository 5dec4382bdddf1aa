//! Calls: builtins, business time, and folds over linked records.

use super::{Cx, Scope};
use crate::ast::{self, ExprKind};
use crate::diagnostics::{names as say_names, types as say};
use crate::suggest;
use revplay_grammar::Span;
use revplay_ir::builtins::{self, Builtin, Pat, Signature};
use revplay_ir::program::{Aggregate, Fold, LinkId, Node, NodeId};
use revplay_ir::types::{Currency, Type};

/// Names of folds. `min` and `max` are builtins too: they fold if their argument is of a link to many.
pub const FOLDS: [(&str, Fold); 9] = [
    ("count", Fold::Count),
    ("sum", Fold::Sum),
    ("avg", Fold::Avg),
    ("min", Fold::Min),
    ("max", Fold::Max),
    ("any", Fold::Any),
    ("all", Fold::All),
    ("first", Fold::First),
    ("latest", Fold::Latest),
];

/// The fold of a name.
pub fn fold(name: &str) -> Option<Fold> {
    FOLDS.iter().find(|(n, _)| *n == name).map(|(_, f)| *f)
}

impl Cx<'_> {
    /// A call as written.
    pub fn call(&mut self, call: &ast::Call, scope: &Scope<'_>, span: Span) -> NodeId {
        let file = self.file();
        let name = call.name.text.as_str();
        if call.conversion.is_some() || name == "conversion" {
            self.report(say::kpi_only(file, span, "conversion"));
            return self.poison(span);
        }
        if name == "business_time" {
            return self.business_time(call, scope, span);
        }
        if let Some(fold) = fold(name)
            && let Some(link) = call.args.first().and_then(|a| self.many_link(a, scope))
        {
            return self.aggregate(fold, link, call, scope, span);
        }
        if call.window.is_some()
            || call.filter.is_some()
            || call.distinct
            || (fold(name).is_some() && builtins::find(name).is_none())
        {
            match call.args.first() {
                Some(arg) if fold(name).is_some() => self.no_link(arg, scope),
                Some(_) | None => self.report(say::not_a_fold(file, call.name.span, name)),
            }
            return self.poison(span);
        }
        let Some(builtin) = builtins::find(name) else {
            let known = builtins::writable().map(|b| b.name).chain(FOLDS.iter().map(|(n, _)| *n));
            let near = suggest::closest(name, known.chain(["business_time"]));
            self.report(say_names::unknown_function(file, call.name.span, name, near));
            return self.poison(span);
        };
        let args: Vec<NodeId> = call.args.iter().map(|a| self.expr(a, scope, None)).collect();
        self.builtin(builtin, args, span)
    }

    fn no_link(&mut self, arg: &ast::Expr, scope: &Scope<'_>) {
        let (name, span) = match &arg.kind {
            ExprKind::Name(n) => (n.text.clone(), n.span),
            ExprKind::Path(base, _) => (base.text.clone(), base.span),
            _ => (ast::print::expr(arg), arg.span),
        };
        let links: Vec<String> =
            self.names.links.keys().filter(|(r, _)| Some(*r) == scope.record).map(|(_, n)| n.clone()).collect();
        let near = suggest::closest(&name, links.iter().map(String::as_str));
        let record = scope.record.and_then(|r| self.hir.program.records.get(r.index())).map(|r| r.name.clone());
        let file = self.file();
        self.report(say_names::unknown_link(file, span, &name, record.as_deref().unwrap_or("the record"), near));
    }

    /// The to-many link that an argument is about: `activities`, `activities.at`, or either inside an expression.
    fn many_link(&self, arg: &ast::Expr, scope: &Scope<'_>) -> Option<LinkId> {
        let many = |name: &ast::Name| {
            let link = self.link_of(scope, &name.text)?;
            self.hir.program.links.get(link.index()).filter(|l| l.many).map(|_| link)
        };
        match &arg.kind {
            ExprKind::Name(name) => many(name),
            ExprKind::Path(base, _) => many(base),
            ExprKind::Arith { left, right, .. }
            | ExprKind::Compare { left, right, .. }
            | ExprKind::Else(left, right) => self.many_link(left, scope).or_else(|| self.many_link(right, scope)),
            ExprKind::Neg(inner) | ExprKind::Not(inner) => self.many_link(inner, scope),
            ExprKind::Is { value, .. }
            | ExprKind::In { value, .. }
            | ExprKind::Matches { value, .. }
            | ExprKind::TextTest { value, .. }
            | ExprKind::Of { value, .. } => self.many_link(value, scope),
            ExprKind::And(parts) | ExprKind::Or(parts) => parts.iter().find_map(|p| self.many_link(p, scope)),
            _ => None,
        }
    }

    fn aggregate(&mut self, fold: Fold, link: LinkId, call: &ast::Call, scope: &Scope<'_>, span: Span) -> NodeId {
        let file = self.file();
        let Some((to, name)) = self.hir.program.links.get(link.index()).map(|l| (l.to, l.name.clone())) else {
            return self.poison(span);
        };
        if let Some(extra) = call.args.get(1) {
            self.report(say::fold_arguments(file, extra.span, &call.name.text));
        }
        let inner = Scope { record: Some(to), outer: Some(scope), link: Some(&name) };
        let window = match &call.window {
            None => None,
            Some(w) => {
                self.require_event_time(to, w.span);
                match self.window(w, scope) {
                    Some(window) => Some(window),
                    None => return self.poison(span),
                }
            }
        };
        let filter = call.filter.as_ref().map(|f| self.condition(f, &inner));
        let Some(arg) = call.args.first() else { return self.poison(span) };
        let whole = matches!(&arg.kind, ExprKind::Name(n) if n.text == name);
        let body = if whole { None } else { Some(self.expr(arg, &inner, None)) };
        if body.iter().chain(filter.iter()).any(|b| self.ty(*b) == Type::Error) {
            return self.poison(span);
        }
        let fold = if call.distinct { Fold::CountDistinct } else { fold };
        if matches!(fold, Fold::First | Fold::Latest) {
            self.require_event_time(to, arg.span);
        }
        // `any(activities where c)` and `all(activities where c)` test the filter itself.
        let (filter, body) = match (fold, body) {
            (Fold::Any | Fold::All, None) => (None, filter),
            _ => (filter, body),
        };
        match self.fold_type(fold, body, &call.name.text, span) {
            Some((ty, optional)) => {
                let body = match (fold, body) {
                    (Fold::Sum | Fold::Avg, Some(b)) if matches!(self.ty(b), Type::Decimal(_)) => {
                        Some(self.coerce(b, Type::Number))
                    }
                    // `count(activities.asset)` counts those that are known.
                    (Fold::Count, Some(b)) => return self.count_known(link, window, filter, b, span),
                    _ => body,
                };
                self.push(Node::Aggregate(Aggregate { fold, link, window, filter, body }), ty, optional, span)
            }
            None => self.poison(span),
        }
    }

    fn count_known(
        &mut self,
        link: LinkId,
        window: Option<revplay_ir::program::Window>,
        filter: Option<NodeId>,
        body: NodeId,
        span: Span,
    ) -> NodeId {
        let known = self.push(Node::Op(revplay_ir::ops::Op::IsKnown, vec![body]), Type::Bool, false, span);
        let filter = match filter {
            Some(f) => self.op(revplay_ir::ops::Op::And, vec![f, known], Type::Bool, false, span),
            None => known,
        };
        let aggregate = Aggregate { fold: Fold::Count, link, window, filter: Some(filter), body: None };
        self.push(Node::Aggregate(aggregate), Type::Int, false, span)
    }

    fn require_event_time(&mut self, record: revplay_ir::program::RecordId, span: Span) {
        let lacks = self.hir.program.records.get(record.index()).filter(|r| r.event_time.is_none());
        if let Some(name) = lacks.map(|r| r.name.clone()) {
            let file = self.file();
            self.report(say::no_event_time(file, span, &name));
        }
    }

    /// Type of a fold and whether it may be missing, or a finding.
    pub fn fold_type(&mut self, fold: Fold, body: Option<NodeId>, name: &str, span: Span) -> Option<(Type, bool)> {
        let file = self.file();
        let ty = body.map(|b| self.ty(b));
        let fits = match (fold, ty) {
            (Fold::Count, _) => Some((Type::Int, false)),
            (Fold::CountDistinct, Some(_)) => Some((Type::Int, false)),
            (Fold::Sum, Some(ty @ (Type::Int | Type::Number | Type::Money(_) | Type::Duration))) => Some((ty, true)),
            (Fold::Sum, Some(Type::Decimal(_))) => Some((Type::Number, true)),
            (Fold::Avg | Fold::Percentile, Some(Type::Int | Type::Number | Type::Decimal(_))) => {
                Some((Type::Number, true))
            }
            (Fold::Avg | Fold::Percentile, Some(ty @ (Type::Money(_) | Type::Duration | Type::Percent))) => {
                Some((ty, true))
            }
            (Fold::Min | Fold::Max, Some(ty)) if ordered(ty) => Some((ty, true)),
            (Fold::Any | Fold::All, Some(Type::Bool)) => Some((Type::Bool, false)),
            (Fold::First | Fold::Latest, Some(ty)) => Some((ty, true)),
            _ => None,
        };
        if fits.is_none() {
            let what = ty.map(|t| self.type_name(t));
            self.report(say::fold_of(file, span, name, what.as_deref()));
        }
        fits
    }

    fn business_time(&mut self, call: &ast::Call, scope: &Scope<'_>, span: Span) -> NodeId {
        let file = self.file();
        let [calendar, from, to] = call.args.as_slice() else {
            self.report(say::arguments(file, span, "business_time", "business_time(CALENDAR, from, to)"));
            return self.poison(span);
        };
        let ExprKind::Name(name) = &calendar.kind else {
            self.report(say::arguments(file, span, "business_time", "business_time(CALENDAR, from, to)"));
            return self.poison(span);
        };
        let Some(calendar) = self.find_calendar(name) else { return self.poison(span) };
        let (a, b) = (self.expr(from, scope, None), self.expr(to, scope, None));
        for (id, tree) in [(a, from), (b, to)] {
            match self.ty(id) {
                Type::Timestamp => {}
                Type::Error => return self.poison(span),
                other => {
                    let what = self.type_name(other);
                    self.report(say::not_a_time(file, tree.span, &what));
                    return self.poison(span);
                }
            }
        }
        let optional = self.optional(a) || self.optional(b);
        self.push(Node::BusinessTime(a, b, calendar), Type::Duration, optional, span)
    }

    /// A builtin over checked arguments.
    pub fn builtin(&mut self, builtin: &'static Builtin, args: Vec<NodeId>, span: Span) -> NodeId {
        if args.iter().any(|a| self.ty(*a) == Type::Error) {
            return self.poison(span);
        }
        let types: Vec<Type> = args.iter().map(|a| self.ty(*a)).collect();
        for signature in builtin.signatures {
            let Some((params, returns)) = fit(signature, &types) else { continue };
            let args: Vec<NodeId> = args.iter().zip(params).map(|(a, want)| self.coerce(*a, want)).collect();
            let optional = builtin.partial || args.iter().any(|a| self.optional(*a));
            return self.push(Node::Call(builtin.name, args), returns, optional, span);
        }
        let (file, got) = (self.file(), types.iter().map(|t| self.type_name(*t)).collect::<Vec<_>>().join(", "));
        let form = format!("{}({})", builtin.name, builtin.params.join(", "));
        self.report(say::call_types(file, span, builtin.name, &form, &got));
        self.poison(span)
    }
}

fn ordered(ty: Type) -> bool {
    match ty {
        Type::Int
        | Type::Number
        | Type::Percent
        | Type::Money(_)
        | Type::Decimal(_)
        | Type::Date
        | Type::Timestamp
        | Type::Duration => true,
        Type::Bool
        | Type::Text
        | Type::Months
        | Type::Business(_)
        | Type::Enum(_)
        | Type::Target
        | Type::List
        | Type::Error => false,
    }
}

/// Types that the arguments are brought to and the result's type, if a signature fits.
fn fit(signature: &Signature, args: &[Type]) -> Option<(Vec<Type>, Type)> {
    let given = signature.params.len();
    if args.len() < given || (args.len() > given && !signature.variadic) {
        return None;
    }
    let (mut money, mut decimal): (Option<Currency>, Option<u8>) = (None, None);
    let mut wants = Vec::with_capacity(args.len());
    for (index, arg) in args.iter().enumerate() {
        let pat = signature.params.get(index).or(signature.params.last())?;
        let want = match (pat, arg) {
            (Pat::Is(Type::Number), Type::Int | Type::Decimal(_) | Type::Number) => Type::Number,
            (Pat::Is(want), _) if want == arg => *want,
            (Pat::Money, Type::Money(c)) if money.is_none_or(|m| m == *c) => {
                money = Some(*c);
                *arg
            }
            (Pat::Decimal, Type::Decimal(s)) if decimal.is_none_or(|d| d == *s) => {
                decimal = Some(*s);
                *arg
            }
            _ => return None,
        };
        wants.push(want);
    }
    let returns = match signature.returns {
        Pat::Is(ty) => ty,
        Pat::Money => Type::Money(money?),
        Pat::Decimal => Type::Decimal(decimal?),
    };
    Some((wants, returns))
}
