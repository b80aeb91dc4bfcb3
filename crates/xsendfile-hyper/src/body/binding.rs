//! The binding of a body to its connection, and the proof that nothing between them reads or changes
//! bytes.
//!
//! A body offers a binding when it hands out its first chunk, which is real bytes. The connection that
//! then writes this very chunk — the same memory, whole, and last of all that it was given — has proven
//! that nothing in between touched it, and the two are bound. From then on the body announces to the
//! connection what it hands out, and the connection accepts nothing else.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::fs::File;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use bytes::Bytes;
use tokio::task;

use super::placeholder::Placeholder;
use crate::counters::Copied;

/// The binding of one body.
#[derive(Debug)]
pub(crate) struct Binding(Mutex<State>);

#[derive(Debug)]
struct State {
    first: Bytes,
    outcome: Outcome,
    /// What the body has handed out and the connection has not received yet.
    announced: Vec<Announced>,
    ended: bool,
}

/// What has become of a body's offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// A connection wrote the first chunk untouched.
    Bound,
    /// None did, yet.
    Unbound(Copied),
}

/// What a body hands out, and the connection is to be given in this order.
#[derive(Debug)]
pub(crate) enum Announced {
    /// Real bytes. Kept, so that no other bytes can have their address.
    Bytes(Bytes),
    /// Bytes that stand for a part of the file.
    Placeholder(Placeholder, Arc<File>),
}

impl Announced {
    /// The memory that the connection is to be given.
    pub(crate) fn memory(&self) -> &[u8] {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::Placeholder(placeholder, _) => placeholder.memory(),
        }
    }
}

thread_local! {
    /// The last offer of a body on this thread, and in which task. A connection that serves HTTP/1
    /// writes a chunk in the same poll of the same task in which it took it from the body.
    static OFFER: RefCell<Option<(Option<task::Id>, Weak<Binding>)>> = const { RefCell::new(None) };

    /// The last connection on this thread, by its task, and why it declines if it always does. What it
    /// is good for is a better answer to why a body was copied.
    static CONNECTION: Cell<Option<(Option<task::Id>, Option<Copied>)>> = const { Cell::new(None) };
}

impl Binding {
    /// Offers to be bound to the connection that writes `first`.
    pub(crate) fn offer(first: Bytes) -> Arc<Self> {
        let task = task::try_id();
        let outcome = Outcome::Unbound(match CONNECTION.get() {
            Some((here, declines)) if here == task => declines.unwrap_or(Copied::Changed),
            _ => Copied::Unconnected,
        });
        let state = State { first, outcome, announced: Vec::new(), ended: false };
        let binding = Arc::new(Self(Mutex::new(state)));
        OFFER.set(Some((task, Arc::downgrade(&binding))));
        binding
    }

    /// A connection of this task is at work.
    pub(crate) fn note_connection(declines: Option<Copied>) {
        CONNECTION.set(Some((task::try_id(), declines)));
    }

    /// The offer of a body in this task, if it has no answer yet.
    pub(crate) fn offered() -> Option<Arc<Self>> {
        OFFER.with_borrow(|offer| {
            let (task, binding) = offer.as_ref()?;
            if *task != task::try_id() {
                return None;
            }
            binding.upgrade()
        })
    }

    /// Lets no connection answer any more: the body goes on without.
    pub(crate) fn withdraw(&self) -> Copied {
        OFFER.set(None);
        let mut state = self.state();
        state.first = Bytes::new();
        match state.outcome {
            Outcome::Unbound(reason) => reason,
            Outcome::Bound => Copied::Changed,
        }
    }

    /// What has become of the offer.
    pub(crate) fn outcome(&self) -> Outcome {
        self.state().outcome
    }

    /// A connection's answer that it will not do, and why.
    pub(crate) fn decline(&self, reason: Copied) {
        let mut state = self.state();
        if state.outcome != Outcome::Bound {
            state.outcome = Outcome::Unbound(reason);
        }
    }

    /// A connection's answer that it writes `slice`: whether this is the first chunk, and the two are
    /// bound now.
    pub(crate) fn bind(&self, slice: &[u8]) -> Option<Bytes> {
        let mut state = self.state();
        let same = std::ptr::eq(slice.as_ptr(), state.first.as_ptr()) && slice.len() == state.first.len();
        if !same || slice.is_empty() || state.outcome == Outcome::Bound {
            return None;
        }
        OFFER.set(None);
        state.outcome = Outcome::Bound;
        Some(std::mem::take(&mut state.first))
    }

    /// The body announces what it hands out next.
    pub(crate) fn announce(&self, announced: Announced, last: bool) {
        let mut state = self.state();
        state.announced.push(announced);
        state.ended |= last;
    }

    /// The body announces no more: it is dropped.
    pub(crate) fn end(&self) {
        self.state().ended = true;
    }

    /// The connection receives what has been announced since it last did, and learns whether that was all.
    pub(crate) fn receive(&self, queue: &mut VecDeque<Announced>) -> bool {
        let mut state = self.state();
        queue.extend(state.announced.drain(..));
        state.ended
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
