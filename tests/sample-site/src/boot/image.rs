//! The trees of the boot images: what Windows PE and Configuration Manager put where, as stand-ins.
use anyhow::{Context as _, Result};

use super::bcd::store;
use super::fat12::floppy;
use super::hive::{DWORD, Key, hive};
use super::program::{BOOT_APPLICATION, EFI_APPLICATION, Machine, WINDOWS, program};
use super::sector::boot_sector;
use crate::chance::Chance;
use crate::tree::Tree;

const FONTS: [&str; 6] = ["chs_boot", "jpn_boot", "kor_boot", "malgun_boot", "segoe_slboot", "wgl4_boot"];
const LANGUAGES: [&str; 2] = ["de-DE", "en-US"];
/// Size of the boot.sdi of Windows install media.
const SDI_LENGTH: usize = 3_170_304;

/// Words for an architecture in the several worlds.
pub(crate) struct Words {
    /// Folder below `sms/bin`.
    pub(crate) sms: &'static str,
    /// Removable-media loader without ending.
    pub(crate) efi: &'static str,
    /// Boot configuration store of Configuration Manager.
    pub(crate) bcd: &'static str,
}

pub(crate) fn words(machine: Machine) -> Words {
    match machine {
        Machine::X86 => Words { sms: "i386", efi: "BOOTIA32", bcd: "BCD-EFI-32" },
        Machine::X64 => Words { sms: "x64", efi: "BOOTX64", bcd: "BCD-EFI-64" },
        Machine::Arm64 => Words { sms: "arm64", efi: "BOOTAA64", bcd: "BCD-EFI-ARM64" },
    }
}

/// A boot image of Configuration Manager. ARM64 has no BIOS, so no BIOS boot files.
pub(crate) fn boot_image_tree(machine: Machine, seed: u64, modified: i64) -> Result<Tree> {
    let mut tree = without_boot_files(machine, modified);
    efi_files(&mut tree, machine, "", seed)?;
    efi_files(&mut tree, machine, "_EX", seed)?;
    tree.file("Windows/Boot/DVD/EFI/BCD", store(true));
    config_manager_files(&mut tree, machine)?;
    if machine != Machine::Arm64 {
        bios_files(&mut tree, machine);
    }
    let system = |name: &str| program(machine, BOOT_APPLICATION, name);
    for folder in ["Windows/System32", "Windows/System32/Boot"] {
        tree.file(&format!("{folder}/winload.efi"), system("winload.efi"));
        tree.file(&format!("{folder}/winload.exe"), system("winload.exe"));
    }
    Ok(tree)
}

/// What is left when no boot file is there: such images exist when somebody tidied up too much.
pub(crate) fn without_boot_files(machine: Machine, modified: i64) -> Tree {
    let mut tree = Tree::new(modified);
    let sms = words(machine).sms;
    for name in ["TsBootShell.exe", "TsmBootstrap.exe", "smsboot.exe"] {
        tree.file(&format!("sms/bin/{sms}/{name}"), with_version(program(machine, WINDOWS, name), CLIENT_VERSION));
    }
    servicing(&mut tree, machine);
    tree.file("Windows/System32/config/SYSTEM", system_hive());
    tree.file(
        &format!("sms/bin/{sms}/TsBootShell.ini"),
        format!("[Shell]\r\nOrgName=Contoso\r\nEnableDebugShell=true\r\nRun=X:\\sms\\bin\\{sms}\\TsmBootstrap.exe /env:WinPE /configpath:%CONFIGPATH%\r\n"),
    );
    tree.file(
        "Windows/System32/winpeshl.ini",
        format!("[LaunchApps]\r\n%SYSTEMDRIVE%\\sms\\bin\\{sms}\\TsBootShell.exe\r\n"),
    );
    for name in ["ntoskrnl.exe", "wpeinit.exe", "winpeshl.exe"] {
        tree.file(&format!("Windows/System32/{name}"), program(machine, WINDOWS, name));
    }
    tree.folder("Windows/Temp");
    tree.folder("Users/Public");
    tree
}

