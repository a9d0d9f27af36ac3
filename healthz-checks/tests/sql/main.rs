//! Asks real databases through sqlx, in every state they can be in.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "what helps a test fails it with a panic as the test does")]

#[macro_use]
mod suite;
mod mariadb;
mod pgbouncer;
mod postgres;
mod sqlite;
