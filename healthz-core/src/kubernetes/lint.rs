use std::time::Duration;

use crate::{
    config::{EndpointConfig, HealthzConfig},
    kubernetes::{
        advice::Advice,
        command::Target,
        contradiction::Contradiction,
        findings::Findings,
        manifest::{Asks, Container, LIVENESS, Probe, READINESS, STARTUP, Workload, workloads},
        manifest_error::ManifestError,
        ours::ours,
        path::outer,
        port::KubernetesPort,
        probe::{seconds, timeout},
        probes,
        served::Served,
    },
    plan::{endpoint::DEFAULT_BUDGET, endpoint_kind::EndpointKind},
};

/// Compares Kubernetes manifests with a registry.
///
/// Made by [`Registry::manifest_lint`](crate::Registry::manifest_lint).
///
/// # What it reads
/// Every array of containers in the YAML, at any depth and in any kind of object: a Pod, a
/// Deployment, a `List`, a template of `OpenShift`, a custom resource with a pod in it. Of each
/// container the probes (also `exec` of `healthz-probe` and `--healthcheck`), the ports and how
/// long `preStop` sleeps; of each pod the grace period.
///
/// A container is the service's own if one of its probes asks below the prefix, or if it has a
/// probe over HTTP and the image of one that does; if there is none, all with a probe over HTTP
/// are. Known sidecars are not, nor is a neighbour on another port of a container that asks two
/// endpoints.
///
/// # What it does not look at
/// Whether Kubernetes takes the manifest (that is for its schemas), Services and ingresses, other
/// handlers than `httpGet` and the two commands, the `host` of a probe, what a `preStop` hook does
/// besides sleeping, how long the server's own stop takes, a probe's own
/// `terminationGracePeriodSeconds`, and whether a port speaks TLS (a port named for HTTP does not,
/// and one named for HTTPS does). Knative and Cloud Run choose ports, grace periods and traffic by
/// themselves, so nothing is said about those there; nor about the readiness of jobs.
///
/// ```
/// use healthz_core::Registry;
///
/// let registry = Registry::builder().liveness("live", []).build()?;
/// let pod = "
/// kind: Pod
/// metadata: { name: web }
/// spec:
///   containers:
///     - name: app
///       livenessProbe: { httpGet: { path: /api/healthz/live, port: 8000 } }
/// ";
/// assert_eq!(registry.manifest_lint().check(pod)?.contradictions().len(), 1);
/// assert!(registry.manifest_lint().below("/api").check(pod)?.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct ManifestLint {
    config: HealthzConfig,
    drain: Drain,
    outer: String,
}

/// How long the end may take, in Kubernetes.
#[derive(Debug, Clone, Copy)]
struct Drain {
    delay: Duration,
    whole: Duration,
}

impl ManifestLint {
    /// Takes what is in effect; the delay is that in Kubernetes.
    pub(crate) fn new(config: HealthzConfig, drain_delay: Duration) -> Self {
        let hold_limit = config.hold_limit.unwrap_or_default();
        let drain = Drain { delay: drain_delay, whole: drain_delay.saturating_add(hold_limit) };
        Self { config, drain, outer: String::new() }
    }

    /// Tells that the service mounts the endpoints below another path, `/api` for
    /// `/api/healthz/ready`. Default: the root.
    #[must_use]
    pub fn below(mut self, path: impl AsRef<str>) -> Self {
        self.outer = outer(path.as_ref());
        self
    }

    /// Compares a manifest, which may hold several documents and lists.
    ///
    /// # Errors
    /// If it is not YAML, is a template, is nested over 64 levels deep or longer than 16 MiB, has
    /// aliases that stand for over 50,000 values, or has no containers.
    pub fn check(&self, yaml: &str) -> Result<Findings, ManifestError> {
        let workloads = workloads(yaml)?;
        let mut comparison = Comparison {
            lint: self,
            served: Served::new(&self.config, &self.outer),
            found: Findings::default(),
        };
        comparison.all(&workloads);
        Ok(comparison.found)
    }
}

struct Comparison<'a> {
    lint: &'a ManifestLint,
    served: Served<'a>,
    found: Findings,
}

