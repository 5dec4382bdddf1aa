//! Rows of a linked record taken in on two threads: one has the keys, which are as much work as all other columns.

use super::gather::LinkedRows;
use crate::table::Table;
use std::panic::resume_unwind;
use std::sync::mpsc::sync_channel;
use std::thread::{Builder, scope};

/// Tables that may wait for the thread of the keys.
const WAITING: usize = 4;

impl LinkedRows {
    /// Adds the rows of all these tables behind the others, as [`LinkedRows::add`] does, with the help of some threads.
    pub fn add_all(&mut self, mut tables: impl Iterator<Item = Table>, threads: usize) {
        self.threads = threads;
        let mut keys = self.split_keys();
        let (send, receive) = sync_channel::<Table>(WAITING);
        let of_keys = &mut keys;
        scope(|scope| {
            let add = move || receive.into_iter().for_each(|table| of_keys.add(&table));
            // If the system gives no more threads, this one does it below.
            let Ok(thread) = Builder::new().spawn_scoped(scope, add) else { return };
            for table in tables.by_ref() {
                if send.send(table.clone()).is_err() {
                    break;
                }
                self.add(&table);
            }
            drop(send);
            thread.join().unwrap_or_else(|crash| resume_unwind(crash));
        });
        for table in tables {
            self.add(&table);
            keys.add(&table);
        }
        for (column, key) in self.columns.iter_mut().zip(keys.columns) {
            *column = key.or(column.take());
        }
    }

    /// The same rows with nothing but the fields by which they are found, which are not in these any more.
    fn split_keys(&mut self) -> LinkedRows {
        let keys = self.columns.iter_mut().map(|column| column.take_if(|column| column.is_key)).collect();
        LinkedRows { record: self.record, rows: self.rows, threads: self.threads, columns: keys }
    }
}
