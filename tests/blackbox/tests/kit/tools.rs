//! Programs that others wrote.
//!
//! A test whose tool is not installed does nothing, and says so; with `TSM_REQUIRE_TOOLS=1` it fails instead.

use camino::Utf8Path;
use std::ffi::OsStr;
use std::process::{Command, Output};

/// Says loudly that a test, or a part of one, did nothing; a failure where everything is required.
pub fn skipped(why: &str) {
    assert_ne!(std::env::var("TSM_REQUIRE_TOOLS").as_deref(), Ok("1"), "something needed is missing: {why}");
    eprintln!("SKIPPED: {why}");
}

/// Whether a tool is installed; says loudly when it is not.
pub fn has(tool: &str) -> bool {
    let found = std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(tool).is_file()))
        // Not on the path of every user. (Under wine they would be found too, and cannot be run.)
        || cfg!(unix) && ["/sbin", "/usr/sbin"].iter().any(|folder| std::path::Path::new(folder).join(tool).is_file());
    if !found {
        skipped(&format!("{tool} is not installed"));
    }
    found
}

/// Ends the test when one of the tools is missing.
macro_rules! need {
    ($($tool:literal),+) => {
        $(if !crate::kit::tools::has($tool) {
            return;
        })+
    };
}
pub(crate) use need;

fn command<S: AsRef<OsStr>>(tool: &str, arguments: &[S]) -> Command {
    let mut command = Command::new(tool);
    let path = std::env::var("PATH").unwrap_or_default();
    command.args(arguments).env("LC_ALL", "C.UTF-8");
    if cfg!(unix) {
        command.env("PATH", format!("{path}:/usr/sbin:/sbin"));
    }
    command
}

/// Runs a tool, whatever comes of it.
pub fn output<S: AsRef<OsStr>>(tool: &str, arguments: &[S]) -> Output {
    command(tool, arguments).output().unwrap_or_else(|e| panic!("{tool}: {e}"))
}

/// Runs a tool that has to succeed; gives its standard output.
pub fn bytes<S: AsRef<OsStr>>(tool: &str, arguments: &[S]) -> Vec<u8> {
    let output = output(tool, arguments);
    let all: Vec<_> = arguments.iter().map(|a| a.as_ref().to_string_lossy().into_owned()).collect();
    assert!(
        output.status.success(),
        "{tool} {all:?}: {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}

/// Runs a tool that has to succeed; gives its standard output as text.
pub fn text<S: AsRef<OsStr>>(tool: &str, arguments: &[S]) -> String {
    String::from_utf8_lossy(&bytes(tool, arguments)).into_owned()
}

/// Takes one file out of an image with 7-Zip; `format` is `udf` or `iso`.
pub fn seven_zip_file(format: &str, image: &Utf8Path, path: &str) -> Vec<u8> {
    bytes("7z", &["e", "-so", &format!("-t{format}"), image.as_str(), path])
}

/// Takes everything out of an image with 7-Zip.
pub fn seven_zip_all(format: &str, image: &Utf8Path, to: &Utf8Path) {
    text("7z", &["x", "-y", "-bd", &format!("-t{format}"), &format!("-o{to}"), image.as_str()]);
}
