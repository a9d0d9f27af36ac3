//! What the process promises from its start to its end, on actix-web.

healthz_tests::process_tests!(actix);
