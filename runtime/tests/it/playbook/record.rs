//! One record, typed.

use super::{DEMO, HOUR, NOW, compiled, demo};
use revplay_runtime::explain::render_text;
use revplay_runtime::playbook::{Cell, Decimal, Error, Now, Playbook, Settings, Sources};

#[test]
fn a_record_is_set_decided_and_read() {
    let playbook = demo();
    let mut record = playbook.record();
    record.set("id", "1").unwrap().set("employees", 1200).unwrap().set("title", "VP Sales").unwrap();
    record.set("country", "at").unwrap().set("consent", true).unwrap().set("revenue", 12.5).unwrap();
    let decision = record.decide(NOW).unwrap();
    assert_eq!(decision.int("fit").unwrap(), Some(75));
    assert_eq!(decision.text("tier").unwrap(), Some("A"));
    assert_eq!(decision.text("desk").unwrap(), Some("person Anna"));
    assert_eq!(decision.bool("mql").unwrap(), Some(true));
    assert_eq!(decision.text("mql_status").unwrap(), Some("ready"));
    assert_eq!(decision.micros("answer_by").unwrap(), Some(NOW.micros() + 4 * HOUR));
    assert_eq!(decision.list("content").unwrap(), ["Calculator", "Guide"]);
    assert_eq!(decision.decimal("money_back").unwrap(), Some(Decimal { units: 1250, scale: 2 }));
    assert_eq!(decision.number("warmth").unwrap(), Some(0.0));
    assert_eq!(decision.decimal("warmth").unwrap(), Some(Decimal { units: 0, scale: 1 }));
    assert_eq!(decision.micros("age").unwrap(), None, "missing");
    assert_eq!(decision.shown("money_back").unwrap().as_deref(), Some("12.50 EUR"));
    assert_eq!(decision.overlaps().count(), 0);
}

#[test]
fn a_record_is_used_again() {
    let playbook = demo();
    let (id, employees) = (playbook.field("id").unwrap(), playbook.field("employees").unwrap());
    let fit = playbook.output("fit").unwrap();
    let mut record = playbook.record();
    for n in [5, 5000, 5, 1000, 999] {
        record.clear().set(id, "1").unwrap().set(employees, n).unwrap();
        assert_eq!(record.decide(NOW).unwrap().int(fit).unwrap(), Some(if n >= 1000 { 30 } else { 0 }), "{n}");
    }
    record.set("title", "Chief").unwrap();
    assert_eq!(record.decide(NOW).unwrap().int(fit).unwrap(), Some(25), "the fields stay until `clear`");
}

/// The clock moves with the calls, and is nowhere else.
#[test]
fn n1_now_is_given_with_each_call() {
    let playbook = demo();
    let mut record = playbook.record();
    record.set("id", "1").unwrap().set("created_at", Cell::Instant(NOW.micros() - HOUR)).unwrap();
    for hours in [0, 3, 1] {
        let now = Now::from_micros(NOW.micros() + hours * HOUR);
        assert_eq!(record.decide(now).unwrap().micros("age").unwrap(), Some((hours + 1) * HOUR));
        assert_eq!(record.explain(now).unwrap().now, format!("2026-11-23T{:02}:00:00Z", 9 + hours));
    }
    assert_eq!(playbook.instant("2026-11-23 10:00").unwrap(), NOW, "in the playbook's zone");
    assert!(matches!(playbook.instant("tomorrow"), Err(Error::Instant { .. })));
    let epoch = std::time::UNIX_EPOCH;
    let second = std::time::Duration::from_secs(1);
    assert_eq!(Now::from(epoch + second).micros(), 1_000_000);
    assert_eq!(Now::from(epoch - second).micros(), -1_000_000);
}

/// Nothing is decided on something else than was given.
#[test]
fn e2_a_refused_cell_keeps_the_record_from_being_decided() {
    let playbook = demo();
    let mut record = playbook.record();
    record.set("id", "1").unwrap();
    let Err(Error::Rejected(rejects)) = record.set("employees", -5).map(|_| ()) else { panic!("taken") };
    assert_eq!((rejects[0].column.as_str(), rejects[0].value.as_str()), ("employees", "-5"));
    assert_eq!(rejects[0].reason, "outside the range 0..1000000");
    assert_eq!(record.decide(NOW).unwrap_err().rejects(), rejects, "still");
    record.set("source", "refferal").unwrap_err();
    assert_eq!(record.decide(NOW).unwrap_err().rejects().len(), 2);
    record.set("source", "Web Form").unwrap();
    record.set("employees", 5).unwrap();
    assert_eq!(record.decide(NOW).unwrap().text("from_where").unwrap(), Some("web"));
    record.set("employees", "5,000").unwrap_err();
    record.clear().set("id", "1").unwrap();
    assert_eq!(record.decide(NOW).unwrap().text("from_where").unwrap(), None);
}

