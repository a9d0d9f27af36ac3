//! What the seal rests on: a header value of `http` 1 keeps the address of its static text, and no
//! other text has that address, whatever the linker folds.

use bytes::Bytes;
use healthz_core::{Registry, adapter::HeaderSet};
use healthz_tower::is_quiet;
use http::{HeaderMap, HeaderValue, Request, Response, header::CACHE_CONTROL};

#[test]
fn a_static_value_of_http_1_keeps_its_address() {
    for (_, text) in HeaderSet::all().flat_map(HeaderSet::fields) {
        let value = HeaderValue::from_static(text);
        let mut fields = HeaderMap::new();
        fields.insert(CACHE_CONTROL, value.clone());
        let mut response = Response::new(());
        *response.headers_mut() = fields.clone();
        for value in [&value, &fields[CACHE_CONTROL], &response.headers()[CACHE_CONTROL]] {
            assert_eq!(value.as_bytes().as_ptr_range(), text.as_bytes().as_ptr_range());
        }
    }
}

#[tokio::test]
async fn an_equal_text_of_others_is_no_seal() {
    let registry = Registry::builder().liveness("live", []).build().unwrap();
    let request = Request::get("/healthz/live").body(()).unwrap();
    let answer = healthz_tower::routes(&registry).answer::<_, Bytes>(&request).unwrap();
    let ours = answer.await.unwrap();
    let mut theirs = Response::new(());
    for (name, value) in [
        ("content-type", "application/problem+json"),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(ours.headers()[name], value);
        theirs.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    assert!(is_quiet(&ours) && !is_quiet(&theirs));
}
