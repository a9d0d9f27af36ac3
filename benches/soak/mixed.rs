use std::{io, time::Duration};

use axum::{Router, body::Body, http::Request};
use tokio::runtime::{Builder, Handle};
use tower::ServiceExt;

use crate::{
    endpoints::{endpoint, registry},
    vitals::{Table, Vitals},
};

/// One probe after the other, through axum's router in process.
pub(crate) fn soak(probes: u64) -> io::Result<()> {
    Builder::new_current_thread().enable_all().build()?.block_on(async {
        let app: Router = healthz_axum::routes(&registry().build().expect("a valid registry"));
        let mut table = Table::begin("probes")?;
        for probe in 1..=probes {
            let (endpoint, answers) = endpoint(probe);
            let request = Request::get(format!("/healthz/{endpoint}")).body(Body::empty());
            let Ok(response) = app.clone().oneshot(request.expect("a request")).await;
            assert!(answers.contains(&response.status().as_u16()), "{endpoint}");
            if probe.is_multiple_of((probes / 10).max(1)) {
                // What is under way comes to its end.
                tokio::time::sleep(Duration::from_millis(50)).await;
                table.row(probe, Vitals::of(&Handle::current())?)?;
            }
        }
        Ok(())
    })
}
