use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{Router, routing::get};
use healthz_core::{Check, HealthError, Registry, RegistryBuilder, check_fn};
use tokio::{net::TcpListener, task::JoinHandle};
use tonic_014::{
    service::Routes,
    transport::{Channel, Endpoint, Server},
};
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};

pub(crate) type Client = HealthClient<Channel>;

/// No test waits longer for anything.
pub(crate) const LIMIT: Duration = Duration::from_secs(60);

/// A check whose result a test turns.
#[derive(Clone)]
pub(crate) struct Switch(Arc<AtomicBool>);

impl Switch {
    pub(crate) fn new() -> Self {
        Self(Arc::new(AtomicBool::new(true)))
    }

    pub(crate) fn check(&self) -> impl Check + use<> {
        let well = self.0.clone();
        check_fn(move || {
            let well = well.load(Ordering::Relaxed);
            async move { well.then_some(()).ok_or(HealthError::new("Down")) }
        })
    }

    /// Turns it, and has the check asked, as a probe does.
    pub(crate) async fn turn(&self, registry: &Registry, well: bool) {
        self.0.store(well, Ordering::Relaxed);
        registry.report("ready").await.unwrap();
    }
}

/// `live`, and `ready` that asks the switch.
pub(crate) fn builder(switch: &Switch) -> RegistryBuilder {
    Registry::builder()
        .check("db", switch.check())
        .liveness("live", [])
        .readiness("ready", ["db"])
        .drain_delay(Duration::ZERO)
}

/// Who serves the gRPC of a registry.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Host {
    Axum,
    Tonic,
    TonicWithAxum,
    Own,
}

pub(crate) const HOSTS: [Host; 4] = [Host::Axum, Host::Tonic, Host::TonicWithAxum, Host::Own];

/// A server of its own; stops with its registry's drain.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) ended: JoinHandle<()>,
}

impl Host {
    pub(crate) async fn serve(self, registry: &Registry) -> Running {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let routes = || {
            Router::new()
                .route("/", get(|| async { "hello" }))
                .merge(healthz_axum::routes(registry))
                .merge(healthz_grpc::routes(registry))
        };
        let ended = match self {
            Self::Axum => {
                let server =
                    axum::serve(listener, routes()).with_graceful_shutdown(registry.drained());
                tokio::spawn(async move { server.await.unwrap() })
            }
            Self::Tonic => {
                drop(listener);
                let server = Server::builder().add_service(healthz_grpc::service(registry));
                let stop = registry.drained();
                tokio::spawn(async move {
                    server.serve_with_shutdown(address, stop).await.unwrap();
                })
            }
            Self::TonicWithAxum => {
                drop(listener);
                let server =
                    Server::builder().accept_http1(true).add_routes(Routes::from(routes()));
                let stop = registry.drained();
                tokio::spawn(async move {
                    server.serve_with_shutdown(address, stop).await.unwrap();
                })
            }
            Self::Own => {
                let server = healthz_grpc::serve(registry, listener);
                tokio::spawn(async move { server.await.unwrap() })
            }
        };
        Running { address, ended }
    }
}

impl Running {
    pub(crate) async fn client(&self) -> Client {
        client(self.address).await
    }

    /// Ends by itself, now that the registry is drained.
    pub(crate) async fn stops(self) {
        tokio::time::timeout(LIMIT, self.ended).await.expect("it does not stop").unwrap();
    }
}

pub(crate) async fn client(address: SocketAddr) -> Client {
    let endpoint = Endpoint::from_shared(format!("http://{address}")).unwrap();
    for _ in 0..200 {
        if let Ok(channel) = endpoint.connect().await {
            return HealthClient::new(channel);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("no server at {address}");
}

pub(crate) fn named(service: &str) -> HealthCheckRequest {
    HealthCheckRequest { service: service.into() }
}
