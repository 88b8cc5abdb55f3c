//! A case: a medium, a firmware, and what shall be found.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::emulator::{Firmware, Machine, Medium};
use crate::error::{BootError, file};
use crate::grub::Scratch;
use crate::probe::{self, Answers, Probe};
use crate::tools::Tools;

/// A start of a medium that carries the programs of [`crate::grub`].
#[derive(Debug, Clone)]
pub struct Case<'a> {
    /// Names the files that are kept.
    pub name: &'a str,
    /// What starts the medium.
    pub firmware: Firmware,
    /// The medium.
    pub medium: Medium<'a>,
    /// The questions. The medium is found by the path of the first one.
    pub probes: Vec<Probe>,
    /// The start has failed when GRUB is not done by then.
    pub time_limit: Duration,
    /// The folder for the serial log (always) and the screenshot (of a failed start).
    pub keep: &'a Path,
}

/// What came out of a start.
#[derive(Debug, Clone)]
pub struct Report {
    /// Everything that came out of the serial port.
    pub serial: String,
    /// GRUB's name of the file system that it read: `udf`, `iso9660`, ...
    pub file_system: Option<String>,
    /// From the start of the emulator to the last answer.
    pub took: Duration,
    faults: Vec<String>,
}

impl Report {
    /// One line for every answer that is not as expected.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        self.faults.clone()
    }
}

impl Case<'_> {
    /// Starts the medium and asks the questions.
    ///
    /// # Errors
    /// Something is not installed, or GRUB did not come to the end of its script. Wrong answers are in the report.
    pub fn run(&self) -> Result<Report, BootError> {
        let scratch = Scratch::new(self.name)?;
        let drive = scratch.0.join("probes.tar");
        fs::write(&drive, probe::drive(&self.probes)).map_err(file(&drive))?;
        let tools = Tools::default();
        let machine = Machine {
            tools: &tools,
            name: self.name,
            firmware: self.firmware,
            medium: Some(self.medium),
            secure_boot: None,
            second_drive: Some(&drive),
            until: probe::END,
            time_limit: self.time_limit,
            keep: self.keep,
        };
        let begun = Instant::now();
        let serial = machine.run()?;
        let answers = Answers::read(&serial);
        let faults = self.probes.iter().enumerate().filter_map(|(index, probe)| answers.fault(index, probe));
        Ok(Report { faults: faults.collect(), file_system: answers.file_system, took: begun.elapsed(), serial })
    }
}
