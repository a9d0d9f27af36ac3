use healthz_core::Registry;
use healthz_serving::warp::run;
use healthz_testkit::{Mount, Server};
use warp::Filter;

fn serve(registry: &Registry, mount: Mount) -> Server {
    let ours = mount
        .segments()
        .iter()
        .rev()
        .fold(healthz_warp::routes(registry).boxed(), |inner, segment| {
            warp::path(*segment).and(inner).boxed()
        });
    let hello = warp::path("hello").or(warp::path("healthzz")).unify();
    let hello = hello.and(warp::path::end()).and(warp::get()).map(|| "hello");
    run(ours.or(hello))
}

healthz_testkit::contract!(serve);
