//! What the benches measure: the same states served by each adapter, and the handler without us.

pub(crate) mod bare;
pub(crate) mod state;