/// Version of the Configuration Manager client in every boot image.
const CLIENT_VERSION: [u16; 4] = [5, 0, 9128, 1007];
/// Scratch space of Windows PE in MB.
const SCRATCH_SPACE: u32 = 512;

/// A program with what Windows shows as its file version, behind its end: where readers of resources do not look, but
/// those that look for the structure itself.
fn with_version(mut program: Vec<u8>, [major, minor, build, revision]: [u16; 4]) -> Vec<u8> {
    program.extend("VS_VERSION_INFO\0".encode_utf16().flat_map(u16::to_le_bytes));
    program.resize(program.len().next_multiple_of(4), 0);
    program.extend_from_slice(&0xfeef_04bd_u32.to_le_bytes());
    program.extend_from_slice(&0x0001_0000_u32.to_le_bytes());
    for number in [minor, major, revision, build] {
        program.extend_from_slice(&number.to_le_bytes());
    }
    program.resize(program.len() + 36, 0);
    program
}

/// Packages of Windows PE that are installed, and drivers: of Windows, and one of another maker for network and storage.
fn servicing(tree: &mut Tree, machine: Machine) {
    let arch = match machine {
        Machine::X86 => "x86",
        Machine::X64 => "amd64",
        Machine::Arm64 => "arm64",
    };
    for (name, language) in [
        ("WinPE-WMI-Package", ""),
        ("WinPE-WMI-Package", "en-US"),
        ("WinPE-Scripting-Package", ""),
        ("WinPE-WDS-Tools-Package", ""),
        ("WinPE-SecureStartup-Package", ""),
        ("Microsoft-Windows-WinPE-Package", "en-US"),
        ("Package_for_RollupFix", ""),
    ] {
        let file = format!("{name}~31bf3856ad364e35~{arch}~{language}~10.0.26100.1.mum");
        tree.file(&format!("Windows/servicing/Packages/{file}"), "<!-- stand-in of the sample site -->\r\n");
    }
    for (name, class, guid, provider) in [
        ("netvsc", "Net", "{4d36e972-e325-11ce-bfc1-08002be10318}", "Microsoft"),
        ("storvsc", "SCSIAdapter", "{4D36E97B-E325-11CE-BFC1-08002BE10318}", "Microsoft"),
        ("keyboard", "Keyboard", "{4d36e96b-e325-11ce-bfc1-08002be10318}", "Microsoft"),
        ("contosonet", "Net", "{4d36e972-e325-11ce-bfc1-08002be10318}", "Contoso"),
        ("contosoraid", "SCSIAdapter", "{4d36e97b-e325-11ce-bfc1-08002be10318}", "Contoso"),
    ] {
        let text = format!(
            "; stand-in of the sample site\r\n[Version]\r\nSignature=\"$WINDOWS NT$\"\r\nClass={class}\r\nClassGuid={guid}\r\n\
             Provider=%Maker%\r\nDriverVer=03/14/2025,1.2.3.4\r\n[Strings]\r\nMaker=\"{provider}\"\r\n"
        );
        let wide: Vec<u8> = "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        let folder = format!("Windows/System32/DriverStore/FileRepository/{name}.inf_{arch}_0123456789abcdef");
        tree.file(&format!("{folder}/{name}.inf"), wide);
        tree.file(&format!("{folder}/{name}.sys"), program(machine, WINDOWS, name));
    }
}

/// The registry hive of the system, with the scratch space.
fn system_hive() -> Vec<u8> {
    let scratch = Key::new("FBWF").value("WinPECacheThreshold", DWORD, SCRATCH_SPACE.to_le_bytes().to_vec());
    let services = Key::new("Services").key(scratch);
    hive(&Key::new("ROOT").key(Key::new("ControlSet001").key(services)))
}

