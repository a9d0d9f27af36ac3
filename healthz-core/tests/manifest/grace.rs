//! The grace period, a `preStop` hook and our own drain.

use crate::{endpoints::pod, lint::texts, registry};

const READY: &str =
    "readinessProbe: { httpGet: { path: /healthz/ready, port: http }, periodSeconds: 5 }";

/// The findings for a container with a hook, a drain of 20 s and the default grace of 30 s.
fn hook(hook: &str) -> Vec<String> {
    let registry = registry("drain_delay = '5s'\nhold_limit = '15s'\nendpoints.ready = []");
    texts(&registry, &pod(&format!("{READY}, lifecycle: {{ preStop: {hook} }}")))
}

#[test]
fn a_pre_stop_hook_counts_against_the_grace_period() {
    let text = "Pod `web`: it is killed 30 s after its end begins, and the preStop hook sleeps 15s before \
                a drain that may take 20s, which wait for the same (shorten one of them): set \
                `terminationGracePeriodSeconds` to 35, and what the server's own stop takes on top";
    for given in [
        "{ sleep: { seconds: 15 } }",
        "{ exec: { command: [sleep, '15'] } }",
        "{ exec: { command: [/bin/sh, -c, 'sleep 15'] } }",
        "{ exec: { command: [bash, -c, 'sleep 15 && nginx -s quit'] } }",
    ] {
        assert_eq!(hook(given), [text], "{given}");
    }
}

#[test]
fn a_pre_stop_hook_that_leaves_time_for_the_drain_is_fine() {
    for given in [
        "{ sleep: { seconds: 10 } }",
        "{ exec: { command: [sleep, '10'] } }",
        "{ exec: { command: [nginx, -s, quit] } }",
        "{ httpGet: { path: /bye, port: http } }",
    ] {
        assert_eq!(hook(given), [""; 0], "{given}");
    }
}

#[test]
fn the_hook_of_a_neighbour_delays_nothing_of_ours() {
    let registry = registry("drain_delay = '5s'\nhold_limit = '15s'\nendpoints.ready = []");
    let neighbour = "    - { name: proxy, lifecycle: { preStop: { sleep: { seconds: 25 } } } }\n";
    assert_eq!(texts(&registry, &(pod(READY) + neighbour)), [""; 0]);
}
