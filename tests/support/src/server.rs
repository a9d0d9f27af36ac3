use std::{
    env, fs,
    io::{self, Write},
    net::{TcpListener, TcpStream},
    os::unix::{
        fs::{MetadataExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU16, Ordering},
    thread::sleep,
    time::Duration,
};

use tempfile::TempDir;

/// Says whether a machine without a server may skip its tests: not if it is `required`.
const VARIABLE: &str = "TEST_SERVERS";

/// The seconds after which a server ends whatever happened to the test.
const LIFE: &str = "180";

/// A server that a test started itself, with a directory and a port of its own.
#[derive(Debug)]
pub struct Server {
    program: PathBuf,
    /// Its own directory, which goes when it is dropped.
    pub directory: TempDir,
    /// Who runs it, if we are root: servers refuse to be.
    user: Option<(u32, u32)>,
    /// Where it listens.
    pub port: u16,
    process: Option<Child>,
}

/// Finds a server's program; `None`, and a line that says so, where it is not installed.
pub fn install(program: &str) -> Option<Server> {
    let Some(program) = find(program) else {
        assert!(
            env::var_os(VARIABLE).is_none_or(|value| value != "required"),
            "{VARIABLE} is `required`, and `{program}` is not installed: CONTRIBUTING.md lists the \
             packages"
        );
        // Not `eprintln!`, which the test harness keeps to itself.
        let _ = writeln!(io::stderr(), "SKIPPED: {program} is not installed here");
        return None;
    };
    // Short, because a socket's path has at most 107 bytes.
    let directory = tempfile::Builder::new().prefix("hz").tempdir_in("/tmp").unwrap();
    let user = (fs::metadata(directory.path()).unwrap().uid() == 0).then(ordinary_user);
    if let Some((uid, gid)) = user {
        chown(directory.path(), Some(uid), Some(gid)).unwrap();
    }
    Some(Server { program, directory, user, port: free_port(), process: None })
}

impl Server {
    /// A path in the server's own directory.
    pub fn path(&self, name: &str) -> String {
        self.directory.path().join(name).to_str().unwrap().to_owned()
    }

    /// Writes a file that the server may read.
    pub fn write(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        if let Some((uid, gid)) = self.user {
            chown(&path, Some(uid), Some(gid)).unwrap();
        }
        path
    }

    /// Makes the directory `data`, which takes seconds: once for each `kind`, and then copies it.
    pub fn data(&self, kind: &str, make: impl FnOnce(&str)) {
        let program = self.program.to_str().unwrap().replace('/', "-");
        let template = temporary().join(format!("data-{kind}{program}"));
        let data = self.directory.path().join("data");
        if template.is_dir() {
            return copy_all(&template, &data);
        }
        make(data.to_str().unwrap());
        let copy = template.with_extension(self.port.to_string());
        copy_all(&data, &copy);
        // Another test may have been faster.
        if fs::rename(&copy, &template).is_err() {
            fs::remove_dir_all(&copy).unwrap();
        }
    }

    /// Runs a program of the server's package to its end.
    pub fn run(&self, program: &str, arguments: &[&str]) {
        let beside = self.program.with_file_name(program);
        let program = if beside.is_file() { beside } else { PathBuf::from(program) };
        let output = self.command(&program).args(arguments).stderr(Stdio::piped()).output();
        let output = output.unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {said}", program.display());
    }

    /// Starts it, and does not wait until it answers.
    pub fn start(&mut self, arguments: &[&str]) {
        self.start_with(arguments, &[]);
    }

    /// The same, with variables of the environment.
    pub fn start_with(&mut self, arguments: &[&str], variables: &[(&str, &str)]) {
        let mut command = self.command(Path::new("timeout"));
        command.args(["--signal=KILL", LIFE]).arg(&self.program).args(arguments);
        command.envs(variables.iter().copied());
        let log = self.directory.path().join("test.log");
        let log = fs::File::options().create(true).append(true).open(log).unwrap();
        self.process = Some(command.stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap());
    }

    /// Ends it at once, and does not let it say goodbye.
    pub fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            let family = family(process.id());
            signal("KILL", &family);
            process.wait().unwrap();
            // The last of its threads has the port until it is gone.
            while !self.refuses() {
                sleep(Duration::from_millis(5));
            }
        }
    }

    /// Makes it hang: it keeps its connections, takes new ones and answers nothing.
    pub fn freeze(&self) {
        let family = self.family();
        signal("STOP", &family);
        // A thread that runs on another core may answer once more.
        while !family.iter().all(|process| is_frozen(*process)) {
            sleep(Duration::from_millis(1));
        }
    }

    /// Lets it go on.
    pub fn thaw(&self) {
        signal("CONT", &self.family());
    }

    fn refuses(&self) -> bool {
        let refused = TcpStream::connect(("127.0.0.1", self.port));
        refused.is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
    }

    fn family(&self) -> Vec<u32> {
        // Not the `timeout` that started it, which has to go on counting.
        family(self.process.as_ref().unwrap().id()).split_off(1)
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.directory.path()).env("LC_ALL", "C").stdout(Stdio::null());
        command.stdin(Stdio::null()).env("TMPDIR", self.directory.path());
        if let Some((uid, gid)) = self.user {
            command.uid(uid).gid(gid).env("HOME", self.directory.path());
        }
        command
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = fs::read_to_string(self.path("test.log")).unwrap_or_default();
            eprintln!("--- what {} said:\n{log}", self.program.display());
        }
        self.stop();
    }
}

