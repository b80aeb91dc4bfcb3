//! A client that sends exactly the target it is given: what another one would normalise is what the
//! check asks about.

mod client;
mod message;
mod origin;
mod tls;

pub(crate) use client::{Client, Interrupted, Options};
pub(crate) use message::{Outgoing, Reply, Silence};
pub(crate) use origin::Origin;
