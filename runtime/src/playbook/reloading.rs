//! A playbook that changes while others decide with it.

use super::error::Error;
use super::{Playbook, Settings, Sources};
use std::sync::{PoisonError, RwLock};

/// A place for the playbook of a service. Whoever decides takes the current one, which costs a few nanoseconds, and
/// keeps it as long as the decision lasts; a reload waits for nobody and nobody waits for a reload. What the old
/// playbook took in memory is given back with its last user.
#[derive(Debug)]
pub struct Reloading {
    current: RwLock<Playbook>,
}

impl Reloading {
    /// Starts with a playbook.
    pub fn new(playbook: Playbook) -> Reloading {
        Reloading { current: RwLock::new(playbook) }
    }

    /// The playbook as it is now. No lock is held while it is used.
    pub fn current(&self) -> Playbook {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts another playbook in place, and gives back the one that was there.
    pub fn swap(&self, playbook: Playbook) -> Playbook {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *current, playbook)
    }

    /// Compiles a playbook and puts it in place, with the linked rows of the current one. If two threads reload at
    /// once, the one that finishes last stays.
    ///
    /// # Errors
    /// As [`Playbook::compile`] and [`Playbook::link`]: then the current playbook stays.
    pub fn reload(&self, sources: Sources, settings: Settings) -> Result<(), Error> {
        let next = Playbook::compile(sources, settings)?;
        let next = next.with_links_of(&self.current())?;
        drop(self.swap(next));
        Ok(())
    }
}
