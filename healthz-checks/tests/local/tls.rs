use std::{net::SocketAddr, sync::Arc, time::Duration};

use healthz_checks::tls;
use healthz_test_support::{ask, free_port};
use tokio::net::TcpListener;
use tokio_rustls_026::{
    TlsAcceptor,
    rustls::{
        ClientConfig, RootCertStore, ServerConfig,
        pki_types::{CertificateDer, PrivateKeyDer},
    },
};

const PATIENCE: Duration = Duration::from_secs(20);
const CA: &[u8] = include_bytes!("../certificates/ca.der");

/// Shakes hands with everybody, with this certificate.
async fn serve(certificate: &'static [u8], key: &'static [u8]) -> String {
    let key = PrivateKeyDer::try_from(key).unwrap();
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![CertificateDer::from(certificate)], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind(("127.0.0.1", free_port())).await.unwrap();
    let address: SocketAddr = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let _ = acceptor.accept(stream).await;
        }
    });
    format!("localhost:{}", address.port())
}

macro_rules! serve {
    ($name:literal) => {
        serve(
            include_bytes!(concat!("../certificates/", $name, ".der")),
            include_bytes!(concat!("../certificates/", $name, ".key.der")),
        )
        .await
    };
}

fn config() -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(CA)).unwrap();
    Arc::new(ClientConfig::builder().with_root_certificates(roots).with_no_client_auth())
}

#[tokio::test]
async fn a_valid_certificate_passes_and_warns_when_it_ends_soon() {
    let address = serve!("valid");
    let check = || tls(config(), &address).within(PATIENCE);
    ask(&check()).await.passes();
    // It ends in 2124.
    let told = ask(&check().warn_below(100 * 366)).await;
    told.is("warn", "The certificate ends soon", "ends in 3");
}

#[tokio::test]
async fn a_certificate_that_ended_or_is_for_another_name_or_is_not_trusted_fails() {
    let text = "The certificate is not valid";
    let check = tls(config(), serve!("ended")).within(PATIENCE);
    ask(&check).await.is("fail", text, "expired");
    let check = tls(config(), serve!("other")).within(PATIENCE);
    ask(&check).await.is("fail", text, "not valid for name");
    let nobody = ClientConfig::builder()
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth();
    let check = tls(Arc::new(nobody), serve!("valid")).within(PATIENCE);
    ask(&check).await.is("fail", text, "UnknownIssuer");
}

#[tokio::test]
async fn who_speaks_no_tls_or_is_not_there_fails() {
    let text = "Can't reach the service";
    let listener = TcpListener::bind(("127.0.0.1", free_port())).await.unwrap();
    let address = format!("localhost:{}", listener.local_addr().unwrap().port());
    ask(&tls(config(), &address)).await.is("fail", text, "no answer within 500ms");
    drop(listener);
    ask(&tls(config(), &address).within(PATIENCE)).await.is("fail", text, "Connection refused");
    ask(&tls(config(), "localhost")).await.is("fail", text, "no port in the address");
}
