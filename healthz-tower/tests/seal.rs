//! What the seal rests on: a header value of `http` 1 keeps the address of its static text.

use healthz_core::adapter::HeaderSet;
use http::{HeaderMap, HeaderValue, Response, header::CACHE_CONTROL};

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
