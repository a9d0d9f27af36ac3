//! What goes over the wire: which request means which endpoint, and what the answer to it looks
//! like.
//!
//! ```text
//!   Request --route--> endpoint's name --> (engine) --> Report --rendered--> Answer
//! ```
//!
//! Bodies are made in the room `format`; status, header fields and the seal that access logs look
//! for are decided here, once for all adapters. Nothing here runs a check.

mod accept;
pub(crate) mod answer;
pub(crate) mod aside;
pub(crate) mod asked;
pub(crate) mod details;
pub(crate) mod header_set;
mod links;
pub(crate) mod quiet;
pub(crate) mod readers;
pub(crate) mod rendered;
pub(crate) mod request;
pub(crate) mod route;
pub(crate) mod seal;
pub(crate) mod showing;
