//! What goes over the wire: which request means which endpoint, and what the answer to it looks like.
//!
//! ```text
//!   Request --route--> endpoint's name --> (engine) --> Report --rendered--> Answer
//! ```
//!
//! Bodies are made in the room `format`; status, header fields and the seal that access logs look for
//! are decided here, once for all adapters. Nothing here runs a check.

pub(crate) mod answer;
pub(crate) mod header_set;
pub(crate) mod quiet;
pub(crate) mod rendered;
pub(crate) mod request;
pub(crate) mod route;
pub(crate) mod seal;
