//! What a boot image tells about itself, and where.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::boot_files::fill_in;
use crate::pe::Machine;

/// Places in a boot image. Paths have `/`; case does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct BootImageProfile {
    /// Programs whose version is that of the Configuration Manager client, best first; `{arch}` as in boot files.
    pub client_programs: Vec<String>,
    /// Folder with a file `<name>~<key>~<arch>~<language>~<version>.mum` for each package of Windows that is installed.
    pub package_folder: String,
    /// What the names of packages begin with that are optional components of Windows PE.
    pub component_prefix: String,
    /// Folder with a folder for each driver, in which its .inf file is.
    pub driver_folder: String,
    /// The registry hive with the settings of the system.
    pub system_hive: String,
    /// Key in that hive, with `\`, ...
    pub scratch_space_key: String,
    /// ... and value that has the scratch space in MB.
    pub scratch_space_value: String,
    /// Folders with boot files of one signer each.
    pub loader_folders: Vec<String>,
    /// Where the Windows loader is, best first, without its ending `.exe` (BIOS) or `.efi` (UEFI): written into a boot
    /// configuration that is made.
    pub windows_loaders: Vec<String>,
}

impl Default for BootImageProfile {
    fn default() -> Self {
        let list = |places: &[&str]| places.iter().map(|place| (*place).to_owned()).collect();
        Self {
            client_programs: list(&["sms/bin/{arch}/TsmBootstrap.exe", "sms/bin/{arch}/TsBootShell.exe"]),
            package_folder: "Windows/servicing/Packages".into(),
            component_prefix: "WinPE-".into(),
            driver_folder: "Windows/System32/DriverStore/FileRepository".into(),
            system_hive: "Windows/System32/config/SYSTEM".into(),
            scratch_space_key: "ControlSet001\\Services\\FBWF".into(),
            scratch_space_value: "WinPECacheThreshold".into(),
            loader_folders: list(&[
                "Windows/Boot/EFI",
                "Windows/Boot/EFI_EX",
                "Windows/Boot/FONTS_EX",
                "Windows/Boot/DVD_EX",
            ]),
            windows_loaders: list(&["windows/system32/boot/winload", "windows/system32/winload"]),
        }
    }
}

impl BootImageProfile {
    /// Paths of the client's programs for a processor, best first; none for an unknown one.
    #[must_use]
    pub fn client_programs_for(&self, machine: Machine) -> Vec<String> {
        self.client_programs.iter().filter_map(|path| fill_in(path, machine)).collect()
    }
}
