//! What the seal rests on: a header value of `http` 0.2 keeps the address of its static text, and
//! no other text has that address, whatever the linker folds.

use actix_web::{
    App, HttpResponse,
    body::MessageBody,
    http::header::{CACHE_CONTROL, HeaderMap, HeaderValue},
    test::{TestRequest, call_service, init_service},
};
use healthz_actix::is_quiet;
use healthz_core::{Registry, adapter::HeaderSet};

#[test]
fn a_static_value_of_http_0_2_keeps_its_address() {
    for (_, text) in HeaderSet::all().flat_map(HeaderSet::fields) {
        let value = HeaderValue::from_static(text);
        let mut fields = HeaderMap::new();
        fields.insert(CACHE_CONTROL, value.clone());
        let copied = fields.clone();
        let response = HttpResponse::Ok().insert_header((CACHE_CONTROL, value.clone())).finish();
        let boxed = response.map_body(|_, body| body.boxed());
        let boxed = boxed.headers().get(CACHE_CONTROL);
        for value in [Some(&value), copied.get(CACHE_CONTROL), boxed] {
            let address = value.map(|value| value.as_bytes().as_ptr_range());
            assert_eq!(address, Some(text.as_bytes().as_ptr_range()));
        }
    }
}

#[actix_web::test]
async fn an_equal_text_of_others_is_no_seal() {
    let registry = Registry::builder().liveness("live", []).build().unwrap();
    let app = init_service(App::new().service(healthz_actix::routes(&registry))).await;
    let request = TestRequest::get().uri("/healthz/live").to_request();
    let ours = call_service(&app, request).await;
    let mut theirs = HttpResponse::Ok();
    for (name, value) in [
        ("content-type", "application/problem+json"),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(ours.headers().get(name).unwrap(), value);
        theirs.insert_header((name, HeaderValue::from_static(value)));
    }
    assert!(is_quiet(ours.response()) && !is_quiet(&theirs.finish()));
}
