use std::{
    env, fs,
    io::{self, Write},
    net::TcpListener,
    os::unix::{
        fs::{MetadataExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;

/// Says whether a machine without `PostgreSQL` may skip these tests: not if it is `required`.
const VARIABLE: &str = "TEST_POSTGRES";

/// The seconds after which a server ends whatever happened to the test.
const LIFE: &str = "120";

/// A `PostgreSQL` server on a free port of the loopback, with its data in a directory of its own.
pub(crate) struct Server {
    bin: PathBuf,
    directory: TempDir,
    /// Who runs it: the server refuses to run as root.
    user: Option<(u32, u32)>,
    port: u16,
    process: Option<Child>,
}

impl Server {
    /// Makes the data directory; `None`, and a line that says so, where nothing is installed.
    pub(crate) fn install() -> io::Result<Option<Self>> {
        let Some(bin) = installed() else {
            assert!(
                env::var_os(VARIABLE).is_none_or(|value| value != "required"),
                "{VARIABLE} is `required`, and no `initdb` is in PATH or /usr/lib/postgresql: \
                 install postgresql"
            );
            // Not `eprintln!`, which the test harness keeps to itself.
            writeln!(io::stderr(), "SKIPPED: PostgreSQL is not installed here")?;
            return Ok(None);
        };
        let directory = tempfile::tempdir()?;
        let user = is_root(&directory)?.then(ordinary_user).transpose()?;
        if let Some((uid, gid)) = user {
            chown(directory.path(), Some(uid), Some(gid))?;
        }
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let server = Self { bin, directory, user, port, process: None };
        let mut initdb = server.command(&server.bin.join("initdb"));
        initdb.args(["--username=notes", "--auth=trust", "--no-sync", "--encoding=UTF8"]);
        succeed(initdb.arg("-D").arg(server.data()))?;
        Ok(Some(server))
    }

    pub(crate) fn url(&self) -> String {
        format!("postgres://notes@127.0.0.1:{}/postgres", self.port)
    }

    pub(crate) fn start(&mut self) -> io::Result<()> {
        let mut postgres = self.command(Path::new("timeout"));
        postgres.arg(LIFE).arg(self.bin.join("postgres")).arg("-F");
        postgres.args(["-h", "127.0.0.1", "-p", &self.port.to_string()]);
        postgres.arg("-k").arg(self.directory.path()).arg("-D").arg(self.data());
        self.process = Some(postgres.stderr(Stdio::null()).spawn()?);
        Ok(())
    }

    /// Stops it at once, and does not let its clients say goodbye.
    pub(crate) fn stop(&mut self) -> io::Result<()> {
        let mut pg_ctl = self.command(&self.bin.join("pg_ctl"));
        succeed(pg_ctl.args(["stop", "-w", "-m", "immediate"]).arg("-D").arg(self.data()))?;
        if let Some(mut process) = self.process.take() {
            process.wait()?;
        }
        Ok(())
    }

    fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.directory.path()).env("LC_ALL", "C").stdout(Stdio::null());
        if let Some((uid, gid)) = self.user {
            command.uid(uid).gid(gid);
        }
        command
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.process.is_some() {
            let _ = self.stop();
        }
    }
}

fn installed() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    // Debian keeps them out of PATH.
    let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    env::split_paths(&path)
        .chain(debian.map(|version| version.path().join("bin")))
        .find(|bin| bin.join("initdb").is_file() && bin.join("postgres").is_file())
}

/// The owner of a file we made is who we are.
fn is_root(made: &TempDir) -> io::Result<bool> {
    Ok(fs::metadata(made.path())?.uid() == 0)
}

/// The user and group that `PostgreSQL`'s package made, or those of nobody.
fn ordinary_user() -> io::Result<(u32, u32)> {
    let users = fs::read_to_string("/etc/passwd")?;
    let find = |name: &str| {
        let line = users.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        let mut fields = line.split(':').skip(1).map(str::parse);
        Some((fields.next()?.ok()?, fields.next()?.ok()?))
    };
    find("postgres").or_else(|| find("nobody")).ok_or_else(|| io::Error::other("no ordinary user"))
}

fn succeed(command: &mut Command) -> io::Result<()> {
    let output = command.stderr(Stdio::piped()).output()?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(io::Error::other(format!("{command:?}: {}: {said}", output.status)))
}
