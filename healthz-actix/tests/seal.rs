//! What the seal rests on: a header value of `http` 0.2 keeps the address of its static text.

use actix_web::{
    HttpResponse,
    body::MessageBody,
    http::header::{CACHE_CONTROL, HeaderMap, HeaderValue},
};
use healthz_core::adapter::HeaderSet;

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
