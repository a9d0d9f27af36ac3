//! What the process promises from its start to its end, on Rocket.

healthz_tests::process_tests!(rocket);
