//! The one table of codes. A number is never reused; each has a page in `docs/errors/`.

/// Codes whose lines are not shown: what stands there is no playbook, and may be people's data.
pub const WITHOUT_EXCERPT: &[&str] = &["E0126"];

/// A code of a finding.
pub struct Code {
    /// `E0101`.
    pub code: &'static str,
    /// Readable name (`missing-brace`), also what `# allow:` takes for warnings.
    pub name: &'static str,
    /// Its page, in Markdown.
    pub page: &'static str,
}

macro_rules! codes {
    ($($code:literal $name:literal)*) => {
        &[$(Code { code: $code, name: $name, page: include_str!(concat!("../../docs/errors/", $code, ".md")) }),*]
    };
}

/// All codes, sorted.
#[rustfmt::skip]
pub const CODES: &[Code] = codes! {
    "E0101" "unexpected-text"
    "E0102" "missing-brace"
    "E0103" "unclosed-quote"
    "E0104" "unclosed-parenthesis"
    "E0105" "too-large"
    "E0106" "unknown-item"
    "E0107" "unknown-clause"
    "E0108" "second-clause-on-line"
    "E0109" "brace-on-own-line"
    "E0110" "foreign-word"
    "E0111" "number-style"
    "E0112" "money-style"
    "E0113" "word-processor"
    "E0114" "date-style"
    "E0115" "list-without-parentheses"
    "E0116" "label-after-condition"
    "E0117" "missing-sign"
    "E0118" "window-after-where"
    "E0119" "case-without-when"
    "E0120" "per-for-a"
    "E0121" "row-without-bars"
    "E0122" "unclear-order"
    "E0123" "bad-escape"
    "E0124" "said-twice"
    "E0125" "bad-allow"
    "E0126" "not-a-playbook"
    "E0190" "not-built-yet"
    "E0201" "unknown-name"
    "E0202" "defined-twice"
    "E0203" "clashes-with-field"
    "E0204" "circular-definition"
    "E0205" "unknown-record"
    "E0206" "unknown-link"
    "E0207" "unknown-shared-name"
    "E0208" "unknown-label"
    "E0209" "outside-playbook"
    "E0210" "second-playbook"
    "E0211" "file-missing"
    "E0212" "unknown-function"
    "E0213" "no-record-meant"
    "E0301" "cannot-compare"
    "E0302" "not-a-condition"
    "E0303" "units-do-not-fit"
    "E0304" "wrong-arguments"
    "E0305" "kind-does-not-fit"
    "E0306" "label-in-quotes"
    "E0307" "months-differ"
    "E0308" "not-a-time"
    "E0309" "not-a-text"
    "E0310" "no-order"
    "E0311" "fixed-value-needed"
    "E0312" "amount-too-large"
    "E0313" "no-such-date"
    "E0314" "bad-pattern"
    "E0315" "nested-too-deeply"
    "E0316" "business-hours"
    "E0317" "unknown-phrase"
    "E0318" "kpi-only"
    "E0401" "no-otherwise"
    "E0402" "below-otherwise"
    "E0403" "not-whole-steps"
    "E0404" "decay-if-missing"
    "E0405" "rule-twice"
    "E0406" "table-shape"
    "E0407" "blank-cell"
    "E0408" "fallback-circle"
    "E0409" "kpi-incomplete"
    "E0410" "test-incomplete"
    "E0411" "row-without-condition"
    "E0412" "points-do-not-fit"
    "E0413" "handoff-incomplete"
    "E0414" "table-file"
    "E0415" "open-range"
    "E0501" "unknown-field"
    "E0502" "unknown-type"
    "E0503" "field-twice"
    "E0504" "modifier-does-not-fit"
    "E0505" "label-twice"
    "E0506" "link-does-not-fit"
    "E0507" "mapping-twice"
    "E0508" "unknown-time-zone"
    "E0509" "unknown-month-or-day"
    "E0510" "unknown-currency"
    "E0511" "opening-hours"
    "E0512" "holiday-file"
    "E0513" "mapping-does-not-fit"
    "E0901" "internal"
    "W0401" "neither-side"
    "W0402" "target-may-be-missing"
    "W0403" "decided-past"
    "W0404" "not-built-yet"
    "W0405" "unused-allow"
};
