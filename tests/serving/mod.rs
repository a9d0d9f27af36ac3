//! One application of a framework, on a server of a test.

pub(crate) mod hyper;
