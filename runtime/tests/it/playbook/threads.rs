//! Many threads, one playbook, and another one in its place.

use super::{DEMO, NOW, compiled, demo};
use revplay_runtime::playbook::{Error, Playbook, Record, Reloading, Settings, Sources};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

fn shared<T: Send + Sync + Clone>() {}
fn sent<T: Send>() {}

#[test]
fn a_playbook_is_shared_and_a_record_is_sent() {
    shared::<Playbook>();
    sent::<Record>();
    sent::<Reloading>();
    fn both<T: Send + Sync>() {}
    both::<Reloading>();
    both::<Error>();
}

fn fit(playbook: &Playbook) -> i64 {
    let mut record = playbook.record();
    record.set("id", "1").unwrap().set("employees", 5000).unwrap();
    record.decide(NOW).unwrap().int("fit").unwrap().unwrap()
}

#[test]
fn a_bad_playbook_leaves_the_old_one_in_place() {
    let place = Reloading::new(demo());
    let error = place.reload(Sources::new("demo.play", DEMO.replace("when consent", "whe")), Settings::new());
    drop(error);
    let bad = DEMO.replace("employees >= enterprise", "employes >= enterprise");
    let Err(Error::Playbook(mistakes)) = place.reload(Sources::new("demo.play", bad), Settings::new()) else {
        panic!("taken")
    };
    assert!(mistakes.findings.iter().any(|f| f.message.contains("employes")), "{mistakes}");
    assert_eq!(fit(&place.current()), 30);
    let held = place.current();
    let old = place.swap(compiled(&DEMO.replace("+30", "+31")));
    assert_eq!((fit(&place.current()), fit(&old), fit(&held)), (31, 30, 30), "who holds the old one keeps it");
}

/// Every decision is by one playbook or the other, whole: never by half of each.
#[test]
fn threads_decide_while_another_swaps() {
    let [one, two] = ["+30", "+31"].map(|points| {
        DEMO.replace("+30", points).replace(
            "A >= 50",
            match points {
                "+30" => "A >= 30",
                _ => "A >= 90",
            },
        )
    });
    let place = Reloading::new(compiled(&one));
    let (done, decisions, seen) =
        (AtomicBool::new(false), AtomicUsize::new(0), [AtomicUsize::new(0), AtomicUsize::new(0)]);
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    let mut record = place.current().record();
                    record.set("id", "1").unwrap().set("employees", 5000).unwrap();
                    let decision = record.decide(NOW).unwrap();
                    let (fit, tier) = (decision.int("fit").unwrap(), decision.text("tier").unwrap());
                    match (fit, tier) {
                        (Some(30), Some("A")) => seen[0].fetch_add(1, Ordering::Relaxed),
                        (Some(31), Some("B")) => seen[1].fetch_add(1, Ordering::Relaxed),
                        other => panic!("{other:?}"),
                    };
                    decisions.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        for round in 0..20 {
            let text = if round % 2 == 0 { &two } else { &one };
            let before = decisions.load(Ordering::Relaxed);
            place.reload(Sources::new("demo.play", text.as_str()), Settings::new()).unwrap();
            while decisions.load(Ordering::Relaxed) < before + 5 {
                thread::yield_now();
            }
        }
        done.store(true, Ordering::Relaxed);
    });
    assert!(seen.iter().all(|n| n.load(Ordering::Relaxed) > 0), "{seen:?}");
}

/// The machine code is shared, too.
#[test]
fn threads_decide_batches_of_one_playbook_at_different_instants() {
    use arrow_array::cast::AsArray;
    let playbook = demo();
    let ids: arrow_array::ArrayRef = std::sync::Arc::new((0..1000).collect::<arrow_array::Int64Array>());
    let times = arrow_array::TimestampMicrosecondArray::from(vec![0; 1000]).with_timezone("UTC");
    let times: arrow_array::ArrayRef = std::sync::Arc::new(times);
    let leads = arrow_array::RecordBatch::try_from_iter([("id", ids), ("created_at", times)]).unwrap();
    thread::scope(|scope| {
        for thread in 0..4 {
            let (playbook, leads) = (playbook.clone(), &leads);
            scope.spawn(move || {
                for round in 0..20 {
                    let now = revplay_runtime::playbook::Now::from_micros(1 + thread * 1000 + round);
                    let result = playbook.decide_batch(leads, now).unwrap();
                    let ages = result.column_by_name("age").unwrap();
                    let ages = ages.as_primitive::<arrow_array::types::DurationMicrosecondType>();
                    assert!(ages.values().iter().all(|age| *age == now.micros()));
                }
            });
        }
    });
}
