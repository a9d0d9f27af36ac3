use tonic_014::server::NamedService;

use crate::{call::SERVICE, service::HealthService};

impl NamedService for HealthService {
    const NAME: &'static str = SERVICE;
}
