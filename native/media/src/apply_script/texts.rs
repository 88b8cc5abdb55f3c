//! The texts of the files: templates, with what is known of the image in the place of `{{NAMES}}`.

use super::TargetFirmware;
use super::image::PrestagedImage;

const APPLY: &str = include_str!("templates/apply.cmd");
const UEFI: &str = include_str!("templates/uefi.cmd");
const BIOS: &str = include_str!("templates/bios.cmd");
const DISK_UEFI: &str = include_str!("templates/disk-uefi.txt");
const DISK_BIOS: &str = include_str!("templates/disk-bios.txt");
const GUIDE: &str = include_str!("templates/guide.txt");

/// What stands in the texts beside what the image says.
pub(super) struct Numbers<'a> {
    /// The number of the disk.
    pub disk: u32,
    /// MB of the EFI system partition.
    pub efi_size: u32,
    /// Bytes of the image.
    pub length: u64,
    /// SHA-256 of the image.
    pub sha256: &'a str,
}

/// The files: names and texts, with the line ends of Windows.
pub(super) fn files(
    image: &PrestagedImage,
    firmware: &[TargetFirmware],
    numbers: &Numbers<'_>,
) -> Vec<(&'static str, String)> {
    let values = values(image, firmware, numbers);
    let mut files = vec![("apply.cmd", APPLY), ("guide.txt", GUIDE)];
    for firmware in firmware {
        files.push(match firmware {
            TargetFirmware::Uefi => ("disk-uefi.txt", DISK_UEFI),
            TargetFirmware::Bios => ("disk-bios.txt", DISK_BIOS),
        });
    }
    files.into_iter().map(|(name, template)| (name, crlf(&filled(template, &values)))).collect()
}

fn values(image: &PrestagedImage, firmware: &[TargetFirmware], numbers: &Numbers<'_>) -> Vec<(&'static str, String)> {
    let name = image.path.file_name().unwrap_or_default();
    let entry = image.uefi.as_ref().or(image.bios.as_ref());
    let mut needed = image.config.to_vec();
    needed.extend(entry.map(|entry| entry.sdi.clone()));
    let needed = needed.iter().map(|file| format!("\"{file}\"")).collect::<Vec<_>>().join(" ");
    let part = |wanted, template: &str| match firmware.contains(&wanted) {
        true => template.trim_end().to_owned(),
        // The script ends before it comes here: there is no recipe for the disk.
        false => "rem The image does not start with it.".to_owned(),
    };
    let entry =
        |of: fn(&super::image::Entry) -> &String| image.uefi.as_ref().map(|e| of(e).clone()).unwrap_or_default();
    let hashes = image.hashes.iter().map(|hash| format!("  {}  {}", hash.sha1, hash.path));
    vec![
        // These hold names of their own.
        ("UEFI", part(TargetFirmware::Uefi, UEFI)),
        ("BIOS", part(TargetFirmware::Bios, BIOS)),
        ("IMAGE", if is_plain(name) { format!("%~dp0{name}") } else { String::new() }),
        ("IMAGE_NAME", name.to_owned()),
        ("DISK", numbers.disk.to_string()),
        ("EFI_SIZE", numbers.efi_size.to_string()),
        ("LENGTH", numbers.length.to_string()),
        ("SHA256", numbers.sha256.to_owned()),
        ("BOOT_WIM", image.boot_wim.clone()),
        ("BOOT_SHA1", image.boot_sha1.clone()),
        ("NEEDED", needed),
        ("LOADER", image.loader.clone()),
        ("UEFI_STORE", image.uefi_store.clone()),
        ("ENTRY", entry(|e| &e.id)),
        ("OPTIONS", entry(|e| &e.options)),
        ("RAMDISK", entry(|e| &e.ram_disk)),
        ("ARCHITECTURE", image.architecture.clone()),
        ("FIRMWARE", firmware.iter().map(|f| f.name()).collect::<Vec<_>>().join(" and ")),
        ("TOOL", concat!("TaskSequenceMedia ", env!("CARGO_PKG_VERSION")).to_owned()),
        ("HASHES", hashes.collect::<Vec<_>>().join("\n")),
    ]
}

