//! Working time: clocks that stand still at night, on weekends and on holidays.

use super::{cases, file, fixture};

#[test]
fn working_seconds_to_the_first_response() {
    let Some(sla) = file("sla-working-time") else { return };
    let clocks = cases(&sla["first_response_time"]);
    assert_eq!(clocks.len(), 15);
    for case in clocks {
        let out = fixture::case("sla-first-response", case).run();
        fixture::same(&out, &case.to_string(), &[("working_seconds", &case["working_seconds"])]);
    }
}

#[test]
fn deadlines_around_a_holiday() {
    let Some(sla) = file("sla-working-time") else { return };
    let deadlines = cases(&sla["deadlines"]["cases"]);
    assert_eq!(deadlines.len(), 5);
    for case in deadlines {
        let out = fixture::case("sla-deadlines", case).run();
        for column in ["response_by", "resolution_by"] {
            let theirs = case[column].as_str().expect("a time").replace(' ', "T");
            assert_eq!(out.column(column), [format!("{theirs}:00Z")], "{case}: {column}");
        }
    }
}
