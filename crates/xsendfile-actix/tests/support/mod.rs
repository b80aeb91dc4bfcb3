//! What the tests of xsendfile-hyper have, for this server too.

#![allow(dead_code, reason = "every test uses its part")]
#![allow(unreachable_pub, missing_docs, missing_debug_implementations)]

#[path = "../../../xsendfile-hyper/tests/support/events.rs"]
pub mod events;
#[path = "../../../xsendfile-hyper/tests/support/faults.rs"]
pub mod faults;
#[path = "../../../xsendfile-hyper/tests/support/hanging.rs"]
pub mod hanging;
#[path = "../../../xsendfile-hyper/tests/support/http1.rs"]
pub mod http1;
#[path = "../../../xsendfile-hyper/tests/support/stand.rs"]
pub mod stand;
