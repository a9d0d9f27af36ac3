"""Reads the metrics from standard input with the reference parser, and says what is wrong with them."""

import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families

EXPECTED = {
    "healthz_check_up": "gauge",
    "healthz_check_warning": "gauge",
    "healthz_endpoint_up": "gauge",
    "healthz_lifecycle": "stateset",
    "healthz_check_runs": "counter",
    "healthz_check_last_run_duration_seconds": "gauge",
    "healthz_check_last_run_timestamp_seconds": "gauge",
    "healthz_check_transitions": "counter",
}

families = {f.name: f for f in text_string_to_metric_families(sys.stdin.buffer.read().decode())}
assert {name: f.type for name, f in families.items()} == EXPECTED, families
assert all(f.samples and f.documentation for f in families.values()), families


def value(family, **labels):
    (found,) = [s.value for s in families[family].samples if s.labels == labels]
    return found


hostile = 'a \\ "b"\n{c="d"} # \U0001f4a5 \u00e9\r\t'
assert value("healthz_check_up", check="database", required="true") == 1
assert value("healthz_check_up", check="search", required="false") == 0
assert value("healthz_check_up", check=hostile, required="true") == 1
assert value("healthz_check_warning", check=hostile) == 1
assert value("healthz_endpoint_up", endpoint="ready", kind="readiness") == 1
assert value("healthz_endpoint_up", endpoint="down", kind="plain") == 0
assert value("healthz_lifecycle", healthz_lifecycle="running") == 1
assert value("healthz_check_runs", check="broken", result="panic") == 1
assert families["healthz_check_last_run_duration_seconds"].unit == "seconds"
assert not any(s.labels.get("check") == "never" for f in families.values() for s in f.samples)
