//! What the process promises from its start to its end, on poem.

healthz_tests::process_tests!(poem);
