//! Running `tsmedia` as a user would: as a process, with its streams and its exit code.
#![allow(dead_code, reason = "each test file uses its part")]

use std::io::Write;
use std::process::{Command, Stdio};

/// What a run of the program left behind.
#[derive(Debug)]
pub struct Run {
    /// The exit code.
    pub code: i32,
    /// Standard output.
    pub output: String,
    /// Standard error.
    pub errors: String,
}

impl Run {
    /// Standard output as the one JSON document that it has to be.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.output).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }
}

/// The program, ready to be started.
pub fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_tsmedia"))
}

/// Runs the program.
pub fn tsmedia(arguments: &[&str]) -> Run {
    tsmedia_with_input(arguments, "")
}

/// Runs the program with something on its standard input.
pub fn tsmedia_with_input(arguments: &[&str], input: &str) -> Run {
    let mut command = program();
    let mut child =
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // The program may have ended already without reading.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    Run {
        code: output.status.code().unwrap_or(-1),
        output: String::from_utf8(output.stdout).unwrap(),
        errors: String::from_utf8(output.stderr).unwrap(),
    }
}