#[test]
fn m6_what_must_be_known_is_asked_for() {
    let playbook = demo();
    let mut record = playbook.record();
    let error = record.decide(NOW).unwrap_err();
    assert_eq!(error.rejects()[0].column, "id");
    assert_eq!(error.rejects()[0].reason, "the key is missing");
    record.set("id", "1").unwrap();
    assert_eq!(record.decide(NOW).unwrap().text("desk").unwrap(), Some("hold"), "consent has a default");
}

#[test]
fn names_that_are_not_there_are_errors() {
    let playbook = demo();
    let mut record = playbook.record();
    let error = record.set("employes", 5).unwrap_err();
    assert_eq!(error.to_string(), "the playbook has no field `employes`; did you mean `employees`?");
    record.set("unread", "whatever").unwrap().set("id", "1").unwrap();
    let decision = record.decide(NOW).unwrap();
    assert!(decision.int("fitt").unwrap_err().to_string().contains("did you mean `fit`?"));
    assert_eq!(decision.int("tier").unwrap_err().to_string(), "the output `tier` is one of the listed values");
    assert_eq!(decision.int("warmth").unwrap_err().to_string(), "the output `warmth` is a decimal number");
    assert!(decision.text("fit").is_err() && decision.bool("fit").is_err() && decision.list("fit").is_err());
}

/// A handle of one playbook is good for the same names and types, and for no others.
#[test]
fn handles_outlive_a_change_of_rules_but_not_of_fields() {
    let (old, rules) = (demo(), compiled(&DEMO.replace("+30", "+31")));
    let fields = compiled(&DEMO.replace("  title       text?\n", "  title       text?\n  more int?\n"));
    let outputs = compiled(&DEMO.replace("output day = born\n", ""));
    let (employees, fit) = (old.field("employees").unwrap(), old.output("fit").unwrap());
    let mut record = rules.record();
    record.set("id", "1").unwrap().set(employees, 5000).unwrap();
    assert_eq!(record.decide(NOW).unwrap().int(fit).unwrap(), Some(31));
    let error = fields.record().set(employees, 5000).map(|_| ()).unwrap_err();
    assert!(error.to_string().contains("look the name up again"), "{error}");
    let mut record = outputs.record();
    record.set("id", "1").unwrap();
    assert!(record.decide(NOW).unwrap().int(fit).is_err());
}

#[test]
fn params_can_be_given_at_first_and_later() {
    let settings = Settings::new().param("enterprise", 500);
    let playbook = Playbook::compile(Sources::new("demo.play", DEMO), settings).unwrap();
    let fit = |playbook: &Playbook| {
        let mut record = playbook.record();
        record.set("id", "1").unwrap().set("employees", 600).unwrap();
        record.decide(NOW).unwrap().int("fit").unwrap()
    };
    assert_eq!(fit(&playbook), Some(30));
    assert_eq!(fit(&playbook.with_params(&[("enterprise", 700.into())]).unwrap()), Some(0));
    assert_eq!(fit(&playbook.with_params(&[]).unwrap()), Some(0), "as the playbook says");
    assert_eq!(fit(&playbook), Some(30), "the first is as it was");
    let wrong = |cell: Cell<'_>| playbook.with_params(&[("enterprise", cell)]).unwrap_err().to_string();
    assert_eq!(wrong(5.into()), "parameter `enterprise`: outside the range 100..100000");
    assert_eq!(wrong("many".into()), "parameter `enterprise`: not a whole number");
    let error = playbook.with_params(&[("enterprice", 5.into())]).unwrap_err();
    assert_eq!(error.to_string(), "the playbook has no parameter `enterprice`; did you mean `enterprise`?");
}

#[test]
fn an_explanation_is_data_and_text() {
    let playbook = demo();
    let mut record = playbook.record();
    record.set("id", "L-1").unwrap().set("employees", 2000).unwrap();
    let explanation = record.explain(NOW).unwrap();
    let text = render_text(&explanation);
    assert!(text.starts_with("lead L-1, decided by demo as of 2026-11-23T09:00:00Z\n"), "{text}");
    assert!(
        text.contains("+30  Enterprise: employees >= enterprise  [employees is 2000, enterprise is 1000]"),
        "{text}"
    );
    assert_eq!(explanation.decisions[0].value.as_deref(), Some("30"));
    record.clear();
    assert!(record.explain(NOW).is_err(), "no key");
}
