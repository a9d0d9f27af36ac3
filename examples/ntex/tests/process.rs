//! What the process promises from its start to its end, on ntex.

healthz_tests::process_tests!(ntex, stop_does_not_wait);
