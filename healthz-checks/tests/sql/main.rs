//! Asks real databases through sqlx, in every state they can be in.

#![cfg(unix)]

#[macro_use]
mod suite;
mod mariadb;
mod pgbouncer;
mod postgres;
mod sqlite;
#[path = "../support/mod.rs"]
mod support;
