use std::time::Duration;

use healthz_core::WeakRegistry;
use tokio::time::{MissedTickBehavior, interval};

use crate::manager::Manager;

/// Gives the sign of life at half of the time that the manager allows.
///
/// It is a task, so there is none while no worker of the runtime takes up a task: that, and nothing
/// that a check says, is what a restart of the unit cures. Nor is there any while the registry's
/// own watch of the runtime calls it stuck.
pub(crate) async fn tend(registry: WeakRegistry, manager: Manager, limit: Duration) {
    let mut half = interval(limit / 2);
    half.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        half.tick().await;
        let runtime = registry.upgrade().and_then(|registry| registry.known().runtime());
        if runtime.is_none_or(|runtime| !runtime.is_stuck()) {
            manager.send("WATCHDOG=1").await;
        }
    }
}
