//! How the endpoints of a service stand.

use std::{future::poll_fn, task::Poll};

use healthz_core::{Known, Registry, Status};

use crate::{message::ServingStatus, names::Endpoints};

/// Asks the endpoints side by side, as probes do.
pub(crate) async fn ask(registry: &Registry, endpoints: &Endpoints) -> ServingStatus {
    let mut asked: Vec<_> =
        endpoints.iter().map(|endpoint| Box::pin(registry.report(endpoint))).collect();
    let mut well = true;
    poll_fn(|cx| {
        asked.retain_mut(|report| match report.as_mut().poll(cx) {
            Poll::Ready(report) => {
                well &= report.is_some_and(|report| report.code() == 200);
                false
            }
            Poll::Pending => true,
        });
        if asked.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    if well { ServingStatus::Serving } else { ServingStatus::NotServing }
}

/// Tells what is known of the endpoints, and asks nobody.
pub(crate) fn look(known: &Known, endpoints: &Endpoints) -> ServingStatus {
    let statuses = || endpoints.iter().map(|name| known.endpoint(name)?.status());
    if statuses().flatten().any(Status::is_fail) {
        ServingStatus::NotServing
    } else if statuses().all(|status| status.is_some()) {
        ServingStatus::Serving
    } else {
        ServingStatus::Unknown
    }
}
