use healthz_core::Registry;
use healthz_serving::poem::run;
use healthz_testkit::{Mount, Server};
use poem::{Route, endpoint::make_sync, get};

fn serve(registry: &Registry, mount: Mount) -> Server {
    let nest = |inner, segment: &&str| Route::new().nest(format!("/{segment}"), inner);
    let ours = mount.segments().iter().rev().fold(healthz_poem::routes(registry), nest);
    let hello = || get(make_sync(|_| "hello"));
    run(ours.at("/hello", hello()).at("/healthzz", hello()))
}

healthz_testkit::contract!(serve, not_kept: [mounting::bad_utf8_is_replaced_when_nested]);

#[test]
fn nested_bad_utf8_is_poems_own_400() {
    let registry = Registry::builder().liveness("live", []).build().unwrap();
    let server = serve(&registry, Mount::within(&["outer"]));
    let response = server.get("/outer/healthz/%FF");
    assert_eq!(response.status(), 400);
    assert_ne!(response.header("content-type"), Some("application/problem+json"));
}
