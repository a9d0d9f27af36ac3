//! Clients that leave, and clients that come all at once.

use std::{future::pending, thread::sleep, time::Duration};

use healthz_core::{CheckExt, Endpoint, Registry, RegistryBuilder, check_fn};
use tokio::runtime;

use super::{FOR_EVER, PASSING, arrived, assert_answer};
use crate::{FakeCheck, Leaving, Mount, Serve, Transitions, until};

/// The three frameworks notice within 20 ms that a client has left, if they do at all. One that
/// takes longer makes these tests weaker, and not red.
const NOTICED: Duration = Duration::from_millis(60);

/// Lets a probe that closes leave the run to those who wait.
pub fn client_that_closes_cancels_nothing(serve: Serve) {
    cancels_nothing(serve, Leaving::Close);
}

/// Lets a probe that closes its sending half leave the run to those who wait.
pub fn client_that_half_closes_cancels_nothing(serve: Serve) {
    cancels_nothing(serve, Leaving::HalfClose);
}

/// Lets a probe that resets its connection leave the run to those who wait.
pub fn client_that_resets_cancels_nothing(serve: Serve) {
    cancels_nothing(serve, Leaving::Reset);
}

fn cancels_nothing(serve: Serve, how: Leaving) {
    let fixture = Fixture::new();
    let registry = fixture.builder.build().unwrap();
    let server = serve(&registry, Mount::TOP);
    let probe = |number| {
        let mut connection = server.connect();
        connection.request("GET", "/healthz/ready");
        arrived(&registry, number);
        connection
    };
    let leader = probe(1);
    let follower = probe(2);
    let mut waiting = probe(3);
    let left = [leader.leave(how), follower.leave(how)];
    sleep(NOTICED);
    fixture.slow.pass();
    assert_answer(&waiting.receive(), 200, PASSING);
    assert_eq!((fixture.slow.runs(), fixture.slow.finished()), (1, 1));
    drop(left);

    assert_answer(&waiting.get("/healthz/ready"), 200, PASSING);
    assert_eq!(fixture.slow.runs(), 2);
    assert_eq!(fixture.transitions.told(), [""; 0]);
}

/// Lets a probe that resets its stream leave the run to the others on the connection.
pub fn client_that_resets_its_streams_cancels_nothing(serve: Serve) {
    let fixture = Fixture::new();
    let registry = fixture.builder.build().unwrap();
    let server = serve(&registry, Mount::TOP);
    let mut connection = server.connect();
    for number in 1..=3 {
        connection.request("GET", "/healthz/ready");
        arrived(&registry, number);
    }
    connection.cancel();
    connection.cancel();
    sleep(NOTICED);
    fixture.slow.pass();
    assert_answer(&connection.receive(), 200, PASSING);
    assert_eq!((fixture.slow.runs(), fixture.slow.finished()), (1, 1));

    assert_answer(&connection.get("/healthz/ready"), 200, PASSING);
    assert_eq!(fixture.slow.runs(), 2);
    assert_eq!(fixture.transitions.told(), [""; 0]);
}

/// Brings a run to its end when every client has left, and the check runs again for the next one.
pub fn run_that_everybody_left_comes_to_its_end(serve: Serve) {
    for how in [Leaving::Close, Leaving::HalfClose, Leaving::Reset] {
        let fixture = Fixture::new();
        let registry = fixture.builder.build().unwrap();
        let server = serve(&registry, Mount::TOP);
        let mut connection = server.connect();
        connection.request("GET", "/healthz/ready");
        arrived(&registry, 1);
        let left = connection.leave(how);
        sleep(NOTICED);
        fixture.slow.pass();
        until("the run has ended", || fixture.slow.finished() == 1);
        drop(left);

        assert_answer(&server.get("/healthz/ready"), 200, PASSING);
        assert_eq!((fixture.slow.runs(), fixture.slow.finished()), (2, 2));
        assert_eq!(fixture.transitions.told(), [""; 0]);
    }
}

