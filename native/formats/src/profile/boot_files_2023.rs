//! Boot files whose signer is the authority of 2023: where a serviced boot image has them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::MediaProfile;
use super::boot_files::{BootFile, Firmware};

/// Boot files of the authority of 2023, in place of those of the same names. All others, `boot.stl` too, are the same for
/// both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct BootFiles2023Profile {
    /// Boot manager in the root.
    pub root_uefi_boot_manager: BootFile,
    /// The program that UEFI firmware starts.
    pub uefi_loader: BootFile,
    /// Fonts for UEFI.
    pub uefi_fonts: BootFile,
    /// El Torito boot image for UEFI.
    pub uefi_boot_image: BootFile,
    /// The same for media that do not ask for a key.
    pub uefi_boot_image_no_prompt: BootFile,
}

impl Default for BootFiles2023Profile {
    fn default() -> Self {
        let file = |medium: &str, required, source: &str| BootFile {
            medium: medium.into(),
            sources: vec![source.into()],
            firmware: Firmware::Uefi,
            required,
        };
        Self {
            root_uefi_boot_manager: file("bootmgr.efi", false, "Windows/Boot/EFI_EX/bootmgr_EX.efi"),
            uefi_loader: file("EFI/boot/boot{efi}.efi", true, "Windows/Boot/EFI_EX/bootmgfw_EX.efi"),
            uefi_fonts: file("EFI/Microsoft/Boot/fonts/*.ttf", true, "Windows/Boot/FONTS_EX/*_EX.ttf"),
            uefi_boot_image: file("EFI/Microsoft/Boot/efisys.bin", true, "Windows/Boot/DVD_EX/EFI/en-US/efisys_EX.bin"),
            uefi_boot_image_no_prompt: file(
                "EFI/Microsoft/Boot/efisys_noprompt.bin",
                true,
                "Windows/Boot/DVD_EX/EFI/en-US/efisys_noprompt_EX.bin",
            ),
        }
    }
}

impl MediaProfile {
    /// Takes the boot files of the authority of 2023 in place of the others.
    pub fn take_boot_files_of_2023(&mut self) {
        let of_2023 = self.boot_files_2023.clone();
        let files = &mut self.boot_files;
        files.root_uefi_boot_manager = of_2023.root_uefi_boot_manager;
        files.uefi_loader = of_2023.uefi_loader;
        files.uefi_fonts = of_2023.uefi_fonts;
        files.uefi_boot_image = of_2023.uefi_boot_image;
        files.uefi_boot_image_no_prompt = of_2023.uefi_boot_image_no_prompt;
        // Every image with these files has the list too, and the loader refuses to go on without it.
        files.boot_stl.required = true;
    }
}
