use std::{
    fs,
    io::{self, Write},
    thread::sleep,
    time::{Duration, Instant},
};

use super::{Load, Service};

const LIVE: &str = "/healthz/live";
const READY: &str = "/healthz/ready";
const STARTUP: &str = "/healthz/startup";

const OK: &str = r#"{"status": 200, "title": "OK"}"#;
const STARTING: &str = r#"{"status": 503, "title": "Starting"}"#;
const SHUTTING_DOWN: &str = r#"{"status": 503, "title": "Shutting down"}"#;

/// What tells a process that it runs in Kubernetes, so that its delay is [`DELAY`].
const KUBERNETES: (&str, &str) = ("KUBERNETES_SERVICE_HOST", "10.0.0.1");
const DELAY: Duration = Duration::from_secs(5);

/// How soon readiness is 503 after the signal.
const AT_ONCE: Duration = Duration::from_millis(100);

/// Through the whole delay readiness is 503, liveness 200, and every request is answered.
///
/// What fails after the delay is a connection that nobody accepts any more, or one that was kept
/// and is closed while a request is on its way: nothing in HTTP/1.1 lets a server do better, and a
/// client may send that one again. Before, nothing fails at all.
///
/// # Errors
/// If the service misbehaves.
///
/// # Panics
/// If the promise is broken.
pub fn readiness_is_503_at_once_and_no_request_fails(binary: &str) -> io::Result<()> {
    let mut service = Service::start(binary, &[KUBERNETES])?;
    service.wait_for(READY, 200)?;
    service.connect()?.try_post("/notes", "buy milk")?;
    let load = Load::start(service.address(), "/notes", 50);
    let (mut ready, mut live) = (service.connect()?, service.connect()?);
    // How slow this machine is now is no business of the promise.
    let mut slowest = Duration::ZERO;
    for _ in 0..100 {
        let asked = Instant::now();
        live.try_get(LIVE)?;
        slowest = slowest.max(asked.elapsed());
        sleep(Duration::from_millis(10));
    }

    let signal = Instant::now();
    service.signal("TERM")?;
    let mut turned = None;
    while signal.elapsed() < DELAY * 9 / 10 {
        let readiness = ready.try_get(READY)?.body().to_owned();
        match turned {
            None if readiness == SHUTTING_DOWN => turned = Some(signal.elapsed()),
            None => assert!(signal.elapsed() < DELAY / 2, "readiness is still {readiness}"),
            Some(_) => assert_eq!(readiness, SHUTTING_DOWN, "it never turns back"),
        }
        assert_eq!(live.try_get(LIVE)?.body(), OK);
        sleep(Duration::from_millis(5));
    }
    let turned = turned.unwrap_or(DELAY);
    assert!(turned < AT_ONCE + 10 * slowest, "it took {turned:?}, a probe at most {slowest:?}");

    let status = service.wait()?;
    assert!(signal.elapsed() >= DELAY, "the delay was cut to {:?}", signal.elapsed());
    assert_eq!(status.code(), Some(0), "{status}");
    let tally = load.stop();
    let early: Vec<_> = tally.failed.iter().filter(|(at, _)| *at < signal + DELAY).collect();
    assert!(early.is_empty(), "{} of {} failed: {early:?}", early.len(), tally.answered);
    assert!(tally.broken.is_empty(), "{:?}", tally.broken);
    assert!(tally.answered > 1000, "only {} requests were sent", tally.answered);
    Ok(())
}

