use healthz_test_support::{Server, install};

/// A `MariaDB` server with ten places, and one more for whoever may do everything.
pub(crate) struct MariaDb(pub(crate) Server);

impl MariaDb {
    pub(crate) fn install() -> Option<Self> {
        let server = install("mariadbd")?;
        server.data("checks", |data| {
            let data = format!("--datadir={data}");
            let arguments = ["--no-defaults", "--auth-root-authentication-method=normal", &data];
            server.run("mariadb-install-db", &arguments);
        });
        let password = Self::PASSWORD;
        let sql = format!(
            "CREATE DATABASE IF NOT EXISTS notes;\n\
             CREATE USER IF NOT EXISTS hzuser@localhost IDENTIFIED BY '{password}';\n\
             GRANT ALL ON notes.* TO hzuser@localhost;\n"
        );
        server.write("init.sql", &sql);
        Some(Self(server))
    }

    pub(crate) const PASSWORD: &str = "s3cret-word";
    /// What its error says of a wrong password, an unknown database.
    pub(crate) const REFUSALS: [&str; 2] = ["Access denied", "unknown"];
    /// Counts the connections of the application, without the one that asks.
    pub(crate) const COUNT: &str = "SELECT COUNT(*) FROM information_schema.processlist \
        WHERE user = 'hzuser' AND id <> CONNECTION_ID()";
    /// Ends them all, as a failover or an idle timeout does.
    pub(crate) const KILL: &str = "KILL USER hzuser";

    pub(crate) fn start(&mut self) {
        let [data, socket, init, pid] =
            ["data", "s", "init.sql", "pid"].map(|name| self.0.path(name));
        self.0.start(&[
            "--no-defaults",
            "--bind-address=127.0.0.1",
            "--max-connections=10",
            "--innodb-buffer-pool-size=8M",
            "--innodb-flush-log-at-trx-commit=0",
            &format!("--port={}", self.0.port),
            &format!("--datadir={data}"),
            &format!("--socket={socket}"),
            &format!("--pid-file={pid}"),
            &format!("--init-file={init}"),
        ]);
    }

    pub(crate) fn admin_url(&self) -> String {
        format!("mysql://root@127.0.0.1:{}/mysql", self.0.port)
    }

    pub(crate) fn url(&self) -> String {
        format!("mysql://hzuser:{}@127.0.0.1:{}/notes", Self::PASSWORD, self.0.port)
    }
}

mod v08 {
    sql_suite!(sqlx_08, MySql, super::MariaDb);
}

mod v09 {
    sql_suite!(sqlx_09, MySql, super::MariaDb);
}
