//! QEMU's monitor (QMP) over the standard streams of the process: enough to take a picture of the screen and to quit.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{ChildStdin, ChildStdout};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// QEMU answers within this or not at all.
const PATIENCE: Duration = Duration::from_secs(10);

/// The monitor of a running QEMU.
pub(crate) struct Monitor {
    commands: ChildStdin,
    answers: Receiver<Value>,
}

impl Monitor {
    pub fn new(mut commands: ChildStdin, answers: ChildStdout) -> Self {
        let (send, receive) = channel();
        // Ends when QEMU closes its standard output.
        std::thread::spawn(move || {
            let lines = BufReader::new(answers).lines().map_while(Result::ok);
            let values = lines.filter_map(|line| serde_json::from_str(&line).ok());
            values.map(|value| send.send(value)).find(Result::is_err)
        });
        // Without this QEMU takes no other command. Whether it came over shows when one is given.
        let _ = writeln!(commands, "{}", json!({ "execute": "qmp_capabilities", "id": 0 }));
        Self { commands, answers: receive }
    }

    /// Takes a picture of the screen; PNG at `path`, where QEMU can, else a PPM beside it.
    pub fn screenshot(&mut self, path: &Path) -> Option<std::path::PathBuf> {
        let other = path.with_extension("ppm");
        for (file, format) in [(path, "png"), (other.as_path(), "ppm")] {
            if self.command("screendump", json!({ "filename": file.to_str()?, "format": format })) && file.is_file() {
                return Some(file.to_owned());
            }
        }
        None
    }

    /// Asks QEMU to end.
    pub fn quit(&mut self) {
        self.command("quit", json!({}));
    }

    /// Whether QEMU did it.
    fn command(&mut self, name: &str, arguments: Value) -> bool {
        let command = json!({ "execute": name, "arguments": arguments, "id": name });
        if writeln!(self.commands, "{command}").is_err() {
            return false;
        }
        let begun = Instant::now();
        while let Ok(answer) = self.answers.recv_timeout(PATIENCE.saturating_sub(begun.elapsed())) {
            if answer.get("id").is_some_and(|id| id == name) {
                return answer.get("return").is_some();
            }
        }
        false
    }
}