impl Comparison<'_> {
    fn all(&mut self, workloads: &[Workload]) {
        let known = self.served.paths();
        if known.is_empty() {
            return;
        }
        let ours = ours(&self.served, workloads);
        let is_asked = ours.iter().any(|containers| !containers.is_empty());
        for (workload, ours) in workloads.iter().zip(&ours) {
            for container in &workload.containers {
                let at = format!("{} of {}", container.name, workload.name);
                if ours.iter().any(|own| std::ptr::eq(*own, container)) {
                    self.container(&at, workload, container);
                } else if !container.is_sidecar() {
                    self.stranger(&at, container, is_asked);
                }
            }
            self.grace(workload, ours);
        }
        if !is_asked && self.found.is_empty() {
            self.found.contradictions.push(Contradiction::NoProbe { known });
        }
    }

    fn container(&mut self, at: &str, workload: &Workload, container: &Container) {
        for probe in &container.probes {
            self.endpoint(at, workload, probe);
            self.handler(at, workload, container, probe);
        }
        let known = self.served.paths_of(EndpointKind::Readiness);
        let is_ready = container.probes.iter().any(|probe| probe.field == READINESS);
        if workload.has_traffic && !is_ready && !known.is_empty() {
            self.found.contradictions.push(Contradiction::NoReadiness { at: at.into(), known });
        }
    }

    /// What can be said of a container that does not seem to be ours: with a container of ours in
    /// the file, that it asks nearly what that does; without one, why it is not read.
    fn stranger(&mut self, at: &str, container: &Container, is_asked: bool) {
        for probe in &container.probes {
            if !is_asked {
                self.unread(at, probe);
            } else if let Some((path, near)) =
                probe.path().and_then(|path| Some((path, self.served.near(path)?)))
                && self.served.endpoint(probe).is_none()
            {
                let (path, near) = (path.to_owned(), near);
                let at = at.to_owned();
                self.found.advice.push(Advice::NearMiss { at, probe: probe.field, path, near });
            }
        }
    }

    /// What a probe asks.
    fn endpoint(&mut self, at: &str, workload: &Workload, probe: &Probe) {
        let Some((name, endpoint)) = self.served.endpoint(probe) else {
            self.unread(at, probe);
            let path = match &probe.asks {
                Asks::Command(Target::Endpoint(name)) => Some(name.as_str()),
                _ => probe.path(),
            };
            if let Some(path) = path {
                self.found.contradictions.push(Contradiction::UnknownPath {
                    at: at.into(),
                    probe: probe.field,
                    path: path.into(),
                    known: self.served.paths(),
                });
            }
            return;
        };
        self.timeout(at, probe, name, endpoint);
        let kind = endpoint.kind.unwrap_or(EndpointKind::Plain);
        let (at, required) = (at.to_owned(), self.served.required(endpoint));
        let endpoint = name.to_owned();
        let Findings { contradictions, advice } = &mut self.found;
        match (probe.field, kind) {
            (LIVENESS, EndpointKind::Readiness | EndpointKind::Startup) => {
                let probe = probe.field;
                contradictions.push(Contradiction::RestartsForNothing {
                    at,
                    probe,
                    endpoint,
                    kind,
                });
            }
            (LIVENESS, _) if !required.is_empty() => {
                advice.push(Advice::LivenessAsksDependency { at, endpoint, checks: required });
            }
            (STARTUP, EndpointKind::Readiness) if !required.is_empty() => {
                let probe = probe.field;
                contradictions.push(Contradiction::RestartsForNothing {
                    at,
                    probe,
                    endpoint,
                    kind,
                });
            }
            (STARTUP, _) => advice.extend(early(at, probe, &self.lint.config)),
            (READINESS, EndpointKind::Readiness) if workload.has_traffic => {
                advice.extend(unseen(at, probe, &self.lint.config, self.lint.drain.delay));
            }
            (READINESS, kind) if kind != EndpointKind::Readiness => {
                contradictions.push(Contradiction::BlindToDrain { at, endpoint, kind });
            }
            _ => {}
        }
    }

    fn timeout(&mut self, at: &str, probe: &Probe, name: &str, endpoint: &EndpointConfig) {
        let budget = endpoint.budget.unwrap_or(DEFAULT_BUDGET);
        if Duration::from_secs(probe.timeout_seconds) <= budget {
            self.found.contradictions.push(Contradiction::TimeoutWithinBudget {
                at: at.into(),
                probe: probe.field,
                endpoint: name.into(),
                timeout_seconds: probe.timeout_seconds,
                budget,
                enough: timeout(budget),
            });
        }
    }

    /// How a probe asks.
    fn handler(&mut self, at: &str, workload: &Workload, container: &Container, probe: &Probe) {
        let Asks::Http { port, https, .. } = &probe.asks else { return };
        let (at, known, field) = (at.to_owned(), container.port_names(), probe.field);
        match port {
            None if workload.needs_ports => {
                let contradiction = Contradiction::NoPort { at: at.clone(), probe: field, known };
                self.found.contradictions.push(contradiction);
            }
            Some(KubernetesPort::Name(port)) if !known.contains(port) => {
                let (at, port) = (at.clone(), port.clone());
                let contradiction = Contradiction::UnknownPort { at, probe: field, port, known };
                self.found.contradictions.push(contradiction);
            }
            _ => {}
        }
        if !https {
            return;
        }
        match (container.speaks_tls(port.as_ref()), port) {
            (Some(false), Some(port)) => {
                let port = port.to_string();
                let contradiction = Contradiction::HttpsOnPlainPort { at, probe: field, port };
                self.found.contradictions.push(contradiction);
            }
            (None, _) => self.found.advice.push(Advice::HttpsUnsure { at, probe: field }),
            _ => {}
        }
    }

    fn unread(&mut self, at: &str, probe: &Probe) {
        if let Asks::Unread(handler) = probe.asks {
            let (at, known) = (at.to_owned(), self.served.paths());
            self.found.advice.push(Advice::Unread { at, probe: probe.field, handler, known });
        }
    }

    fn grace(&mut self, workload: &Workload, ours: &[&Container]) {
        let pre_stop = ours.iter().map(|container| container.pre_stop).max();
        let (Some(pre_stop), Some(grace_seconds)) = (pre_stop, workload.grace_seconds) else {
            return;
        };
        let drain = self.lint.drain.whole;
        let enough = seconds(drain.saturating_add(pre_stop));
        if grace_seconds < enough {
            let at = workload.name.clone();
            let contradiction =
                Contradiction::GraceWithinDrain { at, grace_seconds, pre_stop, drain, enough };
            self.found.contradictions.push(contradiction);
        }
    }
}

