//! The other crates that serve health checks from axum, with checks that do as much as ours.
//!
//! `health-checks` answers in plain text, for its JSON holds durations and changes its length.

use std::{io, net::TcpListener};

use ::axum::{Router, routing::get};
use axum_health::prelude::{Health, HealthDetail, HealthIndicator, health_check};
use health_checks::{HealthCheckOptions, HealthCheckResult, HealthChecks, axum::RouterExt};
use healthz_benches::state::PATH;
use healthz_core::async_trait;

use crate::serve::serve_axum;

struct Trivial(String);

#[async_trait]
impl HealthIndicator for Trivial {
    fn name(&self) -> String {
        self.0.clone()
    }

    async fn details(&self) -> HealthDetail {
        HealthDetail::up()
    }
}

pub(crate) async fn serve(listener: TcpListener, peer: &str, checks: &str) -> io::Result<()> {
    let checks = checks.parse().map_err(io::Error::other)?;
    let names = (0..checks).map(|i: usize| format!("check-{i}"));
    let app = Router::new().route("/", get(|| async { "hello" }));
    let app = if peer == "axum-health" {
        let builder = names.fold(Health::builder(), |b, name| b.with_indicator(Trivial(name)));
        app.route(PATH, get(health_check)).layer(builder.build())
    } else {
        let trivial = || async { Ok(HealthCheckResult::healthy()) };
        let builder = names.fold(HealthChecks::builder(), |b, name| b.add_async_fn(name, trivial));
        app.map_health_checks(PATH, builder.build(), HealthCheckOptions::new())
    };
    serve_axum(listener, app).await
}
