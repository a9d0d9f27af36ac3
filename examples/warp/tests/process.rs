//! What the process promises from its start to its end, on warp.

healthz_tests::process_tests!(warp);