/// The framework finishes what it has begun: here a request whose body comes a second after the
/// listener is closed.
///
/// # Errors
/// If the service misbehaves.
///
/// # Panics
/// If the promise is broken.
pub fn a_request_that_is_out_at_the_end_is_answered(binary: &str) -> io::Result<()> {
    let mut service = Service::start(binary, &[])?;
    service.wait_for(READY, 200)?;
    let mut slow = service.connect()?;
    // The answer 100 says that a handler waits for the body.
    let head =
        "POST /notes HTTP/1.1\r\nhost: test\r\ncontent-length: 8\r\nexpect: 100-continue\r\n";
    assert_eq!(slow.try_send(format!("{head}\r\n"))?.status(), 100);
    service.signal("TERM")?;
    service.wait_for_refusal()?;
    sleep(Duration::from_secs(1));
    assert_eq!(slow.try_send("buy milk")?.status(), 201);
    assert_eq!(service.wait()?.code(), Some(0));
    assert_eq!(service.again(binary)?.wait_for("/notes", 200)?.body(), "buy milk\n");
    Ok(())
}

/// A request that is never ended is given up, at the latest after the time that the server has to
/// stop.
///
/// # Errors
/// If the service misbehaves.
///
/// # Panics
/// If the promise is broken.
pub fn a_client_that_never_ends_does_not_keep_the_process(binary: &str) -> io::Result<()> {
    client_that_never_ends(binary)?;
    Ok(())
}

/// One line says that the server was given up with requests unfinished.
///
/// # Errors
/// If the service misbehaves.
///
/// # Panics
/// If the promise is broken.
pub fn what_is_given_up_is_told(binary: &str) -> io::Result<()> {
    let service = client_that_never_ends(binary)?;
    assert_eq!(service.logged("requests unfinished").len(), 1);
    Ok(())
}

/// Ends a service that a client keeps a request open to.
fn client_that_never_ends(binary: &str) -> io::Result<Service> {
    let mut service = Service::start(binary, &[])?;
    service.wait_for(READY, 200)?;
    let mut slow = service.connect()?;
    let head =
        "POST /notes HTTP/1.1\r\nhost: test\r\ncontent-length: 8\r\nexpect: 100-continue\r\n";
    assert_eq!(slow.try_send(format!("{head}\r\n"))?.status(), 100);
    service.signal("TERM")?;
    assert_eq!(service.wait()?.code(), Some(0));
    Ok(service)
}

/// Whoever cannot wait sends the signal again.
///
/// # Errors
/// If the service misbehaves.
///
/// # Panics
/// If the promise is broken.
pub fn a_second_signal_ends_the_delay(binary: &str) -> io::Result<()> {
    let mut service = Service::start(binary, &[KUBERNETES])?;
    service.wait_for(READY, 200)?;
    let first = Instant::now();
    service.signal("TERM")?;
    service.wait_for(READY, 503)?;
    service.signal("TERM")?;
    assert_eq!(service.wait()?.code(), Some(0));
    assert!(first.elapsed() < DELAY, "it took {:?}", first.elapsed());
    Ok(())
}

/// Whoever cannot wait for a client that never ends sends the signal once more.
///
/// # Errors
/// If the service misbehaves.
///
/// # Panics
/// If the promise is broken.
pub fn a_further_signal_ends_the_stop(binary: &str) -> io::Result<()> {
    let mut service = Service::start(binary, &[])?;
    service.wait_for(READY, 200)?;
    let mut slow = service.connect()?;
    let head =
        "POST /notes HTTP/1.1\r\nhost: test\r\ncontent-length: 8\r\nexpect: 100-continue\r\n";
    assert_eq!(slow.try_send(format!("{head}\r\n"))?.status(), 100);
    service.signal("INT")?;
    service.wait_for_refusal()?;
    service.signal("INT")?;
    assert_eq!(service.wait()?.code(), Some(0));
    let given_up = service.logged("requests unfinished");
    assert!(given_up.iter().all(|line| line.contains("another signal came")), "{given_up:?}");
    assert_eq!(given_up.len(), 1);
    assert!(service.logged("changes nothing").is_empty());
    Ok(())
}

