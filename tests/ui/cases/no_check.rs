use healthz_core::Registry;

struct Pool;

fn main() {
    Registry::builder().check("database", Pool);
}
