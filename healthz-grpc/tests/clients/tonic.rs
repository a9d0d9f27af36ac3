use std::time::Duration;

use tokio::time::timeout;
use tonic_014::Code;
use tonic_health::pb::health_check_response::ServingStatus;

use crate::support::{Client, HOSTS, Host, LIMIT, Switch, builder, client, named};

async fn check(client: &mut Client, service: &str) -> Result<ServingStatus, Code> {
    let response = client.check(named(service)).await.map_err(|status| status.code())?;
    Ok(response.into_inner().status())
}

#[tokio::test]
async fn every_host_answers_check_and_watch() {
    for host in HOSTS {
        let switch = Switch::new();
        let registry = builder(&switch).build().unwrap();
        let server = host.serve(&registry).await;
        let mut client = server.client().await;
        for service in ["", "live", "ready"] {
            let serving = check(&mut client, service).await;
            assert_eq!(serving, Ok(ServingStatus::Serving), "{host:?} {service}");
        }
        assert_eq!(check(&mut client, "nope").await, Err(Code::NotFound), "{host:?}");
        let mut watch = client.watch(named("ready")).await.unwrap().into_inner();
        let mut unknown = client.watch(named("nope")).await.unwrap().into_inner();
        let status =
            |message: Option<tonic_health::pb::HealthCheckResponse>| message.unwrap().status();
        assert_eq!(status(watch.message().await.unwrap()), ServingStatus::Serving, "{host:?}");
        assert_eq!(status(unknown.message().await.unwrap()), ServingStatus::ServiceUnknown);

        switch.turn(&registry, false).await;
        assert_eq!(status(watch.message().await.unwrap()), ServingStatus::NotServing, "{host:?}");
        assert_eq!(check(&mut client, "ready").await, Ok(ServingStatus::NotServing), "{host:?}");
        assert_eq!(check(&mut client, "").await, Ok(ServingStatus::NotServing), "{host:?}");
        assert_eq!(check(&mut client, "live").await, Ok(ServingStatus::Serving), "{host:?}");
        switch.turn(&registry, true).await;
        assert_eq!(status(watch.message().await.unwrap()), ServingStatus::Serving, "{host:?}");
        assert!(timeout(Duration::from_millis(20), unknown.message()).await.is_err(), "{host:?}");

        registry.begin_drain();
        assert_eq!(status(watch.message().await.unwrap()), ServingStatus::NotServing, "{host:?}");
        for stream in [watch, unknown] {
            let end = { stream }.message().await.expect_err("the service stops");
            assert_eq!(end.code(), Code::Unavailable, "{host:?}");
        }
        drop(client);
        server.stops().await;
    }
}

#[tokio::test]
async fn a_thousand_flips_are_a_thousand_messages() {
    let switch = Switch::new();
    let registry = builder(&switch).build().unwrap();
    let server = Host::Own.serve(&registry).await;
    let mut watch = server.client().await.watch(named("")).await.unwrap().into_inner();
    let mut well = true;
    for flip in 0..=1000 {
        let message = timeout(LIMIT, watch.message()).await.expect("no message");
        let expected = if well { ServingStatus::Serving } else { ServingStatus::NotServing };
        assert_eq!(message.unwrap().unwrap().status(), expected, "{flip}");
        // What changes nothing is no message.
        switch.turn(&registry, well).await;
        if flip < 1000 {
            well = !well;
            switch.turn(&registry, well).await;
        }
    }
    registry.begin_drain();
    let last = timeout(LIMIT, watch.message()).await.unwrap().unwrap().unwrap();
    assert_eq!(last.status(), ServingStatus::NotServing, "there was none in between");
    assert_eq!(watch.message().await.expect_err("it stops").code(), Code::Unavailable);
}

#[tokio::test]
async fn an_alias_is_asked_like_its_endpoint() {
    let switch = Switch::new();
    let registry = builder(&switch).build().unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = healthz_grpc::service(&registry).service("my.pkg.Orders", "ready").unwrap();
    tokio::spawn(healthz_grpc::serve(service, listener));
    let mut client = client(address).await;
    assert_eq!(check(&mut client, "my.pkg.Orders").await, Ok(ServingStatus::Serving));
    switch.turn(&registry, false).await;
    assert_eq!(check(&mut client, "my.pkg.Orders").await, Ok(ServingStatus::NotServing));
}

#[tokio::test]
async fn a_service_that_starts_asks_its_checks_when_it_runs() {
    let registry = builder(&Switch::new()).starting().build().unwrap();
    let server = Host::Own.serve(&registry).await;
    let mut watch = server.client().await.watch(named("")).await.unwrap().into_inner();
    assert_eq!(watch.message().await.unwrap().unwrap().status(), ServingStatus::NotServing);
    registry.mark_started();
    let next = timeout(LIMIT, watch.message()).await.expect("nobody else asks the check");
    assert_eq!(next.unwrap().unwrap().status(), ServingStatus::Serving);
}
