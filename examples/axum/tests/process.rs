//! What the process promises from its start to its end, on axum.

healthz_tests::process_tests!(axum);
