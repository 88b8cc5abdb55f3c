//! A program that stands for another one: what it was called with is written down, and it answers as it is told to. Copies
//! of it, named as diskpart, dism and the like, are what a script calls that must not touch the disks of the computer.
//!
//! All is in the folder of the program: it appends to `log`; it prints `<name>.txt`, or for a certain argument
//! `<name>-<argument>.txt`; it fails when a line of `fail` is its name and the number of the call, such as `bcdedit 2`; and it
//! waits while that is what `wait` holds.
#![forbid(unsafe_code)]

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

fn main() -> ExitCode {
    match answer() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) | Err(_) => ExitCode::FAILURE,
    }
}

/// Says whether the call was a success.
fn answer() -> std::io::Result<bool> {
    let program = std::env::current_exe()?;
    let folder = program.parent().unwrap_or(Path::new("."));
    let name = program.file_stem().unwrap_or_default().to_string_lossy().to_lowercase();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut line = format!("{name}|{}\n", arguments.join("|"));
    // A script for diskpart: what it says counts, not its name.
    if let Some(("/s", script)) = arguments.first().map(String::as_str).zip(arguments.get(1).map(String::as_str)) {
        let commands = std::fs::read_to_string(script)?;
        line = format!("{name}|{}\n", commands.lines().map(str::trim).collect::<Vec<_>>().join("|"));
    }
    std::fs::File::options().append(true).create(true).open(folder.join("log"))?.write_all(line.as_bytes())?;
    let special = arguments.iter().map(|argument| folder.join(format!("{name}-{argument}.txt")));
    let answers = special.chain([folder.join(format!("{name}.txt"))]);
    if let Some(text) = answers.filter_map(|file| std::fs::read(file).ok()).next() {
        std::io::stdout().write_all(&text)?;
    }
    let log = std::fs::read_to_string(folder.join("log"))?;
    let number = log.lines().filter(|line| line.starts_with(&format!("{name}|"))).count();
    let call = format!("{name} {number}");
    let says = |file: &str| {
        let text = std::fs::read_to_string(folder.join(file)).unwrap_or_default();
        text.lines().any(|line| line == call)
    };
    while says("wait") {
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(!says("fail"))
}
