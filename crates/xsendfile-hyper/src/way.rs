//! The way from a body to its connection, and the proof that nothing on it reads or changes bytes.
//!
//! A body asks for its way when it hands out its first chunk, which is real bytes. The connection that
//! then writes this very chunk — the same memory, whole, and last of all that it was given — has proven
//! that nothing in between touched it, and the two are bound. From then on the body tells the connection
//! beforehand what it hands out, and the connection accepts nothing else.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::fs::File;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use bytes::Bytes;
use tokio::task;

use crate::counters::Copied;
use crate::ticket::Ticket;

/// The way of one body.
#[derive(Debug)]
pub(crate) struct Way(Mutex<State>);

#[derive(Debug)]
struct State {
    first: Bytes,
    found: Found,
    /// What the body has handed out and the connection has not asked for yet.
    told: Vec<Told>,
    ended: bool,
}

/// What has become of a body's question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// A connection wrote the first chunk untouched.
    Bound,
    /// None did, yet.
    Not(Copied),
}

/// What a body hands out, and the connection is to be given in this order.
#[derive(Debug)]
pub(crate) enum Told {
    /// Real bytes. Kept, so that no other bytes can have their address.
    Bytes(Bytes),
    /// Bytes that stand for a part of the file.
    Ticket(Ticket, Arc<File>),
}

impl Told {
    /// The memory that the connection is to be given.
    pub(crate) fn memory(&self) -> &[u8] {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::Ticket(ticket, _) => ticket.memory(),
        }
    }
}

thread_local! {
    /// The last question that a body asked on this thread, and in which task. A connection that serves
    /// HTTP/1 writes a chunk in the same poll of the same task in which it took it from the body.
    static ASKED: RefCell<Option<(Option<task::Id>, Weak<Way>)>> = const { RefCell::new(None) };

    /// The last connection on this thread, by its task, and why it declines if it always does. What it
    /// is good for is a better answer to why a body was copied.
    static SEEN: Cell<Option<(Option<task::Id>, Option<Copied>)>> = const { Cell::new(None) };
}

impl Way {
    /// Asks which connection will write `first`.
    pub(crate) fn ask(first: Bytes) -> Arc<Self> {
        let task = task::try_id();
        let found = Found::Not(match SEEN.get() {
            Some((seen, declines)) if seen == task => declines.unwrap_or(Copied::Changed),
            _ => Copied::Unconnected,
        });
        let way = Arc::new(Self(Mutex::new(State { first, found, told: Vec::new(), ended: false })));
        ASKED.set(Some((task, Arc::downgrade(&way))));
        way
    }

    /// A connection of this task is at work.
    pub(crate) fn seen(declines: Option<Copied>) {
        SEEN.set(Some((task::try_id(), declines)));
    }

    /// The question asked by a body in this task, if it has no answer yet.
    pub(crate) fn asked() -> Option<Arc<Self>> {
        ASKED.with_borrow(|asked| {
            let (asker, way) = asked.as_ref()?;
            if *asker != task::try_id() {
                return None;
            }
            way.upgrade()
        })
    }

    /// Lets no connection answer any more: the body goes on without.
    pub(crate) fn give_up(&self) -> Copied {
        ASKED.set(None);
        let mut state = self.state();
        state.first = Bytes::new();
        match state.found {
            Found::Not(reason) => reason,
            Found::Bound => Copied::Changed,
        }
    }

    /// What has become of the question.
    pub(crate) fn found(&self) -> Found {
        self.state().found
    }

    /// A connection's answer that it will not do, and why.
    pub(crate) fn decline(&self, reason: Copied) {
        let mut state = self.state();
        if state.found != Found::Bound {
            state.found = Found::Not(reason);
        }
    }

    /// A connection's answer that it writes `slice`: whether this is the first chunk, and the two are
    /// bound now.
    pub(crate) fn bind(&self, slice: &[u8]) -> Option<Bytes> {
        let mut state = self.state();
        let same = std::ptr::eq(slice.as_ptr(), state.first.as_ptr()) && slice.len() == state.first.len();
        if !same || slice.is_empty() || state.found == Found::Bound {
            return None;
        }
        ASKED.set(None);
        state.found = Found::Bound;
        Some(std::mem::take(&mut state.first))
    }

    /// The body tells what it hands out next.
    pub(crate) fn tell(&self, told: Told, last: bool) {
        let mut state = self.state();
        state.told.push(told);
        state.ended = last;
    }

    /// The connection hears what the body has told since it last asked, and whether that was all.
    pub(crate) fn hear(&self, queue: &mut VecDeque<Told>) -> bool {
        let mut state = self.state();
        queue.extend(state.told.drain(..));
        state.ended
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
