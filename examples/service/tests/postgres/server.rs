use healthz_test_support::{Server, install};

/// A `PostgreSQL` server of this test's own.
pub(crate) struct Postgres(pub(crate) Server);

impl Postgres {
    /// Makes its data; `None`, and a line that says so, where nothing is installed.
    pub(crate) fn install() -> Option<Self> {
        let server = install("postgres")?;
        let data = server.path("data");
        let arguments = ["--username=notes", "--auth=trust", "--no-sync", "--encoding=UTF8", "-D"];
        server.run("initdb", &[&arguments[..], &[&data]].concat());
        Some(Self(server))
    }

    pub(crate) fn start(&mut self) {
        // It would wait for one that is dead, as long as nobody has buried it.
        let _ = std::fs::remove_file(self.0.path("data/postmaster.pid"));
        let (port, data) = (self.0.port.to_string(), self.0.path("data"));
        self.0.start(&["-F", "-h", "127.0.0.1", "-p", &port, "-k", "", "-D", &data]);
    }

    pub(crate) fn url(&self) -> String {
        format!("postgres://notes@127.0.0.1:{}/postgres", self.0.port)
    }
}
