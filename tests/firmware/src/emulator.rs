//! A computer in QEMU: emulated without help of the processor, without network, its serial port a file.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::error::{BootError, Kept, file};
use crate::grub::Scratch;
use crate::monitor::Monitor;
use crate::tools::Tools;

/// How often the serial port is looked at.
const PULSE: Duration = Duration::from_millis(50);

/// What starts the medium.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Firmware {
    /// SeaBIOS.
    Bios,
    /// OVMF, without Secure Boot.
    Uefi,
}

/// A medium. A kind is added here and in `arguments`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Medium<'a> {
    /// A disc image in a CD drive.
    Disc(&'a Path),
    /// An image of a memory stick in a USB port.
    Stick(&'a Path),
}

/// A computer and what it is to do.
#[derive(Debug, Clone)]
pub struct Machine<'a> {
    /// The emulator and its firmware.
    pub tools: &'a Tools,
    /// Names the files that are kept.
    pub name: &'a str,
    /// Its firmware.
    pub firmware: Firmware,
    /// What it starts from.
    pub medium: Option<Medium<'a>>,
    /// Secure Boot is on, and these are the settings: whom the firmware trusts. Only for UEFI.
    pub secure_boot: Option<&'a Path>,
    /// A drive that it does not start from.
    pub second_drive: Option<&'a Path>,
    /// What comes out of the serial port at the end.
    pub until: &'a str,
    /// It has failed when that did not come by then.
    pub time_limit: Duration,
    /// The folder for the serial log (always) and the screenshot (of a failed start).
    pub keep: &'a Path,
}

impl Machine<'_> {
    /// Lets the computer run until the end shows on the serial port; gives all that came out of it.
    ///
    /// # Errors
    /// Something is not installed, or the end did not come.
    pub fn run(&self) -> Result<String, BootError> {
        fs::create_dir_all(self.keep).map_err(file(self.keep))?;
        let scratch = Scratch::new(self.name)?;
        let mut run = Run::start(self, &scratch.0)?;
        let begun = Instant::now();
        loop {
            let ended = run.child.try_wait().map_err(file(&self.tools.qemu))?;
            let serial = read_text(&run.serial);
            if serial.contains(self.until) {
                run.monitor.quit();
                return Ok(serial);
            }
            if let Some(status) = ended {
                let errors = read_text(&run.errors).trim().to_owned();
                return Err(BootError::WentOff {
                    status: status.to_string(),
                    errors,
                    last: last(&serial),
                    kept: run.keep(),
                });
            }
            if let Some(said) = gave_up(&serial).or_else(|| gave_up(&read_text(&run.firmware_log))) {
                return Err(BootError::NothingBootable { after: begun.elapsed(), said, kept: run.keep() });
            }
            if begun.elapsed() > self.time_limit {
                return Err(BootError::Hang { limit: self.time_limit, last: last(&serial), kept: run.keep() });
            }
            std::thread::sleep(PULSE);
        }
    }

    fn arguments(&self, scratch: &Path) -> Result<Vec<OsString>, BootError> {
        let mut all: Vec<OsString> = Vec::new();
        let mut add = |arguments: &[&str]| all.extend(arguments.iter().map(OsString::from));
        let machine = if self.secure_boot.is_some() { "q35,smm=on,accel=tcg" } else { "q35,accel=tcg" };
        add(&["-machine", machine, "-m", "256", "-nodefaults", "-nic", "none", "-no-reboot"]);
        add(&["-vga", "std", "-display", "none", "-qmp", "stdio"]);
        add(&["-boot", "order=d,menu=off,strict=on"]);
        match self.firmware {
            Firmware::Bios => {
                let code = self.tools.bios()?;
                add(&["-bios", &code.display().to_string()]);
            }
            Firmware::Uefi => {
                let (code, variables) = match self.secure_boot {
                    Some(variables) => {
                        add(&["-global", "driver=cfi.pflash01,property=secure,value=on"]);
                        (self.tools.secure_uefi()?, variables)
                    }
                    None => self.tools.uefi()?,
                };
                // Firmware writes its settings: every start gets fresh ones.
                let fresh = scratch.join("variables.fd");
                fs::copy(variables, &fresh).map_err(file(variables))?;
                add(&["-drive", &drive("if=pflash,unit=0,readonly=on", code)]);
                add(&["-drive", &drive("if=pflash,unit=1", &fresh)]);
            }
        }
        match self.medium {
            Some(Medium::Disc(path)) => {
                add(&["-drive", &drive("if=none,id=medium,media=cdrom,readonly=on", path)]);
                add(&["-device", "ide-cd,drive=medium,bootindex=0"]);
            }
            Some(Medium::Stick(path)) => {
                add(&["-drive", &drive("if=none,id=medium,readonly=on", path), "-device", "qemu-xhci"]);
                add(&["-device", "usb-storage,drive=medium,removable=on,bootindex=0"]);
            }
            None => {}
        }
        if let Some(path) = self.second_drive {
            add(&["-drive", &drive("if=none,id=second,readonly=on", path)]);
            // Firmware wakes only what it may start from; there is nothing to start on this one.
            add(&["-device", "virtio-blk-pci,drive=second,bootindex=9"]);
        }
        Ok(all)
    }
}

