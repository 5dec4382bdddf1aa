//! Work on chunks by several threads, with the results taken in the order of the chunks: the output
//! does not depend on the number of threads (promise N1).

use crate::exit::Stop;
use std::any::Any;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};

/// Stack of a thread, in bytes: deep expressions are evaluated by recursion.
const STACK_BYTES: usize = 64 << 20;
/// Chunks under way beside those that the threads work on: enough to keep them busy, few enough to keep memory flat.
pub const AHEAD: usize = 1;

/// Threads for a run: as asked for, else one for each processor.
pub fn threads(asked: Option<usize>) -> usize {
    asked.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from)).clamp(1, 256)
}

/// Reads chunks with `next`, works on them on the threads, and hands the results to `take` in order.
/// Stops at the first error of `next` or `take`; what was read before an error of `next` is taken first, so that the
/// output does not depend on how far was read ahead: so many chunks beside those that the threads work on.
pub fn ordered<T: Send, R: Send>(
    threads: usize,
    ahead: usize,
    mut next: impl FnMut() -> Result<Option<T>, Stop>,
    work: impl Fn(T) -> R + Sync,
    mut take: impl FnMut(R) -> Result<(), Stop>,
) -> Result<(), Stop> {
    if threads <= 1 {
        while let Some(chunk) = next()? {
            take(work(chunk))?;
        }
        return Ok(());
    }
    let (jobs, waiting) = channel::<(u64, T)>();
    let (done, results) = channel();
    let waiting = Mutex::new(waiting);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let (waiting, work, done) = (&waiting, &work, done.clone());
            std::thread::Builder::new()
                .stack_size(STACK_BYTES)
                .spawn_scoped(scope, move || serve(waiting, work, &done))?;
        }
        drop(done);
        conduct(threads + ahead, &mut next, &mut take, jobs, &results)
    })
}

type Outcome<R> = Result<R, Box<dyn Any + Send>>;

/// A thread: takes jobs until there are no more. A panic is handed over instead of a result.
fn serve<T, R>(waiting: &Mutex<Receiver<(u64, T)>>, work: &(impl Fn(T) -> R + Sync), done: &Sender<(u64, Outcome<R>)>) {
    loop {
        let job = waiting.lock().ok().and_then(|queue| queue.recv().ok());
        let Some((number, chunk)) = job else { return };
        let outcome = catch_unwind(AssertUnwindSafe(|| work(chunk)));
        if done.send((number, outcome)).is_err() {
            return;
        }
    }
}

/// The first thread: reads ahead, and takes what is done in order.
fn conduct<T, R>(
    ahead: usize,
    next: &mut impl FnMut() -> Result<Option<T>, Stop>,
    take: &mut impl FnMut(R) -> Result<(), Stop>,
    jobs: Sender<(u64, T)>,
    results: &Receiver<(u64, Outcome<R>)>,
) -> Result<(), Stop> {
    let mut early: BTreeMap<u64, R> = BTreeMap::new();
    let (mut sent, mut taken) = (0, 0);
    let mut jobs = Some(jobs);
    let mut end = Ok(());
    loop {
        while let Some(queue) = jobs.as_ref().filter(|_| sent - taken < ahead as u64) {
            match next() {
                Ok(Some(chunk)) => {
                    let _ = queue.send((sent, chunk));
                    sent += 1;
                }
                Ok(None) => jobs = None,
                Err(error) => (end, jobs) = (Err(error), None),
            }
        }
        if taken == sent {
            return end;
        }
        let Ok((number, outcome)) = results.recv() else { return Ok(()) };
        match outcome {
            Ok(result) => early.insert(number, result),
            Err(panic) => resume_unwind(panic),
        };
        while let Some(result) = early.remove(&taken) {
            take(result)?;
            taken += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(threads: usize) -> Vec<u64> {
        let mut chunks = 0..200u64;
        let mut out = Vec::new();
        let work = |n: u64| {
            std::thread::sleep(std::time::Duration::from_micros((n * 7919) % 500));
            n * n
        };
        let done = ordered(
            threads,
            AHEAD,
            || Ok(chunks.next()),
            work,
            |r| {
                out.push(r);
                Ok(())
            },
        );
        assert!(done.is_ok());
        out
    }

    #[test]
    fn n1_results_come_in_order_on_any_number_of_threads() {
        let one = run(1);
        assert_eq!(one, (0..200).map(|n| n * n).collect::<Vec<u64>>());
        assert_eq!(run(2), one);
        assert_eq!(run(7), one);
    }

    #[test]
    fn an_error_stops_everything() {
        let mut n = 0;
        let next = || {
            n += 1;
            if n > 50 { Err(Stop::Said) } else { Ok(Some(n)) }
        };
        assert!(matches!(ordered(3, AHEAD, next, |n| n, |_| Ok(())), Err(Stop::Said)));
        let mut n = 0;
        let endless = || {
            n += 1;
            Ok(Some(n))
        };
        assert!(matches!(
            ordered(3, 4, endless, |n| n, |n| if n == 40 { Err(Stop::Said) } else { Ok(()) }),
            Err(Stop::Said)
        ));
    }

    #[test]
    fn n1_all_that_was_read_before_an_error_is_taken() {
        for threads in [1, 2, 5] {
            let (mut n, mut taken) = (0, 0);
            let next = || {
                n += 1;
                if n > 50 { Err(Stop::Said) } else { Ok(Some(n)) }
            };
            let take = |_| {
                taken += 1;
                Ok(())
            };
            assert!(matches!(ordered(threads, AHEAD, next, |n: i32| n, take), Err(Stop::Said)));
            assert_eq!(taken, 50);
        }
    }

    #[test]
    fn a_panic_is_handed_on() {
        let mut chunks = 0..100;
        let caught = catch_unwind(AssertUnwindSafe(|| {
            let work = |n: i32| if n == 60 { panic!("bad chunk") } else { n };
            let _ = ordered(2, AHEAD, || Ok(chunks.next()), work, |_| Ok(()));
        }));
        assert!(caught.is_err());
    }
}
