//! Cells in all their forms.

use super::{NOW, demo};
use revplay_runtime::playbook::{Cell, Playbook};

/// What the field of an output becomes of a cell, or why it is bad.
fn told(playbook: &Playbook, field: &str, output: &str, cell: Cell<'_>) -> Result<Option<String>, String> {
    let mut record = playbook.record();
    record.set("id", "1").unwrap();
    match record.set(field, cell) {
        Ok(record) => Ok(record.decide(NOW).unwrap().shown(output).unwrap()),
        Err(error) => Err(error.rejects()[0].reason.clone()),
    }
}

#[test]
fn e2_money_is_exact_or_bad() {
    let playbook = demo();
    let money = |cell: Cell<'_>| told(&playbook, "revenue", "money_back", cell);
    for (cell, shown) in [
        (Cell::from(12), "12 EUR"),
        (0.07.into(), "0.07 EUR"),
        (Cell::Single(12.34), "12.34 EUR"),
        ("12.5".into(), "12.50 EUR"),
        (" 12 eur ".into(), "12 EUR"),
        ("EUR 12.30".into(), "12.30 EUR"),
        ("-€12".into(), "-12 EUR"),
        ("-3".into(), "-3 EUR"),
        (Cell::Decimal { digits: 123_400, scale: 4 }, "12.34 EUR"),
        (Cell::Decimal { digits: 12, scale: -2 }, "1200 EUR"),
        ("92233720368547758.07".into(), "92233720368547758.07 EUR"),
    ] {
        assert_eq!(money(cell), Ok(Some(shown.to_owned())), "{cell:?}");
    }
    for (cell, reason) in [
        (Cell::from("12 USD"), "`USD` is not EUR"),
        ("1,200".into(), "between digits is not guessed"),
        ("1.234".into(), "more than 2 decimals"),
        (Cell::Decimal { digits: 123_401, scale: 4 }, "more than 2 decimals"),
        ((0.1 + 0.2).into(), "more than 2 decimals"),
        (f64::INFINITY.into(), "infinite"),
        (i64::MAX.into(), "too large"),
        (Cell::Decimal { digits: i128::MAX, scale: 0 }, "too large"),
        (Cell::Decimal { digits: i128::MIN, scale: 127 }, "more than 2 decimals"),
        (Cell::Decimal { digits: 1, scale: -128 }, "too large"),
        (true.into(), "not an amount of money"),
        ("12 £".into(), "`£` is not EUR"),
        ("EUR".into(), "not an amount of money"),
        ("EUREUR".into(), "not an amount of money"),
        ("äöü".into(), "not an amount of money"),
    ] {
        let got = money(cell).unwrap_err();
        assert!(got.contains(reason), "{cell:?}: {got}");
    }
    assert_eq!(money(f64::NAN.into()), Ok(None), "NaN is missing");
}

#[test]
fn v2_numbers_are_finite() {
    let playbook = demo();
    let rate = |cell: Cell<'_>| told(&playbook, "rate", "ratio", cell);
    assert_eq!(rate("1e3".into()), Ok(Some("1000".into())));
    assert_eq!(rate(Cell::Decimal { digits: 1, scale: 1 }), Ok(Some("0.1".into())));
    assert_eq!(rate("nan".into()), Ok(None));
    assert!(rate("1e999".into()).is_err() && rate("inf".into()).is_err() && rate(f32::INFINITY.into()).is_err());
    assert_eq!(told(&playbook, "share", "fraction", 12.3.into()), Ok(Some("12.3%".into())));
    assert_eq!(told(&playbook, "share", "fraction", "5 %".into()), Ok(Some("5%".into())));
}

#[test]
fn n4_times_are_of_the_playbooks_zone_and_dates_are_days() {
    let playbook = demo();
    let age = |cell: Cell<'_>| told(&playbook, "created_at", "age", cell);
    assert_eq!(age("2026-11-23 09:00".into()), Ok(Some("1 hour".into())), "09:00 in Berlin");
    assert_eq!(age("2026-11-23T08:00Z".into()), Ok(Some("1 hour".into())));
    assert_eq!(age(Cell::LocalTime(NOW.micros())), Ok(Some("1 hour".into())));
    assert_eq!(age(Cell::Instant(NOW.micros())), Ok(Some("0 seconds".into())));
    assert!(age("2026-03-29 02:30".into()).unwrap_err().contains("the clock skips"));
    assert!(age(Cell::Instant(i64::MAX)).is_err() && age(Cell::LocalTime(i64::MIN)).is_err());
    assert!(age(Cell::BeyondTime).is_err() && age(5.into()).is_err());
    let day = |cell: Cell<'_>| told(&playbook, "born", "day", cell);
    assert_eq!(day(Cell::Date(0)), Ok(Some("1970-01-01".into())));
    assert_eq!(day("2000-02-29 00:00".into()), Ok(Some("2000-02-29".into())));
    for bad in [Cell::Date(i64::MAX), "2001-02-29".into(), "2000-2-29".into(), "2000-02-29 01:00".into()] {
        assert!(day(bad).is_err(), "{bad:?}");
    }
    let longer = |cell: Cell<'_>| told(&playbook, "waits", "longer", cell);
    assert_eq!(longer("4:30:00".into()), Ok(Some("4 hours 30 minutes".into())));
    assert_eq!(longer(Cell::Duration(1)), longer("0.000001 seconds".into()));
    assert!(longer("4".into()).is_err() && longer(Cell::BeyondTime).is_err());
}

#[test]
fn v3_texts_are_trimmed_and_normalised_unless_verbatim() {
    let playbook = demo();
    let mut record = playbook.record();
    record.set("id", "1").unwrap().set("note", " e\u{301} ").unwrap().set("title", " \u{a0}chief\t").unwrap();
    let decision = record.decide(NOW).unwrap();
    assert_eq!(decision.text("told").unwrap(), Some(" e\u{301} "));
    assert_eq!(decision.int("fit").unwrap(), Some(25));
    assert_eq!(told(&playbook, "note", "told", "  ".into()), Ok(None), "a blank text is missing");
    assert_eq!(told(&playbook, "source", "from_where", " WEB FORM".into()), Ok(Some("web".into())));
    assert!(told(&playbook, "source", "from_where", true.into()).is_err());
    assert_eq!(told(&playbook, "employees", "fit", (-1).into()), Ok(Some("0".into())), "a spelling of missing");
    assert_eq!(told(&playbook, "employees", "fit", None::<i64>.into()), Ok(Some("0".into())));
    for (cell, consent) in [(Cell::from("Yes"), true), (1.into(), true), ("n".into(), false), (Cell::Missing, false)] {
        let desk = told(&playbook, "consent", "desk", cell).unwrap();
        assert_eq!(desk.as_deref() != Some("hold"), consent, "{cell:?}");
    }
    assert!(told(&playbook, "consent", "desk", "perhaps".into()).is_err());
}
