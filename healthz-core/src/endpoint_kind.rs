/// What an endpoint is asked for, and so how it follows the [`Lifecycle`](crate::Lifecycle).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EndpointKind {
    /// Does not care for the lifecycle.
    Plain,
    /// Is the process worth keeping? Does not care for the lifecycle.
    Liveness,
    /// May the process have traffic? 503 while it starts and while it drains.
    Readiness,
    /// Has the process started? 503 until it runs and each of the endpoint's checks passed once;
    /// from then on 200 without running them.
    Startup,
}
