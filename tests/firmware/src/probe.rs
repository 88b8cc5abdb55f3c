//! What GRUB is asked about a medium, as a script, and what it answers.
//!
//! The script lies on a drive of its own, as the only file of a tar archive: GRUB reads those without a file system, and
//! one boot program serves every case.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use sha2::{Digest, Sha256};

/// The script's name on its drive.
pub(crate) const SCRIPT: &str = "tsm-probes.cfg";
/// What a boot program says first.
pub const READY: &str = "TSM-READY";
/// What the script says about the medium it found.
const MEDIUM: &str = "TSM-MEDIUM";
/// What the script says before the answer to a question.
const QUESTION: &str = "TSM-PROBE";
/// What the script says last.
pub(crate) const END: &str = "TSM-END";

/// GRUB counts files in these, bytes.
pub const SECTOR: u64 = 512;

/// A question about a file of the medium, with the answer that is expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// Path on the medium, with `/`.
    pub path: String,
    /// The length of the file, bytes.
    pub size: u64,
    /// A part of the file, from and to in bytes; multiples of [`SECTOR`]. What is beyond the end of the file counts as zeros.
    pub part: Option<(u64, u64)>,
    /// SHA-256 of the file or of the part, hexadecimal.
    pub sha256: String,
}

impl Probe {
    /// Asks for a whole file.
    #[must_use]
    pub fn file(path: &str, size: u64, sha256: &str) -> Self {
        Self { path: path.to_owned(), size, part: None, sha256: sha256.to_owned() }
    }

    /// Asks for a part of a file, from `from` on at most `length` bytes, of which `source` has the bytes that are expected.
    /// Large files are hashed by parts: GRUB makes about 15 MB a second in the emulator.
    ///
    /// # Errors
    /// What the file system says of `source`.
    pub fn part(path: &str, source: &Path, from: u64, length: u64) -> io::Result<Self> {
        let mut file = File::open(source)?;
        let size = file.metadata()?.len();
        let from = from / SECTOR * SECTOR;
        let to = from.saturating_add(length).min(size).next_multiple_of(SECTOR);
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(from))?;
        file.take(to.saturating_sub(from)).read_to_end(&mut bytes)?;
        bytes.resize(usize::try_from(to.saturating_sub(from)).map_err(io::Error::other)?, 0);
        let sha256 = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02X}")).collect();
        Ok(Self { path: path.to_owned(), size, part: Some((from, to)), sha256 })
    }

    /// The commands that answer the question.
    fn commands(&self) -> String {
        let (folder, _) = self.folder_and_name();
        let path = format!("($medium)/{}", self.path);
        let list = format!("ls -l \"($medium)/{folder}\"\n");
        match self.part {
            None => format!("{list}sha256sum \"{path}\"\n"),
            Some((from, to)) => format!(
                "{list}loopback part \"{path}\"\nsha256sum (part){}+{}\nloopback -d part\n",
                from / SECTOR,
                (to - from) / SECTOR
            ),
        }
    }

    /// The folder with its `/`, and the name.
    fn folder_and_name(&self) -> (&str, &str) {
        self.path.split_at(self.path.rfind('/').map_or(0, |at| at + 1))
    }

    /// The length of the file in a listing of its folder: lines of length, time, name.
    fn size_in(&self, listing: &str) -> Option<u64> {
        let (_, name) = self.folder_and_name();
        listing.split(['\r', '\n']).find_map(|line| {
            let (size, rest) = line.trim().split_once(' ')?;
            let (_, found) = rest.trim().split_once(' ')?;
            (found == name).then(|| size.parse().ok())?
        })
    }

    /// The question in words.
    fn words(&self) -> String {
        match self.part {
            None => format!("'{}'", self.path),
            Some((from, to)) => format!("'{}', bytes {from} to {to}", self.path),
        }
    }
}

/// The drive with the script: finds the medium by the first file that is asked for, lists it, and asks the questions.
pub(crate) fn drive(probes: &[Probe]) -> Vec<u8> {
    let mut script = String::new();
    if let Some(first) = probes.first() {
        script += &format!("search --no-floppy --file --set=medium \"/{}\"\n", first.path);
        script += &format!("probe --set=fs --fs $medium\necho \"{MEDIUM} $fs $medium\"\nls -l ($medium)/\n");
    }
    for (index, probe) in probes.iter().enumerate() {
        script += &format!("echo \"{QUESTION} {index}\"\n{}", probe.commands());
    }
    script += &format!("echo {END}\nhalt\n");
    tar(SCRIPT, script.as_bytes())
}

/// A tar archive with one file (POSIX.1-1988, ustar), filled up to whole MiB: a BIOS reads nothing of a disk that is
/// smaller than a cylinder.
fn tar(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut header = [0; 512];
    let mut put = |at: usize, text: &str| header[at..at + text.len()].copy_from_slice(text.as_bytes());
    put(0, name);
    put(100, "0000644\x000000000\x000000000\x00");
    put(124, &format!("{:011o}\x0000000000000\x00        0", bytes.len()));
    put(257, "ustar\x0000");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\x00 ").as_bytes());
    let mut archive = header.to_vec();
    archive.extend_from_slice(bytes);
    archive.resize((archive.len() + 1024).next_multiple_of(2 << 20), 0);
    archive
}