/// UEFI boot files of one signer: the folders and files of the 2023 one end in `_EX`.
fn efi_files(tree: &mut Tree, machine: Machine, ex: &str, seed: u64) -> Result<()> {
    let efi = |name: &str| program(machine, EFI_APPLICATION, name);
    for name in ["bootmgr", "bootmgfw"] {
        let name = format!("{name}{ex}.efi");
        tree.file(&format!("Windows/Boot/EFI{ex}/{name}"), efi(&name));
    }
    let fonts = if ex.is_empty() { "Fonts" } else { "FONTS_EX" };
    for name in FONTS {
        let mut font = b"stand-in font of the sample site\r\n".to_vec();
        font.extend(Chance::new(seed, name).bytes(2000));
        tree.file(&format!("Windows/Boot/{fonts}/{name}{ex}.ttf"), font);
    }
    let dvd = format!("Windows/Boot/DVD{ex}/EFI/en-US");
    for name in ["efisys", "efisys_noprompt"] {
        let name = format!("{name}{ex}.bin");
        tree.file(&format!("{dvd}/{name}"), efi_floppy(machine, &name)?);
    }
    if ex.is_empty() {
        tree.file("Windows/Boot/EFI/boot.stl", "stand-in of the sample site: boot.stl");
        for language in LANGUAGES {
            for name in ["bootmgr.efi.mui", "bootmgfw.efi.mui"] {
                tree.file(&format!("Windows/Boot/EFI/{language}/{name}"), efi(name));
            }
        }
    }
    Ok(())
}

fn efi_floppy(machine: Machine, name: &str) -> Result<Vec<u8>> {
    let loader = program(machine, EFI_APPLICATION, name);
    floppy("EFISECTOR", words(machine).efi, &loader).context("the stand-in loader does not fit a floppy disk")
}

fn bios_files(tree: &mut Tree, machine: Machine) {
    tree.file("Windows/Boot/PCAT/bootmgr", boot_sector(32_768, "bootmgr"));
    for language in LANGUAGES {
        for name in ["bootmgr.exe.mui", "memtest.exe.mui"] {
            tree.file(&format!("Windows/Boot/PCAT/{language}/{name}"), program(machine, WINDOWS, name));
        }
    }
    tree.file("Windows/Boot/PCAT/memtest.exe", program(machine, BOOT_APPLICATION, "memtest.exe"));
    tree.file("Windows/Boot/DVD/PCAT/BCD", store(false));
    tree.file("Windows/Boot/DVD/PCAT/boot.sdi", sdi());
    tree.file("Windows/Boot/DVD/PCAT/etfsboot.com", boot_sector(4096, "etfsboot.com"));
    let sms = words(machine).sms;
    tree.file(&format!("sms/bin/{sms}/etfsboot.com"), boot_sector(4096, "etfsboot.com"));
    tree.file(&format!("sms/bin/{sms}/bootfix.bin"), boot_sector(1024, "bootfix.bin"));
}

/// What Configuration Manager injects for making media.
fn config_manager_files(tree: &mut Tree, machine: Machine) -> Result<()> {
    let words = words(machine);
    tree.file("sms/boot/boot.sdi", sdi());
    tree.file(&format!("sms/bin/{}/efisys.bin", words.sms), efi_floppy(machine, "efisys.bin")?);
    tree.file(&format!("sms/bin/{}/{}", words.sms, words.bcd), store(true));
    for name in ["TsCore.dll", "CommonUtils.dll", "SmsCore.dll", "ccmcore.dll", "msvcp140.dll", "vcruntime140.dll"] {
        tree.file(&format!("sms/bin/{}/{name}", words.sms), program(machine, WINDOWS, name));
    }
    Ok(())
}

fn sdi() -> Vec<u8> {
    let mut bytes = b"$SDI0001".to_vec();
    bytes.resize(512, 0);
    bytes.extend_from_slice(b"stand-in of the sample site: boot.sdi");
    bytes.resize(SDI_LENGTH, 0);
    bytes
}
