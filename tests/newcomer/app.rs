//! The newcomer's application: written, built, run.

use std::{
    env, fs,
    io::{Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use healthz_test_support::{Server, free_port, install};
use tempfile::TempDir;

use crate::readme;

/// A guard against hanging, never a measurement.
const PATIENCE: Duration = Duration::from_secs(120);

/// Where the crates are until they are in a registry.
fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

pub(crate) struct App(TempDir);

impl App {
    /// Writes the application, from the README alone.
    pub(crate) fn write() -> Self {
        let app = Self(tempfile::tempdir().unwrap());
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("app");
        fs::create_dir_all(app.path("src/bin")).unwrap();
        fs::copy(here.join("manifest.toml"), app.path("Cargo.toml")).unwrap();
        // So that nothing has to be fetched that is not here yet.
        fs::copy(repository().join("Cargo.lock"), app.path("Cargo.lock")).unwrap();
        let source = |name: &str| fs::read_to_string(here.join(name)).unwrap();
        let write = |name: &str, text: &str| {
            // Every README says port 8000, and tests run side by side.
            let text = text.replace("\"127.0.0.1:8000\"", "std::env::var(\"ADDRESS\").unwrap()");
            let address =
                "std::env::var(\"ADDRESS\").unwrap().parse::<std::net::SocketAddr>().unwrap()";
            let text = text.replace("([127, 0, 0, 1], 8000)", address);
            fs::write(app.path(&format!("src/bin/{name}.rs")), text).unwrap();
        };
        write("axum", &readme::axum());
        write("actix", &(source("actix.rs") + &readme::other_frameworks()));
        write(
            "warp",
            &(source("warp.rs") + &readme::other_frameworks() + &readme::configuration()),
        );
        let frameworks = ["healthz-actix", "healthz-warp"].map(|name| vec![name.to_owned()]);
        for addition in readme::additions().into_iter().chain(frameworks) {
            app.add(&addition);
        }
        // The README's line names the client of its own example; the cache is one more.
        app.add(&["healthz-checks", "--features", "redis-1"].map(str::to_owned));
        app
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Runs `cargo add`, with the crates' paths.
    fn add(&self, words: &[String]) {
        let (crates, options): (Vec<_>, Vec<_>) =
            words.iter().partition(|word| word.starts_with("healthz-") && !word.contains(','));
        for name in crates {
            let path = repository().join(name);
            self.cargo(&["add", "--quiet", "--path", path.to_str().unwrap()], &options);
        }
    }

    pub(crate) fn builds(&self) {
        self.cargo(&["build", "--quiet"], &[]);
    }

    fn cargo(&self, arguments: &[&str], more: &[&String]) {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.args(arguments).args(more).current_dir(self.0.path());
        command.env("CARGO_TARGET_DIR", target()).env("CARGO_NET_OFFLINE", "true");
        let output = command.stdin(Stdio::null()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "cargo {arguments:?} {more:?}: {said}");
    }

    pub(crate) fn serve(&self, binary: &str, database: &Server, cache: &Server) -> Service {
        self.serve_with(binary, database, cache, ("NOTHING", ""))
    }

    /// Starts it, with one more variable in its environment.
    pub(crate) fn serve_with(
        &self,
        binary: &str,
        database: &Server,
        cache: &Server,
        variable: (&str, &str),
    ) -> Service {
        let address = format!("127.0.0.1:{}", free_port());
        let log = self.path("log");
        let output = fs::File::create(&log).unwrap();
        let mut command = Command::new(target().join("debug").join(binary));
        command.current_dir(self.0.path()).env("ADDRESS", &address).env(variable.0, variable.1);
        let database = database.port;
        command.env("DATABASE_URL", format!("postgres://newcomer@127.0.0.1:{database}/postgres"));
        command.env("REDIS_URL", format!("redis://127.0.0.1:{}", cache.port));
        command.env_remove("KUBERNETES_SERVICE_HOST");
        let process = command.stdout(output.try_clone().unwrap()).stderr(output).spawn().unwrap();
        Service { process, address, log }
    }
}

/// Beside the target directory of the tests, whose profile may have other settings.
fn target() -> PathBuf {
    let test = env::current_exe().unwrap();
    test.ancestors().nth(3).unwrap().join("newcomer")
}

pub(crate) struct Service {
    process: Child,
    address: String,
    log: PathBuf,
}

impl Service {
    pub(crate) fn is_ready(&self) {
        let deadline = Instant::now() + PATIENCE;
        while !self.ask("/healthz/ready").is_some_and(|answer| answer.starts_with("HTTP/1.1 200")) {
            assert!(Instant::now() < deadline, "it is never ready: {}", self.log());
            sleep(Duration::from_millis(20));
        }
    }

    /// The whole answer, but for the date.
    pub(crate) fn answer(&self, path: &str) -> String {
        let answer = self.ask(path).unwrap_or_else(|| panic!("no answer: {}", self.log()));
        readme::without_date(&answer)
    }

    fn ask(&self, path: &str) -> Option<String> {
        let mut stream = TcpStream::connect(&self.address).ok()?;
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").ok()?;
        let mut answer = Vec::new();
        let mut bytes = [0; 4096];
        loop {
            let read = stream.read(&mut bytes).ok()?;
            answer.extend_from_slice(&bytes[..read]);
            let text = String::from_utf8_lossy(&answer);
            let length = text.lines().find_map(|line| line.strip_prefix("content-length: "));
            let length: usize = length.and_then(|length| length.parse().ok()).unwrap_or(0);
            let whole = text.split_once("\r\n\r\n").is_some_and(|(_, body)| body.len() >= length);
            if whole || read == 0 {
                return Some(text.into_owned());
            }
        }
    }

    fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    /// Waits until the log has this text.
    pub(crate) fn says(&self, text: &str) {
        let deadline = Instant::now() + PATIENCE;
        while !self.log().contains(text) {
            assert!(Instant::now() < deadline, "it never says `{text}`: {}", self.log());
            sleep(Duration::from_millis(20));
        }
    }

    /// Ends it as Kubernetes does; it ends well.
    pub(crate) fn ends(&mut self) {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        let status = self.process.wait().unwrap();
        assert!(status.success(), "{status}: {}", self.log());
    }

    /// It ended by itself, and says why.
    pub(crate) fn refuses_because(&mut self, text: &str) {
        let status = self.process.wait().unwrap();
        assert_eq!(status.code(), Some(1), "{}", self.log());
        self.says(text);
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub(crate) fn postgres() -> Option<Server> {
    let server = install("postgres")?;
    let data = server.path("data");
    let arguments = ["--username=newcomer", "--auth=trust", "--no-sync", "--encoding=UTF8", "-D"];
    server.run("initdb", &[&arguments[..], &[&data]].concat());
    Some(server)
}

pub(crate) fn start_postgres(server: &mut Server) {
    // It would wait for one that is dead, as long as nobody has buried it.
    let _ = fs::remove_file(server.path("data/postmaster.pid"));
    let (port, data) = (server.port.to_string(), server.path("data"));
    server.start(&["-F", "-h", "127.0.0.1", "-p", &port, "-k", "", "-D", &data]);
}

pub(crate) fn redis() -> Option<Server> {
    install("redis-server")
}

pub(crate) fn start_redis(server: &mut Server) {
    let port = server.port.to_string();
    server.start(&["--port", &port, "--bind", "127.0.0.1", "--save", ""]);
}