/// Stays healthy while 10,000 probes in a row leave without their answer, and never runs the check
/// twice at a time.
pub fn ten_thousand_aborted_probes_leave_it_healthy(serve: Serve) {
    const AT_ONCE: usize = 100;
    let Fixture { slow, arrivals, transitions, builder } = Fixture::new();
    let registry = builder.build().unwrap();
    let server = serve(&registry, Mount::TOP);
    let mut witness = server.connect();
    for round in 0..10_000 / AT_ONCE {
        let how = [Leaving::Close, Leaving::HalfClose, Leaving::Reset][round % 3];
        slow.hold();
        let probe = |_| {
            let mut connection = server.connect();
            connection.request("GET", "/healthz/ready");
            connection
        };
        let probes: Vec<_> = (0..AT_ONCE).map(probe).collect();
        until("a run is out", || slow.runs() > slow.finished());
        let left: Vec<_> = probes.into_iter().map(|probe| probe.leave(how)).collect();
        slow.pass();
        assert_answer(&witness.get("/healthz/ready"), 200, PASSING);
        drop(left);
    }
    assert_eq!(slow.most_outstanding(), 1);
    assert!(arrivals.runs() > 10_000 / AT_ONCE, "too few probes got as far as the check");
    assert_eq!(transitions.told(), [""; 0]);
    let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let report = runtime.block_on(registry.report("ready")).unwrap();
    assert_eq!((report.code(), report.checks()[0].consecutive_failures()), (200, 0));
}

/// Runs a check once for 1,000 probes that come together, on all worker threads.
pub fn thousand_simultaneous_probes_run_a_check_once(serve: Serve) {
    const PROBES: usize = 1000;
    let slow = FakeCheck::gated();
    let arrivals = FakeCheck::passing();
    let mut builder = Registry::builder()
        .budget(Duration::from_secs(30))
        .check("slow", slow.clone().timeout(FOR_EVER));
    // An endpoint each, because a shared check would count two arrivals at the same moment as one.
    for i in 0..PROBES {
        let arrival = format!("arrival-{i}");
        builder = builder.check(&arrival, arrivals.clone());
        builder = builder.endpoint(format!("e{i}"), Endpoint::new(["slow", &arrival]));
    }
    let server = serve(&builder.build().unwrap(), Mount::TOP);
    let probe = |i| {
        let mut connection = server.connect();
        connection.request("GET", &format!("/healthz/e{i}"));
        connection
    };
    let probes: Vec<_> = (0..PROBES).map(probe).collect();
    arrivals.wait_for_runs(PROBES);
    slow.pass();
    for mut probe in probes {
        assert_answer(&probe.receive(), 200, PASSING);
    }
    assert_eq!((slow.runs(), slow.finished()), (1, 1));
}

/// Answers within the endpoint's budget when a check hangs, again and again on one connection.
pub fn hung_check_is_503_within_the_budget(serve: Serve) {
    let registry = Registry::builder()
        .check("cold", || Err(healthz_core::HealthError::new("cache is cold")))
        .check("hung", check_fn(pending).timeout(FOR_EVER))
        .endpoint("ready", Endpoint::new(["hung", "cold"]).budget(Duration::from_millis(50)))
        .liveness("live", [])
        .build()
        .unwrap();
    let server = serve(&registry, Mount::TOP);
    let mut connection = server.connect();
    for _ in 0..3 {
        let response = connection.get("/healthz/ready");
        assert_answer(&response, 503, "The hung check timed out; cache is cold");
    }
    assert_answer(&connection.get("/healthz/live"), 200, PASSING);
}

/// Answers for one endpoint while another one's check hangs.
pub fn hung_check_holds_up_no_other_endpoint(serve: Serve) {
    let fixture = Fixture::new();
    let registry = fixture.builder.liveness("live", []).build().unwrap();
    let server = serve(&registry, Mount::TOP);
    let mut waiting: Vec<_> = (0..8).map(|_| server.connect()).collect();
    for connection in &mut waiting {
        connection.request("GET", "/healthz/ready");
    }
    arrived(&registry, 1);
    for _ in 0..8 {
        assert_answer(&server.get("/healthz/live"), 200, PASSING);
    }
    assert_eq!(fixture.slow.finished(), 0);
    fixture.slow.pass();
    for mut connection in waiting {
        assert_answer(&connection.receive(), 200, PASSING);
    }
}

/// The endpoint `ready` with a slow check, and the means to see what comes of it.
struct Fixture {
    slow: FakeCheck,
    /// Counts the probes that have asked for the slow check.
    arrivals: FakeCheck,
    transitions: Transitions,
    builder: RegistryBuilder,
}

impl Fixture {
    fn new() -> Self {
        let (slow, arrivals) = (FakeCheck::gated(), FakeCheck::passing());
        let transitions = Transitions::default();
        let builder = Registry::builder()
            .budget(Duration::from_secs(30))
            .on_transition(transitions.listener())
            .check("slow", slow.clone().timeout(FOR_EVER))
            .check("arrivals", arrivals.clone())
            .endpoint("ready", ["slow", "arrivals"]);
        Self { slow, arrivals, transitions, builder }
    }
}
