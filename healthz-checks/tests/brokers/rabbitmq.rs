use std::{sync::Arc, time::Duration};

use healthz_checks::ping;
use healthz_test_support::{Server, ask, dropped_after, free_port, install, until};
use lapin_4::{
    BasicProperties, Connection, ConnectionProperties,
    options::{BasicPublishOptions, QueueDeclareOptions},
    types::FieldTable,
};

use crate::PATIENCE;

const UNREACHABLE: &str = "Can't reach RabbitMQ";

/// A broker, and the register of names that Erlang wants.
struct Broker {
    server: Server,
    names: Server,
    peers: u16,
}

impl Broker {
    async fn begin(config: &str) -> Option<Self> {
        let server = install("rabbitmq-server")?;
        let mut names = install("epmd")?;
        let port = names.port.to_string();
        names.start(&["-address", "127.0.0.1", "-port", &port]);
        server.write("own.conf", config);
        server.write("plugins", "[].\n");
        let mut broker = Self { server, names, peers: free_port() };
        broker.start().await;
        Some(broker)
    }

    async fn start(&mut self) {
        let server = &mut self.server;
        let name = format!("hz{}@localhost", server.port);
        let [names, port, peers] =
            [self.names.port, server.port, self.peers].map(|port| port.to_string());
        let [data, log, pid, plugins, config] =
            ["data", "log", "pid", "plugins", "own.conf"].map(|name| server.path(name));
        let variables = [
            ("ERL_EPMD_PORT", names.as_str()),
            ("RABBITMQ_NODENAME", &name),
            ("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1"),
            ("RABBITMQ_NODE_PORT", &port),
            ("RABBITMQ_DIST_PORT", &peers),
            ("RABBITMQ_MNESIA_BASE", &data),
            ("RABBITMQ_LOG_BASE", &log),
            ("RABBITMQ_PID_FILE", &pid),
            ("RABBITMQ_ENABLED_PLUGINS_FILE", &plugins),
            ("RABBITMQ_CONFIG_FILE", &config),
        ];
        server.start_with(&[], &variables);
        let url = self.url();
        until("the broker answers", async || {
            Connection::connect(&url, ConnectionProperties::default()).await.is_ok()
        })
        .await;
    }

    fn url(&self) -> String {
        format!("amqp://guest:guest@127.0.0.1:{}", self.server.port)
    }

    async fn connect(&self, properties: ConnectionProperties) -> Arc<Connection> {
        Arc::new(Connection::connect(&self.url(), properties).await.unwrap())
    }
}

#[tokio::test]
async fn a_broker_passes_and_a_missing_queue_fails_without_harm() {
    let Some(broker) = Broker::begin("").await else { return };
    let connection = broker.connect(ConnectionProperties::default()).await;
    ask(&ping(connection.clone()).within(PATIENCE)).await.passes();

    let check = ping(connection.clone()).within(PATIENCE).queue("jobs");
    let told = ask(&check).await;
    told.is("fail", "A queue is missing", "NOT_FOUND");
    assert!(!told.text.contains("jobs"));

    let channel = connection.create_channel().await.unwrap();
    let options = QueueDeclareOptions::default();
    channel.queue_declare("jobs".into(), options, FieldTable::default()).await.unwrap();
    ask(&check).await.passes();

    let other = broker.connect(ConnectionProperties::default()).await;
    let options = QueueDeclareOptions { exclusive: true, ..options };
    let its = other.create_channel().await.unwrap();
    its.queue_declare("its".into(), options, FieldTable::default()).await.unwrap();
    let locked = ping(connection.clone()).within(PATIENCE).queue("its");
    ask(&locked).await.is("fail", UNREACHABLE, "RESOURCE_LOCKED");

    let mut polls = 1;
    while dropped_after(polls, ask(&check)).await {
        polls += 1;
    }
    assert!(polls > 2, "it was dropped at {polls} places only");
    ask(&check).await.passes();
    for _ in 0..3_000 {
        // More than the channels that a connection may have, which are 2,047.
        ask(&check).await.passes();
    }
    assert!(channel.status().connected());

    connection.close(200, "done".into()).await.unwrap();
    ask(&check).await.is("fail", UNREACHABLE, "the connection is closed");
}

#[tokio::test]
async fn a_frozen_broker_fails_and_a_thawed_one_passes() {
    let Some(broker) = Broker::begin("").await else { return };
    let connection = broker.connect(ConnectionProperties::default()).await;
    let check = ping(connection.clone());
    broker.server.freeze();
    for _ in 0..3 {
        ask(&check).await.is("fail", UNREACHABLE, "no answer within 500ms");
    }
    broker.server.thaw();
    ask(&ping(connection).within(PATIENCE)).await.passes();
}

#[tokio::test]
async fn a_broker_that_was_restarted_passes_only_with_auto_recovery() {
    let Some(mut broker) = Broker::begin("").await else { return };
    // Time enough to see it wait before it tries again.
    let later = Duration::from_secs(5);
    let recovers = ConnectionProperties::default()
        .configure_backoff(|delay| delay.with_min_delay(later).with_factor(1.0).with_max_times(100))
        .enable_auto_recover();
    let recovers = broker.connect(recovers).await;
    let stays = broker.connect(ConnectionProperties::default()).await;
    broker.server.stop();
    // Not by the checks: what is written to a connection that has not noticed yet may keep lapin
    // 4.12 from recovering, whoever writes.
    until("the connections have noticed", async || {
        !recovers.status().connected() && stays.status().errored()
    })
    .await;
    let [recovers, stays] = [recovers, stays].map(ping);
    ask(&stays).await.is("fail", UNREACHABLE, "the connection is broken, and does not recover");
    ask(&recovers).await.is("fail", UNREACHABLE, "the connection is recovering");
    until("it tries again", async || {
        ask(&recovers).await.cause == "the connection is not there yet"
    })
    .await;

    broker.start().await;
    until("the connection has recovered", async || ask(&recovers).await.result == "pass").await;
    ask(&stays).await.is("fail", UNREACHABLE, "the connection is broken, and does not recover");
}

#[tokio::test]
async fn an_alarm_is_a_warning() {
    // Less than it takes itself.
    let Some(broker) = Broker::begin("vm_memory_high_watermark.absolute = 1MiB\n").await else {
        return;
    };
    let connection = broker.connect(ConnectionProperties::default()).await;
    let check = ping(connection.clone()).within(PATIENCE);
    ask(&check).await.passes();
    let channel = connection.create_channel().await.unwrap();
    let publish = channel.basic_publish(
        "".into(),
        "nowhere".into(),
        BasicPublishOptions::default(),
        b"hello",
        BasicProperties::default(),
    );
    drop(publish.await);
    until("the broker has blocked it", async || connection.status().blocked()).await;
    ask(&check).await.is("warn", "RabbitMQ blocks its publishers", "");
}
