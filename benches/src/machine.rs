//! What the benchmarks ran on, without its name.

use serde::Serialize;
use std::fs;
use std::process::Command;

/// The machine and the versions of the peers.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Machine {
    /// Its name in the results.
    pub name: String,
    /// The processor.
    pub processor: String,
    /// How many processors this process may use.
    pub processors: usize,
    /// Memory in MiB.
    pub memory_mib: Option<u64>,
    /// The system.
    pub system: String,
    /// The first line that each peer says of itself.
    pub peers: Vec<String>,
}

/// How each peer is asked for its version.
const PEERS: [(&str, &str); 6] = [
    ("wimlib-imagex", "--version"),
    ("openssl", "version"),
    ("curl", "--version"),
    ("genisoimage", "--version"),
    ("xorriso", "--version"),
    ("cp", "--version"),
];

impl Machine {
    /// This machine.
    pub fn this(name: Option<&str>) -> Self {
        let processors = processors();
        let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
        let system = field("/etc/os-release", "PRETTY_NAME", '=').unwrap_or_else(|| os.to_owned());
        Self {
            name: name.map_or_else(|| format!("{os}-{arch}-{processors}cpu"), str::to_owned),
            processor: field("/proc/cpuinfo", "model name", ':').unwrap_or_else(|| arch.to_owned()),
            processors,
            memory_mib: memory("MemTotal").map(|bytes| bytes >> 20),
            system,
            peers: PEERS.iter().filter_map(|(peer, ask)| version(peer, ask)).collect(),
        }
    }
}

/// How many processors this process may use.
pub fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Seconds that all processors together were busy since the machine started (proc_stat(5); a tick is 1/100 s).
pub fn busy_seconds() -> Option<f64> {
    let text = fs::read_to_string("/proc/stat").ok()?;
    let ticks: Vec<f64> = text.lines().next()?.split_whitespace().skip(1).filter_map(|n| n.parse().ok()).collect();
    // user, nice, system, idle, iowait, irq, softirq, steal; what follows is counted in the first two already.
    let busy = [0, 1, 2, 5, 6, 7].iter().filter_map(|place| ticks.get(*place)).sum::<f64>();
    Some(busy / 100.0)
}

/// The load over a minute.
pub fn load() -> Option<f64> {
    fs::read_to_string("/proc/loadavg").ok()?.split(' ').next()?.parse().ok()
}

/// Bytes of memory that programs can still get.
pub fn available_memory() -> Option<u64> {
    memory("MemAvailable")
}

fn memory(what: &str) -> Option<u64> {
    let kib: u64 = field("/proc/meminfo", what, ':')?.trim_end_matches(" kB").parse().ok()?;
    Some(kib << 10)
}

/// The value of the first line that begins with `key`.
fn field(file: &str, key: &str, separator: char) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(key))?;
    Some(line.split_once(separator)?.1.trim().trim_matches('"').to_owned())
}

fn version(peer: &str, ask: &str) -> Option<String> {
    let output = Command::new(peer).arg(ask).output().ok()?;
    let text = if output.stdout.is_empty() { output.stderr } else { output.stdout };
    let text = String::from_utf8_lossy(&text);
    text.lines().map(str::trim).find(|line| !line.is_empty()).map(str::to_owned)
}

/// Whether a program of this name can be started.
pub fn has(program: &str) -> bool {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&paths).any(|folder| folder.join(program).is_file())
}
