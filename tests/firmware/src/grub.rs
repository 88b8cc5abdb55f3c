//! Boot programs made of GRUB: each knows one file system of media, and runs the script on the second drive.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::{BootError, file};
use crate::probe::{END, READY, SCRIPT};

/// Boot programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Programs {
    /// El Torito boot image for BIOS; wants a boot information table, and four sectors loaded.
    pub bios: Vec<u8>,
    /// Program for UEFI on x64.
    pub uefi: Vec<u8>,
}

/// A platform of GRUB.
struct Platform {
    name: &'static str,
    package: &'static str,
    /// Drivers of disks; UEFI brings its own.
    disks: &'static [&'static str],
}

const BIOS: Platform = Platform { name: "i386-pc-eltorito", package: "grub-pc-bin", disks: &["biosdisk"] };
const UEFI: Platform = Platform { name: "x86_64-efi", package: "grub-efi-amd64-bin", disks: &[] };

/// What the script needs. `tar` reads the drive with the script, which is no file system of a medium.
const MODULES: &[&str] = &[
    "configfile",
    "echo",
    "gcry_sha256",
    "halt",
    "hashsum",
    "loopback",
    "ls",
    "normal",
    "probe",
    "search",
    "search_fs_file",
    "serial",
    "sleep",
    "tar",
    "terminal",
    "test",
];

/// Makes the programs. `bios_file_system` and `uefi_file_system` are GRUB's drivers for the medium, such as `iso9660`,
/// `udf`, `fat`, `ntfs`; a program has no other. Before one that lies on a partition stands the driver of the table, as in
/// `part_gpt ntfs`.
///
/// # Errors
/// GRUB is not installed, or refuses.
pub fn programs(bios_file_system: &str, uefi_file_system: &str) -> Result<Programs, BootError> {
    Ok(Programs { bios: program(&BIOS, bios_file_system)?, uefi: program(&UEFI, uefi_file_system)? })
}

/// What a program does when it starts: says so on the serial port, and runs the script; it comes to an end without one too. GRUB's small parser reads it.
fn first_words() -> String {
    format!(
        "serial --unit=0 --speed=115200\nterminal_output serial\necho {READY}\n\
         search --no-floppy --file --set=script /{SCRIPT}\nconfigfile ($script)/{SCRIPT}\n\
         echo {END}\nhalt\n"
    )
}

fn program(platform: &Platform, file_system: &str) -> Result<Vec<u8>, BootError> {
    const MKIMAGE: &str = "grub-mkimage";
    let folder = modules_folder(platform);
    if !folder.is_dir() {
        return Err(BootError::ModulesMissing { package: platform.package, folder });
    }
    let scratch = Scratch::new(platform.name)?;
    let (config, image) = (scratch.0.join("first-words.cfg"), scratch.0.join("core.img"));
    fs::write(&config, first_words()).map_err(file(&config))?;
    let output = Command::new(MKIMAGE)
        .args(["--disable-shim-lock", "--prefix", "/nowhere", "--format", platform.name, "--directory"])
        .arg(&folder)
        .arg("--config")
        .arg(&config)
        .arg("--output")
        .arg(&image)
        .args(platform.disks)
        .args(MODULES)
        .args(file_system.split(' '))
        .output()
        .map_err(|_| BootError::ProgramMissing { program: MKIMAGE.to_owned(), package: "grub-common" })?;
    if !output.status.success() {
        let output = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(BootError::Program { program: MKIMAGE, output });
    }
    fs::read(&image).map_err(file(&image))
}

/// Where the modules lie; the variable `TSM_GRUB` names another folder than Debian's for all platforms.
fn modules_folder(platform: &Platform) -> PathBuf {
    let root = std::env::var_os("TSM_GRUB").map_or_else(|| PathBuf::from("/usr/lib/grub"), PathBuf::from);
    root.join(platform.name.trim_end_matches("-eltorito"))
}

/// A folder that goes away by itself.
pub(crate) struct Scratch(pub PathBuf);

impl Scratch {
    pub fn new(name: &str) -> Result<Self, BootError> {
        use std::sync::atomic::{AtomicU32, Ordering};
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("tsm-firmware-{}-{number}-{name}", std::process::id()));
        fs::create_dir_all(&path).map_err(file(&path))?;
        Ok(Self(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What is left of it lies in the folder for temporary files.
        let _ = fs::remove_dir_all(AsRef::<Path>::as_ref(&self.0));
    }
}
