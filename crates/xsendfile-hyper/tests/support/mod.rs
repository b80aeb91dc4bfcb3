//! A site of files, servers for it in every way, and clients for them.

#![allow(dead_code, reason = "every test uses its part")]
#![allow(unreachable_pub, missing_docs, missing_debug_implementations)]

pub mod events;
pub mod faults;
pub mod hanging;
pub mod http1;
pub mod http2;
pub mod middleware;
pub mod play;
pub mod selection;
pub mod site;
pub mod stand;
pub mod way;
