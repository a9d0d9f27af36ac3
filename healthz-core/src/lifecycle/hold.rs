use std::{
    fmt,
    pin::pin,
    sync::{Arc, Mutex},
};

use tokio::sync::Notify;

use crate::support::{lock::lock, quoted::Names};

/// Keeps the drain from ending until it is dropped; made by
/// [`Registry::hold`](crate::Registry::hold).
///
/// ```
/// use healthz_core::{Hold, Registry};
///
/// let registry = Registry::builder().readiness("ready", []).build()?;
/// let hold: Hold = registry.hold("import");
/// assert_eq!(hold.name(), "import");
/// // ... the work, and then the drain may end:
/// drop(hold);
/// # Ok::<(), healthz_core::RegistryError>(())
/// ```
#[must_use = "it holds until it is dropped, and a hold that is not kept is dropped at once"]
pub struct Hold {
    name: Arc<str>,
    holds: Arc<Holds>,
}

impl Hold {
    pub(crate) fn new(name: Arc<str>, holds: Arc<Holds>) -> Self {
        lock(&holds.names).push(name.clone());
        Self { name, holds }
    }

    /// Returns the name it was given.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let mut names = lock(&self.holds.names);
        if let Some(position) = names.iter().position(|name| Arc::ptr_eq(name, &self.name)) {
            names.remove(position);
        }
        drop(names);
        self.holds.released.notify_waiters();
    }
}

impl fmt::Debug for Hold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Hold").field(&self.name).finish()
    }
}

/// What is held, in the order in which it was taken.
#[derive(Debug, Default)]
pub(crate) struct Holds {
    names: Mutex<Vec<Arc<str>>>,
    released: Notify,
}

impl Holds {
    /// The names for the log, quoted; `None` if nothing is held.
    pub(crate) fn list(&self) -> Option<String> {
        let names = lock(&self.names).clone();
        let list = || format!("{:?}", Names::of(names.iter().map(AsRef::as_ref)));
        (!names.is_empty()).then(list)
    }

    /// Waits until nothing is held.
    pub(crate) async fn none(&self) {
        loop {
            let mut released = pin!(self.released.notified());
            // From here on no release is missed.
            released.as_mut().enable();
            if lock(&self.names).is_empty() {
                return;
            }
            released.await;
        }
    }
}