/// The value of a `-drive`. QEMU wants commas in names doubled.
fn drive(options: &str, path: &Path) -> String {
    format!("{options},format=raw,file={}", path.display().to_string().replace(',', ",,"))
}

/// The words with which firmware gives up, if it did. OVMF starts its own shell when nothing else is there.
fn gave_up(text: &str) -> Option<String> {
    const WORDS: [&str; 3] = ["No bootable device", "No bootable option or device was found", "\"EFI Internal Shell\""];
    let end = text.lines().find(|line| WORDS.iter().any(|words| line.contains(words)))?;
    let before = text.lines().filter(|line| line.contains("failed to"));
    // Colours and places of the cursor come before the first word.
    let bare = |line: &str| line.rsplit('\u{1b}').next().unwrap_or(line).trim().to_owned();
    Some(before.chain([end]).map(bare).collect::<Vec<_>>().join("; "))
}

/// A file that grows, as text; nothing while it is not there.
fn read_text(path: &Path) -> String {
    fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}

/// The end of a text, for messages.
fn last(serial: &str) -> String {
    let trimmed = serial.trim_end();
    let from = trimmed.char_indices().rev().nth(399).map_or(0, |(at, _)| at);
    trimmed[from..].to_owned()
}

/// A running QEMU; it ends with this value.
struct Run {
    child: Child,
    monitor: Monitor,
    serial: PathBuf,
    firmware_log: PathBuf,
    errors: PathBuf,
    screenshot: PathBuf,
}

impl Run {
    fn start(machine: &Machine<'_>, scratch: &Path) -> Result<Self, BootError> {
        let kept = |ending: &str| machine.keep.join(format!("{}.{ending}", machine.name));
        let (serial, screenshot) = (kept("serial.log"), kept("png"));
        for old in [&serial, &screenshot, &kept("ppm")] {
            match fs::remove_file(old) {
                Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(file(old)(e)),
                _ => {}
            }
        }
        let (firmware_log, errors) = (scratch.join("firmware.log"), scratch.join("errors.log"));
        let mut child = Command::new(&machine.tools.qemu)
            .args(machine.arguments(scratch)?)
            .arg("-serial")
            .arg(format!("file:{}", serial.display()))
            // What SeaBIOS tells of its work goes to this port.
            .args(["-device", "isa-debugcon,iobase=0x402,chardev=firmware", "-chardev"])
            .arg(format!("file,id=firmware,path={}", firmware_log.display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(fs::File::create(&errors).map_err(file(&errors))?)
            .spawn()
            .map_err(|_| BootError::ProgramMissing {
                program: machine.tools.qemu.display().to_string(),
                package: "qemu-system-x86",
            })?;
        let streams = child.stdin.take().zip(child.stdout.take());
        let Some((input, output)) = streams else {
            return Err(BootError::Program { program: "QEMU", output: "it has no standard streams".to_owned() });
        };
        Ok(Self { child, monitor: Monitor::new(input, output), serial, firmware_log, errors, screenshot })
    }

    /// What a failed start leaves behind; takes the picture, if there is still a screen.
    fn keep(&mut self) -> Kept {
        let running = matches!(self.child.try_wait(), Ok(None));
        let screenshot = if running { self.monitor.screenshot(&self.screenshot) } else { None };
        Kept { serial_log: self.serial.clone(), screenshot }
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