/// What GRUB said about a medium.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Answers {
    /// GRUB's name of the file system that it read.
    pub file_system: Option<String>,
    /// The text after each question.
    texts: Vec<(usize, String)>,
}

impl Answers {
    /// Reads the serial port.
    pub fn read(serial: &str) -> Self {
        let text = serial.split(READY).nth(1).unwrap_or_default();
        let text = text.split(END).next().unwrap_or_default();
        let mut parts = text.split(QUESTION);
        let about = parts.next().and_then(|head| head.split(MEDIUM).nth(1));
        let file_system = about.and_then(|line| line.split_whitespace().next()).map(str::to_owned);
        let texts = parts.filter_map(|part| {
            let part = part.trim_start();
            let digits = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
            Some((part[..digits].parse().ok()?, part[digits..].trim().to_owned()))
        });
        Self { file_system, texts: texts.collect() }
    }

    /// What is wrong with the answer to a question; `None` if nothing is.
    pub fn fault(&self, index: usize, probe: &Probe) -> Option<String> {
        let words = probe.words();
        let Some((_, text)) = self.texts.iter().find(|(number, _)| *number == index) else {
            return Some(format!("{words}: no answer"));
        };
        if probe.size_in(text) != Some(probe.size) {
            return Some(format!("{words}: {} bytes expected, GRUB said: {text:?}", probe.size));
        }
        let is_hash = |token: &&str| token.len() == 64 && token.bytes().all(|b| b.is_ascii_hexdigit());
        match text.split_whitespace().find(is_hash) {
            Some(hash) if hash.eq_ignore_ascii_case(&probe.sha256) => None,
            Some(hash) => Some(format!("{words}: SHA-256 {} expected, GRUB read {hash}", probe.sha256)),
            None => Some(format!("{words}: no hash, GRUB said: {text:?}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    fn serial() -> String {
        format!(
            "BdsDxe: starting\r\n{READY}\r\n{MEDIUM} udf cd0\r\nDIR 1 SMS\r\n{QUESTION} 0\n\rDIR 20231114221320 b/\n\r0            20231114221320 a\r\n\
             {HASH}  (cd0)/a/very/long/pa\r\nth\r\n{QUESTION} 1\r\nerror: file `/b' not found.\r\n{END}\r\n"
        )
    }

    #[test]
    fn an_answer_is_right_wrong_or_missing() {
        let answers = Answers::read(&serial());
        assert_eq!(answers.file_system.as_deref(), Some("udf"));
        let right = Probe::file("a", 0, &HASH.to_uppercase());
        assert_eq!(answers.fault(0, &right), None);
        let fault = |index, probe: &Probe| answers.fault(index, probe).unwrap();
        assert!(fault(0, &Probe { size: 1, ..right.clone() }).contains("1 bytes expected"));
        assert!(fault(0, &Probe { sha256: "00".repeat(32), ..right.clone() }).contains("GRUB read e3b0"));
        assert!(fault(1, &right).contains("not found"));
        assert!(fault(2, &right).contains("no answer"));
    }

    #[test]
    fn noise_is_no_answer() {
        for noise in ["", "TSM-", READY, "TSM-READY TSM-PROBE", "TSM-READY TSM-PROBE 99999999999999999999 1", "\u{0}é"]
        {
            assert!(Answers::read(noise).fault(0, &Probe::file("a", 0, HASH)).is_some(), "{noise:?}");
        }
    }

    #[test]
    fn the_drive_is_a_tar_archive_with_the_script() {
        let drive = drive(&[Probe::file("SMS/data/x", 1, HASH)]);
        assert!(drive.len() == 2 << 20 && drive.starts_with(SCRIPT.as_bytes()));
        let length = std::str::from_utf8(&drive[124..135]).unwrap();
        let script = &drive[512..512 + usize::from_str_radix(length, 8).unwrap()];
        let script = std::str::from_utf8(script).unwrap();
        assert!(script.contains("sha256sum \"($medium)/SMS/data/x\"\n") && script.ends_with("halt\n"), "{script}");
    }

    #[test]
    fn a_part_is_of_whole_sectors_and_zeros_follow_the_end() {
        let path = std::env::temp_dir().join(format!("tsm-firmware-part-{}", std::process::id()));
        std::fs::write(&path, [7; 700]).unwrap();
        let probe = Probe::part("f", &path, 600, 5000).unwrap();
        std::fs::remove_file(&path).unwrap();
        assert_eq!((probe.size, probe.part), (700, Some((512, 1024))));
        let mut sector = vec![7; 188];
        sector.resize(512, 0);
        let hash: String = Sha256::digest(&sector).iter().map(|b| format!("{b:02X}")).collect();
        assert_eq!(probe.sha256, hash);
        assert!(probe.commands().contains("sha256sum (part)1+1\n"), "{}", probe.commands());
    }
}
