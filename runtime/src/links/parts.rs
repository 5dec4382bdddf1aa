//! Work in numbered parts on several threads.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::Builder;

/// Stack of a thread, in bytes: deep expressions are evaluated by recursion.
const STACK_BYTES: usize = 64 << 20;

/// What `work` gives for each part from 0 on, in the order of the parts, whatever thread did them.
pub(crate) fn on_threads<R: Send>(threads: usize, parts: usize, work: impl Fn(usize) -> R + Sync) -> Vec<R> {
    if threads <= 1 || parts <= 1 {
        return (0..parts).map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut done = Vec::new();
        loop {
            let part = next.fetch_add(1, Ordering::Relaxed);
            if part >= parts {
                return done;
            }
            done.push((part, work(part)));
        }
    };
    let mut done: Vec<(usize, R)> = std::thread::scope(|scope| {
        let start = |_| Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, worker).ok();
        // If the system gives no more threads, those that are there do the work.
        let others: Vec<_> = (1..threads.min(parts)).filter_map(start).collect();
        let mut done = worker();
        for other in others {
            done.extend(other.join().unwrap_or_else(|crash| resume_unwind(crash)));
        }
        done
    });
    done.sort_unstable_by_key(|(part, _)| *part);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::on_threads;

    #[test]
    fn n1_parts_come_in_order_on_any_number_of_threads() {
        for threads in [1, 2, 5] {
            for parts in [0, 1, 2, 1_000] {
                let want: Vec<usize> = (0..parts).map(|part| part * part).collect();
                assert_eq!(on_threads(threads, parts, |part| part * part), want);
            }
        }
    }
}
