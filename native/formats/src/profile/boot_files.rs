//! Boot files: which ones a medium needs, and where a boot image has them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::pe::Machine;

/// Boot files of a medium. In JSON a file that is given replaces the whole default entry of its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct BootFilesProfile {
    /// Boot manager for BIOS.
    pub bios_boot_manager: BootFile,
    /// Boot manager in the root, for UEFI; some firmware and programs look for it.
    pub root_uefi_boot_manager: BootFile,
    /// The program that UEFI firmware starts.
    pub uefi_loader: BootFile,
    /// Revocation list that goes with the loader; must be of the same image.
    pub boot_stl: BootFile,
    /// Fonts for BIOS.
    pub bios_fonts: BootFile,
    /// Fonts for UEFI.
    pub uefi_fonts: BootFile,
    /// Texts of the boot manager for BIOS, a file for each language.
    pub bios_mui: BootFile,
    /// Texts of the boot manager in the root.
    pub root_uefi_mui: BootFile,
    /// Texts of the program that UEFI firmware starts.
    pub uefi_loader_mui: BootFile,
    /// Base of the RAM disk.
    pub boot_sdi: BootFile,
    /// Lets a BIOS show "Press any key to boot from CD or DVD" when a hard disk is there; left out of media that do not ask.
    pub bootfix: BootFile,
    /// Boot configuration for BIOS.
    pub bios_bcd: BootFile,
    /// Boot configuration for UEFI.
    pub uefi_bcd: BootFile,
    /// El Torito boot image for BIOS; with an empty path only the boot catalogue leads to it.
    pub bios_boot_image: BootFile,
    /// El Torito boot image for UEFI; with an empty path only the boot catalogue leads to it.
    pub uefi_boot_image: BootFile,
    /// The same for media that do not ask for a key.
    pub uefi_boot_image_no_prompt: BootFile,
    /// Sectors of 512 bytes that a BIOS loads of its El Torito boot image.
    pub bios_load_sectors: u16,
    /// Write a boot information table into bytes 8 to 63 of the BIOS boot image, and let a BIOS load four sectors only. Boot
    /// programs such as GRUB and ISOLINUX want that; it alters the file, and the one of Windows must stay as it is.
    pub bios_boot_info_table: bool,
}

/// One boot file, or all files of a pattern.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BootFile {
    /// Path on the medium; empty when it is not a file there. The last part can be `*`: the name is kept.
    pub medium: String,
    /// Paths in the boot image, best first; a `*` in the last part stands for any characters, `{lang}` as a part for the
    /// folder of each language, here and in `medium`. Case does not count in an image. `{efi}` is `x64`, `aa64` or `ia32`, `{arch}` is `x64`, `arm64` or `i386`, `{bits}` is `64` or `32`; also in `medium`.
    pub sources: Vec<String>,
    /// Which firmware needs it.
    pub firmware: Firmware,
    /// Whether a medium for this firmware does not start without it.
    pub required: bool,
}

/// Which firmware needs a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Firmware {
    /// BIOS only.
    Bios,
    /// UEFI only.
    Uefi,
    /// Both.
    Both,
}

impl BootFile {
    fn new(medium: &str, firmware: Firmware, required: bool, sources: &[&str]) -> Self {
        Self { medium: medium.into(), sources: sources.iter().map(|path| (*path).into()).collect(), firmware, required }
    }

    /// Path on the medium for a processor; `None` for an unknown one.
    #[must_use]
    pub fn medium_for(&self, machine: Machine) -> Option<String> {
        fill_in(&self.medium, machine)
    }

    /// Paths in the boot image for a processor, best first; none for an unknown one.
    #[must_use]
    pub fn sources_for(&self, machine: Machine) -> Vec<String> {
        self.sources.iter().filter_map(|path| fill_in(path, machine)).collect()
    }

    /// Whether computers with this processor can need the file: ARM64 has no BIOS.
    #[must_use]
    pub fn applies_to(&self, machine: Machine) -> bool {
        !(machine == Machine::Arm64 && self.firmware == Firmware::Bios)
    }
}

pub(super) fn fill_in(path: &str, machine: Machine) -> Option<String> {
    let (efi, arch, bits) = match machine {
        Machine::X64 => ("x64", "x64", "64"),
        Machine::X86 => ("ia32", "i386", "32"),
        Machine::Arm64 => ("aa64", "arm64", "64"),
        Machine::Other(_) => return None,
    };
    Some(path.replace("{efi}", efi).replace("{arch}", arch).replace("{bits}", bits))
}

