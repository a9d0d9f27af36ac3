use tracing::{Span, level_filters::LevelFilter};

/// Puts the spans of whoever asks aside while it lives.
///
/// A run is shared: it is begun by one prober, and all that it logs would bear that prober's spans
/// for as long as it is polled on the prober's thread, and no longer.
pub(crate) struct ProberSpans(Vec<Span>);

impl ProberSpans {
    /// `None` where nobody listens, which to find out costs one relaxed load: there are no spans.
    #[inline]
    pub(crate) fn put_aside() -> Option<Self> {
        (LevelFilter::current() != LevelFilter::OFF).then(Self::of_this_thread)
    }

    fn of_this_thread() -> Self {
        let mut spans = Vec::new();
        loop {
            let span = Span::current();
            let left = span.with_subscriber(|(id, dispatch)| dispatch.exit(id));
            // A subscriber that does not let go of a span would keep us here for ever.
            if left.is_none() || spans.last() == Some(&span) {
                return Self(spans);
            }
            spans.push(span);
        }
    }
}

impl Drop for ProberSpans {
    fn drop(&mut self) {
        for span in self.0.drain(..).rev() {
            span.with_subscriber(|(id, dispatch)| dispatch.enter(id));
        }
    }
}
