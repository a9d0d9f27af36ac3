use healthz_test_support::{Server, install};

/// A `PostgreSQL` server with ten places.
pub(crate) struct Postgres(pub(crate) Server);

impl Postgres {
    pub(crate) fn install() -> Option<Self> {
        let server = install("postgres")?;
        let password = server.write("password", Self::PASSWORD);
        server.data("checks", |data| {
            let arguments = ["--username=hzuser", "--auth=scram-sha-256", "--no-sync", "-D", data];
            server.run("initdb", &[&arguments[..], &["--pwfile", &password]].concat());
        });
        Some(Self(server))
    }

    pub(crate) const PASSWORD: &str = "s3cret-word";
    /// What its error says of a wrong password, an unknown database.
    pub(crate) const REFUSALS: [&str; 2] = ["password authentication failed", "unknown"];
    /// Counts the connections of the application.
    pub(crate) const COUNT: &str = "SELECT count(*) FROM pg_stat_activity \
        WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()";
    /// Ends them all, as a failover or an idle timeout does.
    pub(crate) const KILL: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
        WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()";

    pub(crate) fn start(&mut self) {
        // It would wait for one that is dead, as long as nobody has buried it.
        let _ = std::fs::remove_file(self.0.path("data/postmaster.pid"));
        let (port, data) = (self.0.port.to_string(), self.0.path("data"));
        let mut arguments = vec!["-F", "-h", "127.0.0.1", "-p", &port, "-k", "", "-D", &data];
        for setting in ["max_connections=10", "superuser_reserved_connections=0"] {
            arguments.extend(["-c", setting]);
        }
        self.0.start(&arguments);
    }

    pub(crate) fn admin_url(&self) -> String {
        self.url()
    }

    pub(crate) fn url(&self) -> String {
        format!("postgres://hzuser:{}@127.0.0.1:{}/postgres", Self::PASSWORD, self.0.port)
    }
}

mod v08 {
    sql_suite!(sqlx_08, Postgres, super::Postgres);
}

mod v09 {
    sql_suite!(sqlx_09, Postgres, super::Postgres);
}
