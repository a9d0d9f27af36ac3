/// How a client goes away before it has its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leaving {
    /// Closes its socket: the server reads the end of the stream.
    Close,
    /// Closes its sending half and stays for the answer.
    HalfClose,
    /// Aborts: the server reads `connection reset by peer`.
    Reset,
}