/// Ctrl-c at a desk ends the process at once.
///
/// # Errors
/// If the service misbehaves.
///
/// # Panics
/// If the promise is broken.
pub fn without_kubernetes_there_is_no_delay(binary: &str) -> io::Result<()> {
    let mut service = Service::start(binary, &[])?;
    service.wait_for(READY, 200)?;
    let signal = Instant::now();
    service.signal("INT")?;
    assert_eq!(service.wait()?.code(), Some(0));
    assert!(signal.elapsed() < DELAY, "it took {:?}", signal.elapsed());
    assert_eq!(service.logged("lifecycle=draining").len(), 1);
    Ok(())
}

/// A start of two seconds: readiness and startup are 503 and then 200, each of them turning once;
/// liveness is 200 all the time.
///
/// # Errors
/// If the service misbehaves.
///
/// # Panics
/// If the promise is broken.
pub fn a_slow_start_never_flickers(binary: &str) -> io::Result<()> {
    let spawned = Instant::now();
    let service = Service::start(binary, &[("STARTUP_DELAY", "2")])?;
    let mut connection = service.connect()?;
    let mut seen: [Vec<(Duration, String)>; 2] = Default::default();
    while spawned.elapsed() < Duration::from_secs(4) {
        assert_eq!(connection.try_get(LIVE)?.body(), OK);
        for (path, seen) in [READY, STARTUP].into_iter().zip(&mut seen) {
            let body = connection.try_get(path)?.body().to_owned();
            if seen.last().is_none_or(|(_, last)| *last != body) {
                seen.push((spawned.elapsed(), body));
            }
        }
        sleep(Duration::from_millis(5));
    }
    for seen in &seen {
        let bodies: Vec<&str> = seen.iter().map(|(_, body)| body.as_str()).collect();
        assert_eq!(bodies, [STARTING, OK], "{seen:?}");
        assert!(seen[1].0 >= Duration::from_secs(2), "{seen:?}");
    }
    Ok(())
}

/// A pod that is taken back while it starts ends as any other, and was never ready.
///
/// # Errors
/// If the service misbehaves.
///
/// # Panics
/// If the promise is broken.
pub fn a_signal_while_starting_drains(binary: &str) -> io::Result<()> {
    let mut service = Service::start(binary, &[KUBERNETES, ("STARTUP_DELAY", "600")])?;
    assert_eq!(service.wait_for(READY, 503)?.body(), STARTING);
    let signal = Instant::now();
    service.signal("TERM")?;
    while service.get(READY)?.body() != SHUTTING_DOWN {
        assert!(signal.elapsed() < DELAY, "readiness is still 503 for another reason");
        sleep(Duration::from_millis(5));
    }
    assert_eq!(service.get(STARTUP)?.body(), SHUTTING_DOWN, "it never started");
    assert_eq!(service.get(LIVE)?.body(), OK);
    service.signal("TERM")?;
    assert_eq!(service.wait()?.code(), Some(0));
    assert_eq!(service.logged("lifecycle=running").len(), 0);
    Ok(())
}

/// With `Type=notify` the unit is started when the service is, and is stopping when the drain
/// begins.
///
/// # Errors
/// If the service misbehaves.
///
/// # Panics
/// If the promise is broken.
#[cfg(unix)]
pub fn systemd_hears_of_the_start_and_of_the_end(binary: &str) -> io::Result<()> {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("notify");
    let manager = std::os::unix::net::UnixDatagram::bind(&path)?;
    manager.set_read_timeout(Some(Duration::from_secs(60)))?;
    let hears = |word: &str| -> io::Result<()> {
        let mut bytes = [0; 1024];
        loop {
            let read = manager.recv(&mut bytes)?;
            if String::from_utf8_lossy(&bytes[..read]).lines().any(|line| line == word) {
                return Ok(());
            }
        }
    };
    let socket = path.display().to_string();
    // With a delay, because a process that ends at once may end before it has said so.
    let mut service = Service::start(binary, &[KUBERNETES, ("NOTIFY_SOCKET", &socket)])?;
    hears("READY=1")?;
    assert_eq!(service.get(STARTUP)?.body(), OK);
    service.signal("TERM")?;
    hears("STOPPING=1")?;
    service.signal("TERM")?;
    assert_eq!(service.wait()?.code(), Some(0));
    Ok(())
}