impl BootFilesProfile {
    /// The files that lie on the medium, in the order of the fields.
    #[must_use]
    pub fn files(&self) -> [&BootFile; 13] {
        [
            &self.bios_boot_manager,
            &self.root_uefi_boot_manager,
            &self.uefi_loader,
            &self.boot_stl,
            &self.bios_fonts,
            &self.uefi_fonts,
            &self.bios_mui,
            &self.root_uefi_mui,
            &self.uefi_loader_mui,
            &self.boot_sdi,
            &self.bootfix,
            &self.bios_bcd,
            &self.uefi_bcd,
        ]
    }
}

impl Default for BootFilesProfile {
    fn default() -> Self {
        use Firmware::{Bios, Both, Uefi};
        Self {
            bios_boot_manager: BootFile::new("bootmgr", Bios, true, &["Windows/Boot/PCAT/bootmgr"]),
            root_uefi_boot_manager: BootFile::new("bootmgr.efi", Uefi, false, &["Windows/Boot/EFI/bootmgr.efi"]),
            uefi_loader: BootFile::new("EFI/boot/boot{efi}.efi", Uefi, true, &["Windows/Boot/EFI/bootmgfw.efi"]),
            boot_stl: BootFile::new("EFI/Microsoft/Boot/boot.stl", Uefi, false, &["Windows/Boot/EFI/boot.stl"]),
            bios_fonts: BootFile::new("boot/fonts/*", Bios, false, &["Windows/Boot/Fonts/*.ttf"]),
            uefi_fonts: BootFile::new("EFI/Microsoft/Boot/fonts/*", Uefi, false, &["Windows/Boot/Fonts/*.ttf"]),
            bios_mui: BootFile::new(
                "boot/{lang}/bootmgr.exe.mui",
                Bios,
                false,
                &["Windows/Boot/PCAT/{lang}/bootmgr.exe.mui"],
            ),
            root_uefi_mui: BootFile::new(
                "{lang}/bootmgr.efi.mui",
                Uefi,
                false,
                &["Windows/Boot/EFI/{lang}/bootmgr.efi.mui"],
            ),
            uefi_loader_mui: BootFile::new(
                "EFI/boot/{lang}/boot{efi}.efi.mui",
                Uefi,
                false,
                &["Windows/Boot/EFI/{lang}/bootmgfw.efi.mui"],
            ),
            boot_sdi: BootFile::new(
                "boot/boot.sdi",
                Both,
                true,
                &["sms/boot/boot.sdi", "Windows/Boot/DVD/PCAT/boot.sdi", "Windows/Boot/DVD/EFI/boot.sdi"],
            ),
            bootfix: BootFile::new(
                "boot/bootfix.bin",
                Bios,
                false,
                &["sms/bin/{arch}/bootfix.bin", "Windows/Boot/DVD/PCAT/bootfix.bin"],
            ),
            bios_bcd: BootFile::new("boot/bcd", Bios, true, &["Windows/Boot/DVD/PCAT/BCD"]),
            uefi_bcd: BootFile::new(
                "EFI/Microsoft/Boot/BCD",
                Uefi,
                true,
                &["Windows/Boot/DVD/EFI/BCD", "sms/bin/{arch}/BCD-EFI-{bits}"],
            ),
            bios_boot_image: BootFile::new(
                "boot/etfsboot.com",
                Bios,
                true,
                &["sms/bin/{arch}/etfsboot.com", "Windows/Boot/DVD/PCAT/etfsboot.com"],
            ),
            uefi_boot_image: BootFile::new(
                "EFI/Microsoft/Boot/efisys.bin",
                Uefi,
                true,
                &["sms/bin/{arch}/efisys.bin", "Windows/Boot/DVD/EFI/en-US/efisys.bin"],
            ),
            uefi_boot_image_no_prompt: BootFile::new(
                "EFI/Microsoft/Boot/efisys_noprompt.bin",
                Uefi,
                true,
                &["sms/bin/{arch}/efisys_noprompt.bin", "Windows/Boot/DVD/EFI/en-US/efisys_noprompt.bin"],
            ),
            bios_load_sectors: 8,
            bios_boot_info_table: false,
        }
    }
}
