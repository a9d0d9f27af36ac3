//! The contract of healthz, run against every adapter; see `README.md`.
