/// What a pool is worth whose every connection is in use while its server is there.
///
/// Exhaustive on purpose: pass, warn and fail are the whole vocabulary of the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Busy {
    /// Passes: a busy pool is everyday.
    Pass,
    /// Warns `All connections are in use`, and the endpoint stays 200. The default: load is no
    /// outage, and a replica that leaves for it gives its load to the others.
    #[default]
    Warn,
    /// Fails `All connections are in use`.
    Fail,
}
