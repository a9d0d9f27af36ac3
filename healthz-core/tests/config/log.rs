use healthz_test_support::Log;

/// What `act` logs on this thread, a line each and without the time.
pub(crate) fn lines_of(act: impl FnOnce()) -> Vec<String> {
    let (log, _guard) = Log::capture();
    act();
    log.lines()
}
