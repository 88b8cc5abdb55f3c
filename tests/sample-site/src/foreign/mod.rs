//! Servers that others made, serving the content library of a sample site on the loopback address: nginx, Apache with
//! mod_dav, and Apache behind Kerberos. Each is started from its Debian package with a configuration in a temporary
//! folder, and ends with the value that stands for it. For tests and benchmarks only; on Unix only.
mod apache;
mod kerberos;
mod nginx;
mod web_root;

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use camino::{Utf8Path, Utf8PathBuf};

pub use self::apache::Apache;
pub use self::kerberos::Realm;
pub use self::nginx::{ClientCertificates, Nginx};

/// A server that does not answer by then is taken for broken.
const PATIENCE: Duration = Duration::from_secs(20);

/// Where a program of others is; `None` when it is not installed.
#[must_use]
pub fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    // Not on the path of every user.
    let more = ["/usr/sbin", "/sbin"].map(PathBuf::from);
    std::env::split_paths(&path).chain(more).map(|folder| folder.join(program)).find(|file| file.is_file())
}

fn program(name: &str) -> Result<Command> {
    Ok(Command::new(find(name).with_context(|| format!("{name} is not installed"))?))
}

/// A temporary folder that servers under another account can read.
fn open_folder() -> Result<tempfile::TempDir> {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::Builder::new().prefix("sample-site-").tempdir()?;
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755))?;
    Ok(folder)
}

fn utf8(path: &Path) -> Result<&Utf8Path> {
    Utf8Path::from_path(path).with_context(|| format!("{} is not Unicode", path.display()))
}

/// Whether this process may do everything: then servers need to be told under which account to run.
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata("/proc/self").is_ok_and(|meta| meta.uid() == 0)
}

/// A port that is free now.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// A running server: the process, and what it writes about itself.
struct Server {
    process: Child,
    log: Utf8PathBuf,
}

impl Server {
    /// Starts a server that stays in the foreground, and waits until it takes connections at the port.
    fn start(mut command: Command, port: u16, log: Utf8PathBuf) -> Result<Self> {
        let out = std::fs::File::create(&log).with_context(|| format!("cannot write {log}"))?;
        command.stdin(Stdio::null()).stdout(out.try_clone()?).stderr(out);
        let process = command.spawn().with_context(|| format!("cannot start {command:?}"))?;
        let mut server = Self { process, log };
        let (address, begun) = (SocketAddr::from((Ipv4Addr::LOCALHOST, port)), Instant::now());
        while TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_err() {
            if let Some(status) = server.process.try_wait()? {
                bail!("{command:?} ended ({status}): {}", server.words());
            }
            if begun.elapsed() > PATIENCE {
                bail!("{command:?} does not answer: {}", server.words());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(server)
    }

    fn words(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Starts something at a free port, and again when somebody else was faster to take it.
fn at_free_port<T>(mut start: impl FnMut(u16) -> Result<T>) -> Result<T> {
    let mut tries = 0;
    loop {
        let started = start(free_port()?);
        tries += 1;
        if started.is_ok() || tries == 3 {
            return started;
        }
    }
}

/// Runs a program to its end; what it says is told when it fails.
fn run(mut command: Command) -> Result<()> {
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("cannot start {command:?}"))?;
    if !output.status.success() {
        let words = [output.stdout, output.stderr].concat();
        bail!("{command:?} failed ({}): {}", output.status, String::from_utf8_lossy(&words));
    }
    Ok(())
}
