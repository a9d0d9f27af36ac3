//! What the benches measure: the same states served by each adapter, and the handler without us.

#![expect(clippy::expect_used, reason = "a bench that cannot go on says why")]

pub mod bare;
pub mod state;