/// A startup probe that gives up before the printed one does.
fn early(at: String, probe: &Probe, config: &HealthzConfig) -> Option<Advice> {
    let period = probe.period_seconds;
    let lasts = period.saturating_mul(probe.failure_threshold);
    let seconds = lasts.saturating_add(probe.initial_delay_seconds);
    let needed = probes::startup_seconds(config);
    let enough = needed.saturating_sub(probe.initial_delay_seconds).div_ceil(period);
    let allowance = Duration::from_secs(needed);
    (seconds < needed).then_some(Advice::GivesUpEarly { at, seconds, allowance, enough })
}

/// A readiness probe with a longer period than the drain delay, and than the printed one has.
/// Without a delay there is no drain to see.
fn unseen(at: String, probe: &Probe, config: &HealthzConfig, delay: Duration) -> Option<Advice> {
    let printed = probes::readiness_period(config)?;
    let period_seconds = probe.period_seconds;
    let is_seen = Duration::from_secs(period_seconds) <= delay || period_seconds <= printed;
    let enough = delay.as_secs().max(printed);
    let advice = Advice::DrainUnseen { at, period_seconds, delay, enough };
    (!is_seen && !delay.is_zero()).then_some(advice)
}

impl Container {
    /// Whether a port speaks TLS, if the manifest says so: by the port's name, or because another
    /// probe asks the same port in plain HTTP.
    fn speaks_tls(&self, port: Option<&KubernetesPort>) -> Option<bool> {
        let port = port?;
        let number = self.number(port);
        let is_same = |other: &KubernetesPort| {
            other == port || (number.is_some() && self.number(other) == number)
        };
        let asked_plain = self.probes.iter().any(|probe| {
            matches!(&probe.asks, Asks::Http { port: Some(port), https: false, .. } if is_same(port))
        });
        if asked_plain {
            return Some(false);
        }
        let given = match port {
            KubernetesPort::Name(name) => Some(name.as_str()),
            KubernetesPort::Number(_) => None,
        };
        let declared = self.ports.iter().filter(|port| number.is_some() && port.number == number);
        let mut names = declared.map(|port| port.name.as_str()).chain(given);
        names.find_map(|name| match name.split('-').next() {
            Some("https" | "tls" | "ssl") => Some(true),
            Some("http" | "http1" | "h2c" | "http2") => Some(false),
            _ => None,
        })
    }
}
