//! One run of one program: how long it took, and what it used.

use crate::{Fault, Result, machine};
use camino::{Utf8Path, Utf8PathBuf};
use serde::Serialize;
use std::process::{Command, Stdio};
use std::time::Instant;

/// GNU time, which hears from the kernel what a process used.
const TIME: &str = "/usr/bin/time";

/// What one run took.
#[derive(Debug, Clone, Copy, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Measure {
    /// Seconds from start to end.
    pub seconds: f64,
    /// Seconds of all processors, in the program and in the kernel; absent without GNU time.
    pub cpu: Option<f64>,
    /// The most memory that it held at a time, in KiB; absent without GNU time.
    pub peak_kib: Option<u64>,
    /// The share of all processors that other programs used meanwhile; absent where the kernel does not tell.
    pub others: Option<f64>,
}

impl Measure {
    /// Several programs one after the other.
    pub fn chain(steps: &[Self]) -> Self {
        Self {
            seconds: steps.iter().map(|step| step.seconds).sum(),
            cpu: steps.iter().map(|step| step.cpu).sum(),
            peak_kib: steps.iter().map(|step| step.peak_kib).max().flatten(),
            others: steps.iter().map(|step| step.others).try_fold(0.0, |most: f64, step| Some(most.max(step?))),
        }
    }
}

/// A program with its arguments.
#[derive(Debug, Clone)]
pub struct Program {
    name: String,
    arguments: Vec<String>,
    folder: Option<Utf8PathBuf>,
}

impl Program {
    /// A program.
    pub fn new<A: Into<String>>(name: impl Into<String>, arguments: impl IntoIterator<Item = A>) -> Self {
        Self { name: name.into(), arguments: arguments.into_iter().map(Into::into).collect(), folder: None }
    }

    /// Runs in this folder.
    pub fn within(mut self, folder: &Utf8Path) -> Self {
        self.folder = Some(folder.to_owned());
        self
    }

    /// Runs it and waits. A program that fails is a fault: its time would be that of something else.
    pub fn measure(&self) -> Result<Measure> {
        let has_time = cfg!(unix) && Utf8Path::new(TIME).exists();
        let mut command = Command::new(if has_time { TIME } else { &self.name });
        if has_time {
            command.args(["--format", "%U %S %M", "--", &self.name]);
        }
        command.args(&self.arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        let (begun, busy) = (Instant::now(), machine::busy_seconds());
        let output = command.output().map_err(Fault::because(format!("'{}' cannot be started", self.name)))?;
        let seconds = begun.elapsed().as_secs_f64();
        let errors = String::from_utf8_lossy(&output.stderr);
        if !output.status.success() {
            let shown: Vec<&str> = self.arguments.iter().take(12).map(String::as_str).collect();
            let message = format!("'{} {}' failed ({}): {errors}", self.name, shown.join(" "), output.status);
            return Err(Fault::new(message));
        }
        let (cpu, peak_kib) = if has_time { used(&errors) } else { None }.unzip();
        let all = machine::busy_seconds().zip(busy).map(|(after, before)| after - before);
        let others = all.zip(cpu).map(|(all, own)| (all - own) / (seconds * machine::processors() as f64));
        Ok(Measure { seconds, cpu, peak_kib, others: others.map(|share| share.clamp(0.0, 1.0)) })
    }
}

/// What GNU time wrote behind everything else: seconds in the program, seconds in the kernel, KiB.
fn used(errors: &str) -> Option<(f64, u64)> {
    let mut fields = errors.trim_end().lines().last()?.split(' ');
    let user: f64 = fields.next()?.parse().ok()?;
    let system: f64 = fields.next()?.parse().ok()?;
    Some((user + system, fields.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_is_that_of_gnu_time() {
        assert_eq!(used("I: -input-charset not specified\n1.25 0.50 2048\n"), Some((1.75, 2048)));
        assert_eq!(used("nothing of the kind\n"), None);
    }

    #[test]
    fn a_chain_is_as_slow_as_all_and_as_large_as_the_largest() {
        let step =
            |seconds, kib| Measure { seconds, cpu: Some(1.0), peak_kib: Some(kib), others: Some(seconds / 10.0) };
        let chain = Measure::chain(&[step(1.0, 5), step(2.0, 9), step(3.0, 1)]);
        assert_eq!((chain.seconds, chain.cpu, chain.peak_kib, chain.others), (6.0, Some(3.0), Some(9), Some(0.3)));
    }

    #[cfg(unix)]
    #[test]
    fn a_program_that_fails_is_told_with_its_words() {
        let fault = Program::new("sh", ["-c", "echo sorry >&2; exit 3"]).measure().unwrap_err();
        assert!(fault.to_string().contains("sorry"), "{fault}");
    }
}
