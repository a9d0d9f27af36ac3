use healthz_core::HealthError;

fn check() -> Result<(), HealthError> {
    Err("the queue is full".into())
}

fn main() {
    let _ = check();
}
