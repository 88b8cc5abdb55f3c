//! Where the emulator and its firmware are.

use std::path::{Path, PathBuf};

use crate::error::BootError;

/// The emulator and its firmware. The default is what distributions install.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tools {
    /// QEMU for x86-64; a name without folder is looked for in `PATH`.
    pub qemu: PathBuf,
    /// Places of SeaBIOS; the first that is there is taken.
    pub seabios: Vec<PathBuf>,
    /// Places of OVMF and of its empty settings; the first pair that is there is taken.
    pub ovmf: Vec<(PathBuf, PathBuf)>,
    /// Places of OVMF that enforces Secure Boot; it takes the settings of the other.
    pub ovmf_secure: Vec<PathBuf>,
}

impl Default for Tools {
    fn default() -> Self {
        const SEABIOS: [&str; 3] =
            ["/usr/share/seabios/bios-256k.bin", "/usr/share/qemu/bios-256k.bin", "/usr/share/seabios/bios.bin"];
        const OVMF: [(&str, &str); 4] = [
            ("/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/OVMF/OVMF_VARS_4M.fd"),
            ("/usr/share/OVMF/OVMF_CODE.fd", "/usr/share/OVMF/OVMF_VARS.fd"),
            ("/usr/share/edk2/ovmf/OVMF_CODE.fd", "/usr/share/edk2/ovmf/OVMF_VARS.fd"),
            ("/usr/share/edk2/x64/OVMF_CODE.4m.fd", "/usr/share/edk2/x64/OVMF_VARS.4m.fd"),
        ];
        Self {
            qemu: "qemu-system-x86_64".into(),
            seabios: SEABIOS.map(PathBuf::from).to_vec(),
            ovmf_secure: vec!["/usr/share/OVMF/OVMF_CODE_4M.secboot.fd".into()],
            ovmf: OVMF.map(|(code, settings)| (code.into(), settings.into())).to_vec(),
        }
    }
}

impl Tools {
    pub(crate) fn bios(&self) -> Result<&Path, BootError> {
        let there = self.seabios.iter().find(|path| path.is_file());
        there.map(PathBuf::as_path).ok_or_else(|| missing("BIOS", "seabios", self.seabios.iter()))
    }

    /// The code that enforces Secure Boot.
    pub(crate) fn secure_uefi(&self) -> Result<&Path, BootError> {
        let there = self.ovmf_secure.iter().find(|path| path.is_file());
        there.map(PathBuf::as_path).ok_or_else(|| missing("UEFI with Secure Boot", "ovmf", self.ovmf_secure.iter()))
    }

    /// The code, and settings to copy.
    pub(crate) fn uefi(&self) -> Result<(&Path, &Path), BootError> {
        let there = self.ovmf.iter().find(|(code, settings)| code.is_file() && settings.is_file());
        let pair = there.map(|(code, settings)| (code.as_path(), settings.as_path()));
        pair.ok_or_else(|| missing("UEFI", "ovmf", self.ovmf.iter().map(|(code, _)| code)))
    }
}

fn missing<'a>(firmware: &'static str, package: &'static str, places: impl Iterator<Item = &'a PathBuf>) -> BootError {
    let looked = places.map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ");
    BootError::FirmwareMissing { firmware, package, looked }
}