/// Whether all threads of a process are stopped, or gone.
fn is_frozen(process: u32) -> bool {
    let Ok(threads) = fs::read_dir(format!("/proc/{process}/task")) else { return true };
    threads.flatten().all(|thread| {
        let stat = fs::read_to_string(thread.path().join("stat")).unwrap_or_default();
        // The state follows the name, which is in brackets and may hold any character.
        let state = stat.rsplit(')').next().unwrap_or_default().trim_start();
        state.is_empty() || state.starts_with(['T', 'Z'])
    })
}

/// A free port below the ephemeral ones, so that no client's own end can take it.
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    // Each process begins elsewhere, because test binaries may run side by side.
    let base = u16::try_from(std::process::id() % 400).unwrap() * 40;
    loop {
        let port = 12_000 + (base + NEXT.fetch_add(1, Ordering::Relaxed)) % 18_000;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

fn find(program: &str) -> Option<PathBuf> {
    // Debian keeps some programs out of PATH, and puts wrappers there that only root may run.
    let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let path = env::var_os("PATH").unwrap_or_default();
    debian
        .map(|version| version.path().join("bin"))
        .chain(["/usr/lib/rabbitmq/bin".into()])
        .chain(env::split_paths(&path))
        .chain(["/usr/sbin".into()])
        .map(|directory| directory.join(program))
        .find(|program| program.is_file())
}

/// A directory that stays from one run of the tests to the next: `tmp` in the target directory,
/// where the test itself is in `debug/deps`.
fn temporary() -> PathBuf {
    let test = env::current_exe().unwrap();
    test.ancestors().nth(3).unwrap().join("tmp")
}

fn copy_all(from: &Path, to: &Path) {
    assert!(Command::new("cp").arg("-a").arg(from).arg(to).status().unwrap().success());
}

/// Those of nobody.
fn ordinary_user() -> (u32, u32) {
    let users = fs::read_to_string("/etc/passwd").unwrap();
    let line = users.lines().find(|line| line.starts_with("nobody:")).unwrap();
    let mut fields = line.split(':').skip(2).map(|field| field.parse().unwrap());
    (fields.next().unwrap(), fields.next().unwrap())
}

/// A process and all that it started, itself first.
fn family(id: u32) -> Vec<u32> {
    let mut members = vec![id];
    let mut seen = 0;
    while let Some(&parent) = members.get(seen) {
        seen += 1;
        let processes = fs::read_dir("/proc").unwrap().flatten();
        let processes = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        members.extend(processes.filter(|&process| parent_of(process) == Some(parent)));
    }
    members
}

fn parent_of(process: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name before it is in brackets and may hold anything.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    fields.nth(1)?.parse().ok()
}

fn signal(name: &str, processes: &[u32]) {
    let processes = processes.iter().map(ToString::to_string);
    // Some may be gone already.
    let _ =
        Command::new("kill").arg(format!("-{name}")).args(processes).stderr(Stdio::null()).status();
}