/// Work that belongs to no request any more is done before the process ends.
///
/// # Errors
/// If the service misbehaves.
///
/// # Panics
/// If the promise is broken.
pub fn what_is_held_is_finished(binary: &str) -> io::Result<()> {
    let mut service = Service::start(binary, &[])?;
    service.wait_for(READY, 200)?;
    let lines: Vec<String> = (0..500).map(|number| format!("note {number}")).collect();
    assert_eq!(service.connect()?.try_post("/import", &lines.join("\n"))?.status(), 202);
    service.signal("TERM")?;
    assert_eq!(service.wait()?.code(), Some(0));
    assert_eq!(service.logged(r#"waiting for what is held held=["import"]"#).len(), 1);
    let newest_first = service.again(binary)?.wait_for("/notes", 200)?;
    assert_eq!(newest_first.body().lines().next(), Some("note 499"));
    Ok(())
}

/// The operator reads why, once, and the prober reads the public text every time.
///
/// # Errors
/// If the service misbehaves.
///
/// # Panics
/// If the promise is broken.
pub fn a_database_that_is_gone_is_503_and_one_line(binary: &str) -> io::Result<()> {
    let service = Service::start(binary, &[])?;
    service.wait_for(READY, 200)?;
    fs::write(service.directory().join("notes.sqlite"), "no database")?;
    service.wait_for(READY, 503)?;
    let mut connection = service.connect()?;
    for _ in 0..100 {
        let response = connection.try_get(READY)?;
        let body = r#"{"status": 503, "title": "Can't reach the database"}"#;
        assert_eq!(response.body(), body);
        assert_eq!(connection.try_get(LIVE)?.body(), OK);
    }
    let lines = service.logged("check=\"database\"");
    let [line] = lines.as_slice() else { panic!("not one line: {lines:?}") };
    let parts =
        ["WARN healthz: check failed", "Can't reach the database", "file is not a database"];
    assert!(parts.iter().all(|part| line.contains(part)), "{line}");
    Ok(())
}

/// The access log has a line for every request but the probes that are well.
///
/// # Errors
/// If the service misbehaves.
///
/// # Panics
/// If the promise is broken.
pub fn a_healthy_probe_leaves_no_line(binary: &str) -> io::Result<()> {
    let service = Service::start(binary, &[])?;
    service.wait_for(READY, 200)?;
    let mut connection = service.connect()?;
    for _ in 0..100 {
        assert_eq!(connection.try_get(READY)?.body(), OK);
        assert_eq!(connection.try_get(LIVE)?.body(), OK);
    }
    assert_eq!(connection.try_get("/notes")?.status(), 200);
    assert_eq!(connection.try_get("/healthz/nowhere")?.status(), 404);

    let nowhere = service.wait_for_line("/healthz/nowhere")?;
    assert!(nowhere.contains("404"), "{nowhere}");
    let notes = service.wait_for_line("/notes")?;
    assert!(notes.contains("200"), "{notes}");
    assert_eq!(service.logged(LIVE), [""; 0]);
    // Before it was ready it was asked as well.
    let ready = service.logged(READY);
    assert!(ready.iter().all(|line| line.contains("503")), "{ready:?}");
    Ok(())
}

/// In a container the service is process 1, for which the kernel ends nothing by itself.
///
/// # Errors
/// If the service misbehaves.
///
/// # Panics
/// If the promise is broken.
pub fn it_works_as_process_1(binary: &str) -> io::Result<()> {
    let Some(mut service) = Service::start_as_process_1(binary, &[])? else {
        // Not `eprintln!`, which the test harness keeps to itself.
        return writeln!(io::stderr(), "SKIPPED: no namespace of processes is allowed here");
    };
    service.wait_for(READY, 200)?;
    assert_eq!(service.inner_id()?, "1");
    service.signal("TERM")?;
    assert_eq!(service.wait()?.code(), Some(0));
    Ok(())
}
