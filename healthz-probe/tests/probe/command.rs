use std::{
    io::Write,
    process::{Command, Output, Stdio},
    sync::mpsc,
    thread::sleep,
};

use crate::server::{LONG, SHORT, answer, answering_at, request, server};

const BINARY: &str = env!("CARGO_BIN_EXE_healthz-probe");

fn probe(arguments: &[&str]) -> Output {
    Command::new(BINARY).env_remove("HEALTHZ_PROBE").args(arguments).output().unwrap()
}

/// The exit code, what is on stdout, and on stderr.
fn parts(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

fn said(code: i32, out: &str, err: &str) -> (Option<i32>, String, String) {
    (Some(code), out.into(), err.into())
}

#[test]
fn it_prints_the_title_and_exits_with_0_or_1() {
    let healthy = answering_at(answer(200, "OK"));
    assert_eq!(parts(&probe(&[&healthy])), said(0, "OK\n", ""));
    let down = answering_at(answer(503, "Can't connect to the database"));
    assert_eq!(parts(&probe(&[&down])), said(1, "Can't connect to the database\n", ""));
    let foreign = answering_at("HTTP/1.1 404 Not Found\r\n\r\n<html>");
    assert_eq!(parts(&probe(&[&foreign])), said(1, "status 404\n", ""));
}

#[test]
fn it_says_why_there_is_no_answer() {
    let (code, out, err) = parts(&probe(&["127.0.0.1:1"]));
    assert_eq!((code, &*out), (Some(1), ""));
    assert!(err.starts_with("can't connect to 127.0.0.1:1: ") && err.ends_with(")\n"), "{err}");
    let garbage = answering_at("garbage");
    let expected = said(1, "", "what answers does not speak HTTP/1\n");
    assert_eq!(parts(&probe(&[&garbage])), expected);
}

#[test]
fn the_timeout_is_an_option() {
    let (hung, _) = server(|_client| sleep(LONG));
    let expected = said(1, "", "no answer within 300ms\n");
    assert_eq!(parts(&probe(&[&hung, "--timeout=300ms"])), expected);
}

#[test]
fn the_timeout_is_2_seconds_by_default() {
    let (hung, _) = server(|_client| sleep(LONG));
    assert_eq!(parts(&probe(&[&hung])), said(1, "", "no answer within 2s\n"));
}

#[test]
fn the_variable_says_where_and_the_argument_what() {
    for (argument, path) in [
        (None, "/status/ready"),
        (Some("live"), "/status/live"),
        (Some("/other/live"), "/other/live"),
    ] {
        let (address, served) = server(|mut client| {
            let request = request(&mut client);
            client.write_all(answer(200, "OK").as_bytes()).unwrap();
            request
        });
        let mut command = Command::new(BINARY);
        command.env("HEALTHZ_PROBE", format!("http://{address}/status/ready")).args(argument);
        assert_eq!(parts(&command.output().unwrap()), said(0, "OK\n", ""));
        assert!(served.join().unwrap().starts_with(&format!("GET {path} HTTP/1.0\r\n")), "{path}");
    }
    // An address is the whole place, whatever the variable says.
    let healthy = answering_at(answer(200, "OK"));
    let mut command = Command::new(BINARY);
    command.env("HEALTHZ_PROBE", "nonsense://").arg(healthy);
    assert_eq!(parts(&command.output().unwrap()), said(0, "OK\n", ""));
}

#[test]
fn an_empty_variable_is_none() {
    let run = |variable: &str| {
        let mut command = Command::new(BINARY);
        command.env("HEALTHZ_PROBE", variable).arg("--timeout=300ms");
        parts(&command.output().unwrap())
    };
    let names_no_host = "names no host: write `127.0.0.1:8000`\n";
    assert_eq!(run("http://"), said(1, "", &format!("`http://` {names_no_host}")));
    // What is on port 8000 is no business of this test.
    assert!(!run("").2.contains("names no host"));
}

#[test]
fn a_mistake_is_1_and_never_2() {
    for (arguments, message) in [
        (
            vec!["--anywere"],
            "`--anywere` is no option: use `--timeout=DURATION`, `--anywhere` or `--help`\n",
        ),
        (vec!["-h"], "`-h` is no option: use `--timeout=DURATION`, `--anywhere` or `--help`\n"),
        (vec!["a", "b"], "`a` is not all: give one endpoint, path or address\n"),
        (vec![""], "`` is no endpoint: leave it out, or give one, as in `ready`\n"),
        (vec!["--timeout=2"], "`2` is no timeout: write it with its unit, as in `500ms` or `2s`\n"),
        (
            vec!["--timeout=0s"],
            "`0s` is no timeout: write it with its unit, as in `500ms` or `2s`\n",
        ),
        (
            vec!["--timeout=99999999999999999999s"],
            "`99999999999999999999s` is no timeout: write it with its unit, as in `500ms` or `2s`\n",
        ),
        (
            vec!["https://localhost"],
            "`https://localhost` asks for TLS, which the probe does not speak: use a port with plain \
             `http://`\n",
        ),
    ] {
        assert_eq!(parts(&probe(&arguments)), said(1, "", message), "{arguments:?}");
    }
}

#[cfg(unix)]
#[test]
fn an_argument_that_is_no_text_is_refused() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt};

    let output = Command::new(BINARY).arg(OsStr::from_bytes(b"re\xffdy")).output().unwrap();
    assert_eq!(parts(&output), said(1, "", "`re\u{fffd}dy` is not UTF-8: write it in ASCII\n"));
}

