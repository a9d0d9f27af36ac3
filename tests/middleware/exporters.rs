//! Exporters of metrics that others wrote, in `quiet`.

use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web_prom::PrometheusMetricsBuilder;
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::Request,
    routing::get,
};
use axum_prometheus::PrometheusMetricLayer;
use healthz_core::{HealthError, Registry};
use tower::ServiceExt;

const ASKED: [(&str, u16); 6] = [
    ("/healthz/live", 200),
    ("/healthz/live?verbose", 200),
    ("/healthz/down", 503),
    ("/healthz/1", 404),
    ("/healthz/2/wp-login.php", 404),
    ("/hello", 200),
];

fn registry() -> Registry {
    let registry = Registry::builder().liveness("live", []);
    registry.endpoint("down", || Err(HealthError::new("no database"))).build().unwrap()
}

#[tokio::test]
async fn axum_prometheus_counts_all_but_healthy_probes() {
    let registry = registry();
    let (metrics, handle) = PrometheusMetricLayer::pair();
    let quiet = healthz_axum::quiet(&registry, metrics.clone());
    let hello = Router::new().route("/hello", get(async || "hello"));
    let app = hello.layer(metrics).merge(healthz_axum::routes(&registry).layer(quiet));
    for (path, status) in ASKED {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let response = app.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), status, "{path}");
        to_bytes(response.into_body(), 64 * 1024).await.unwrap();
    }
    let text = handle.render();
    let series = |name: &str| {
        let lines = text.lines().filter(|line| line.starts_with(name));
        let mut lines: Vec<_> = lines.map(|line| &line[name.len()..]).collect();
        lines.sort_unstable();
        lines
    };
    assert_eq!(
        series("axum_http_requests_total"),
        [
            r#"{method="GET",status="200",endpoint="/hello"} 1"#,
            r#"{method="GET",status="404",endpoint="/healthz/{*tail}"} 2"#,
            r#"{method="GET",status="503",endpoint="/healthz/down"} 1"#,
        ]
    );
    let pending = series("axum_http_requests_pending");
    assert!(pending.len() == 3 && pending.iter().all(|line| line.ends_with("} 0")), "{pending:?}");
}

#[actix_web::test]
async fn actix_web_prom_counts_all_but_healthy_probes() {
    let registry = registry();
    let metrics = PrometheusMetricsBuilder::new("api").build().unwrap();
    let hello = actix_web::web::get().to(async || "hello");
    let app = actix_web::App::new()
        .service(healthz_actix::routes(&registry))
        .route("/hello", hello)
        .wrap(healthz_actix::quiet(&registry, metrics.clone()));
    let app = init_service(app).await;
    for (path, status) in ASKED {
        let response = call_service(&app, TestRequest::get().uri(path).to_request()).await;
        assert_eq!(response.status(), status, "{path}");
        read_body(response).await;
    }
    let families = metrics.registry.gather();
    let total = families.iter().find(|family| family.name().ends_with("requests_total")).unwrap();
    let series = total.get_metric().iter().map(|metric| {
        let labels: Vec<_> =
            metric.get_label().iter().map(|label| label.value().to_owned()).collect();
        format!("{} {}", labels.join(" "), metric.get_counter().get_value())
    });
    let mut series: Vec<_> = series.collect();
    series.sort_unstable();
    assert_eq!(
        series,
        ["/healthz/down GET 503 1", "/healthz/{tail:.*} GET 404 2", "/hello GET 200 1"]
    );
}
