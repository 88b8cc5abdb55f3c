//! `tsmedia` as a process.
//!
//! Cargo names the executable of another package to nobody, so it is asked for it: `cargo build -p tsm-cli` in the
//! profile and the target folder of the running test. That builds nothing when the program is up to date, and never
//! tests an old one. `TSM_PROGRAM` names another executable, such as that of a release package.

use camino::{Utf8Path, Utf8PathBuf};
use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;

static PROGRAM: LazyLock<Utf8PathBuf> = LazyLock::new(|| match std::env::var("TSM_PROGRAM") {
    Ok(named) if !named.is_empty() => Utf8PathBuf::from(named),
    _ => build(),
});

/// Lets cargo build the program; says where it is.
fn build() -> Utf8PathBuf {
    // This test runs as <target folder>/[<target triple>/]<profile>/deps/<name>.
    let test = Utf8PathBuf::from_path_buf(std::env::current_exe().unwrap()).unwrap();
    let folder = test.parent().and_then(Utf8Path::parent).unwrap();
    let profile = match folder.file_name().unwrap() {
        "debug" => "dev",
        other => other,
    };
    let mut target = folder.parent().unwrap();
    if !target.join("CACHEDIR.TAG").is_file()
        && let Some(above) = target.parent()
        && above.join("CACHEDIR.TAG").is_file()
    {
        target = above;
    }
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo)
        .args(["build", "--quiet", "-p", "tsm-cli", "--message-format=json", "--profile", profile])
        .args(["--target-dir", target.as_str()])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let messages = text.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let executable = messages.filter_map(|m| m["executable"].as_str().map(Utf8PathBuf::from)).next();
    executable.unwrap_or_else(|| panic!("cargo built no program: {text}"))
}

/// The program, ready to be started.
pub fn tsmedia() -> Command {
    Command::new(PROGRAM.as_str())
}

/// Kills builds of a desk with an old medium, each after so many milliseconds. The old medium stays, until one has come so far
/// that the new one is there, which is whole then; with it this ends.
pub fn kill_builds(desk: &super::Desk, moments: &[u64]) {
    let definition = desk.path("log/definition.json");
    std::fs::write(&definition, desk.definition.to_json().unwrap()).unwrap();
    for milliseconds in moments {
        let child = start(&["new", definition.as_str()]);
        std::thread::sleep(std::time::Duration::from_millis(*milliseconds));
        assert!(super::tools::output("kill", &["-KILL", &child.id().to_string()]).status.success());
        let code = end(child).code;
        if std::fs::read(desk.iso()).unwrap() != super::OLD_MEDIUM {
            let report = desk.test().unwrap();
            let faults = super::failed(&report);
            assert!(faults.is_empty(), "killed after {milliseconds} ms: {}", super::in_short(&report));
            return;
        }
        assert_ne!(code, 0, "after {milliseconds} ms it said that it had made the medium");
    }
}

/// What a run left behind.
#[derive(Debug)]
pub struct Run {
    /// The exit code; -1 when a signal ended it.
    pub code: i32,
    pub output: String,
    pub errors: String,
}

/// Starts the program without waiting for it.
pub fn start(arguments: &[&str]) -> Child {
    tsmedia()
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|e| panic!("{}: {e}", *PROGRAM))
}

/// Waits for the end of a started program.
pub fn end(child: Child) -> Run {
    let output = child.wait_with_output().unwrap();
    Run {
        code: output.status.code().unwrap_or(-1),
        output: String::from_utf8_lossy(&output.stdout).into_owned(),
        errors: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Runs the program to its end.
pub fn run(arguments: &[&str]) -> Run {
    end(start(arguments))
}

/// Runs the program to its end with something on its standard input.
pub fn run_with_input(arguments: &[&str], input: &str) -> Run {
    let mut command = tsmedia();
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|e| panic!("{}: {e}", *PROGRAM));
    // The program may have ended already without reading.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    end(child)
}