#[test]
fn anywhere_is_an_option() {
    let refused = parts(&probe(&["example.invalid:80", "--timeout=300ms"]));
    assert!(refused.2.starts_with("`example.invalid:80` is not this machine: "), "{refused:?}");
    let allowed = parts(&probe(&["example.invalid:80", "--timeout=300ms", "--anywhere"]));
    assert_eq!(allowed.0, Some(1));
    assert!(!allowed.2.contains("not this machine"), "{allowed:?}");
}

#[test]
fn help_is_printed_and_is_no_failure() {
    let (code, out, err) = parts(&probe(&["--help"]));
    assert_eq!((code, &*err), (Some(0), ""));
    for word in ["ENDPOINT", "--timeout", "--anywhere", "HEALTHZ_PROBE", "--healthcheck"] {
        assert!(out.contains(word), "{word} is not in\n{out}");
    }
}

/// Docker keeps 4,096 bytes, and cuts a character in two.
#[test]
fn the_output_is_at_most_4096_bytes() {
    for length in 1360..1370 {
        let long = answering_at(answer(503, &"€".repeat(length)));
        let (_, out, _) = parts(&probe(&[&long]));
        assert!(out.len() <= 4096 && out.ends_with("€\n"), "{} bytes", out.len());
    }
    let long = answering_at(answer(503, &"x".repeat(8000)));
    assert_eq!(parts(&probe(&[&long])).1.len(), 4096);
    let (_, out, err) = parts(&probe(&[&"x".repeat(100_000), "--what"]));
    assert_eq!((&*out, err.len() <= 4096), ("", true), "{} bytes", err.len());
    let (_, _, err) = parts(&probe(&[&format!("{}:80", "x".repeat(100_000))]));
    assert_eq!(err.len(), 4096);
}

#[test]
fn the_output_is_one_line_without_control_characters() {
    let title = r"a\u001b[31mb\nc\rd\u0000e\u0085f\u2028g\u202eh\u200fi\tj\u007fk";
    let rude = answering_at(answer(503, title));
    assert_eq!(parts(&probe(&[&rude])), said(1, "a [31mb c d e f g h i j k\n", ""));
    let (_, _, err) = parts(&probe(&["127.0.0.1:1/\u{1b}[31m\nOK"]));
    assert!(err.starts_with("`127.0.0.1:1/ [31m OK` has a space"), "{err}");
}

#[test]
fn nobody_has_to_read_it() {
    for (status, code) in [(200, 0), (503, 1)] {
        let address = answering_at(answer(status, "title"));
        let mut command = Command::new(BINARY);
        let mut process = command.arg(address).stdout(Stdio::piped()).spawn().unwrap();
        drop(process.stdout.take());
        assert_eq!(process.wait().unwrap().code(), Some(code));
    }
    let mut command = Command::new(BINARY);
    let mut process = command.arg("127.0.0.1:1").stderr(Stdio::piped()).spawn().unwrap();
    drop(process.stderr.take());
    assert_eq!(process.wait().unwrap().code(), Some(1));
}

#[cfg(target_os = "linux")]
#[test]
fn nobody_has_to_be_able_to_read_it() {
    for redirect in [">&-", ">&- 2>&- <&-", ">/dev/full", ">/dev/full 2>/dev/full"] {
        for (status, code) in [(200, 0), (503, 1)] {
            let address = answering_at(answer(status, "title"));
            let mut command = Command::new("sh");
            command.args(["-c", &format!("exec {BINARY} {address} {redirect}")]);
            let output = command.output().unwrap();
            assert_eq!(parts(&output), said(code, "", ""), "{redirect}");
        }
    }
}

/// As a container does that is paused.
#[cfg(target_os = "linux")]
#[test]
fn a_process_that_was_stopped_goes_on() {
    let (asked, is_asked) = mpsc::channel();
    let (go, may_answer) = mpsc::channel();
    let (address, _) = server(move |mut client| {
        request(&mut client);
        asked.send(()).unwrap();
        may_answer.recv_timeout(LONG).unwrap();
        client.write_all(answer(200, "OK").as_bytes()).unwrap();
    });
    let mut command = Command::new(BINARY);
    command.args([&*address, "--timeout=10s"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let process = command.spawn().unwrap();
    is_asked.recv_timeout(LONG).unwrap();
    for signal in ["STOP", "CONT"] {
        sleep(SHORT);
        let kill = format!("kill -{signal} {}", process.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    }
    sleep(SHORT);
    go.send(()).unwrap();
    assert_eq!(parts(&process.wait_with_output().unwrap()), said(0, "OK\n", ""));
}
