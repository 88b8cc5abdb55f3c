//! `tsmedia apply-script`: what a depot needs to put a prestaged medium on disks.

use crate::arguments::{FirmwareName, Voice};
use crate::{exit, run};
use std::io::{self, Write};
use tsm_media::{ApplyScript, ApplyScriptRequest, Host, Outcome, Result, TargetFirmware, export_apply_script};

/// Runs the command and returns the exit code.
pub fn run(request: &ApplyScriptRequest, host: &Host, voice: Voice) -> Result<u8> {
    let written = export_apply_script(request, host, &run::context(voice)?)?;
    run::say(voice, &written, print);
    let warned = !written.warnings.is_empty();
    Ok(if warned { exit::of_outcome(Outcome::Warning, exit::VERIFICATION) } else { exit::GOOD })
}

/// The firmware in the words of the product.
pub fn firmware(names: &[FirmwareName]) -> Vec<TargetFirmware> {
    let of = |name: &FirmwareName| match name {
        FirmwareName::Uefi => TargetFirmware::Uefi,
        FirmwareName::Bios => TargetFirmware::Bios,
    };
    names.iter().map(of).collect()
}

fn print(out: &mut dyn Write, script: &ApplyScript) -> io::Result<()> {
    let firmware: Vec<&str> = script.firmware.iter().map(|firmware| firmware.name()).collect();
    writeln!(out, "folder      : {}", script.path)?;
    writeln!(out, "files       : {}", script.files.join(", "))?;
    writeln!(out, "image       : {}", script.image)?;
    writeln!(out, "SHA-256     : {}", script.sha256)?;
    writeln!(out, "computers   : {}, {}", script.architecture, firmware.join(" and "))?;
    script.hashes.iter().try_for_each(|hash| writeln!(out, "  {}  {}", hash.sha1, hash.path))?;
    script.warnings.iter().try_for_each(|warning| writeln!(out, "warning     : {warning}"))
}