/// Whether cmd.exe takes a file name as it stands in a script, whatever its code page.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || " ._-()".contains(c))
}

fn filled(template: &str, values: &[(&str, String)]) -> String {
    values.iter().fold(template.to_owned(), |text, (name, value)| text.replace(&format!("{{{{{name}}}}}"), value))
}

fn crlf(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\n', "\r\n")
}

#[cfg(test)]
mod tests {
    use super::super::ApplyHash;
    use super::super::image::Entry;
    use super::*;

    fn image(name: &str) -> PrestagedImage {
        let entry = || Entry {
            id: "{e}".into(),
            options: "{o}".into(),
            ram_disk: r"\sources\boot.wim".into(),
            sdi: r"boot\boot.sdi".into(),
        };
        PrestagedImage {
            path: name.into(),
            architecture: "x64".into(),
            loader: "bootx64.efi".into(),
            boot_wim: r"sources\boot.wim".into(),
            boot_sha1: "AB".repeat(20),
            config: [r"SMS\data\TsmBootstrap.ini".into(), r"SMS\data\Variables.dat".into()],
            uefi_store: r"EFI\Microsoft\Boot\BCD".into(),
            uefi: Some(entry()),
            bios: Some(entry()),
            hashes: vec![ApplyHash { path: r"\sources\boot.wim".into(), sha1: "AB".repeat(20) }],
            warnings: Vec::new(),
        }
    }

    fn made(name: &str, firmware: &[TargetFirmware]) -> Vec<(&'static str, String)> {
        files(&image(name), firmware, &Numbers { disk: 0, efi_size: 260, length: 5, sha256: "CD" })
    }

    #[test]
    fn every_name_is_filled_in_and_every_label_is_there() {
        let files = made("pre staged (7).wim", &[TargetFirmware::Uefi, TargetFirmware::Bios]);
        let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["apply.cmd", "guide.txt", "disk-uefi.txt", "disk-bios.txt"]);
        for (name, text) in &files {
            assert!(text.is_ascii() && !text.contains("{{") && !text.contains("}}"), "{name}: {text}");
            assert!(text.lines().count() > 5 && text.split('\n').all(|line| line.is_empty() || line.ends_with('\r')));
        }
        let script = &files[0].1;
        for line in script.lines().filter(|line| line.contains("goto ")) {
            let label = line.rsplit("goto ").next().unwrap();
            let there = |label: &str| script.lines().any(|line| line == format!(":{label}"));
            assert!(label == "%firmware%" && there("uefi") && there("bios") || there(label), "{line}");
        }
        assert!(script.contains(r#"set "image=%~dp0pre staged (7).wim""#), "{script}");
        assert!(script.contains(r#"/set {e} device "ramdisk=[W:]\sources\boot.wim,{o}""#), "{script}");
    }

    /// `echo select disk 1>file` writes no number: cmd.exe takes a single digit right before `>` for a handle.
    #[test]
    fn nothing_that_may_end_with_a_digit_stands_before_a_redirection() {
        let script = &made("a.wim", &[TargetFirmware::Uefi, TargetFirmware::Bios])[0].1;
        let redirected = |line: &str| line.starts_with("echo ") && line.contains('>') && !line.starts_with("echo.");
        assert!(!script.lines().any(redirected), "{script}");
        assert!(script.contains("\r\n>\"%work%\" echo select disk %disk%\r\n"), "{script}");
    }

    #[test]
    fn what_the_image_does_not_start_with_is_left_out() {
        let files = made("a.wim", &[TargetFirmware::Bios]);
        assert!(files.iter().all(|(name, _)| *name != "disk-uefi.txt"));
        assert!(!files[0].1.contains("bcdboot") && files[0].1.contains("bootsect"));
    }

    #[test]
    fn a_name_that_a_script_cannot_hold_is_asked_for() {
        for name in ["100%.wim", "a&b.wim", "b\u{e4}.wim"] {
            assert!(made(name, &[TargetFirmware::Uefi])[0].1.contains("set \"image=\"\r\n"), "{name}");
        }
    }
}
