//! Settings of firmware with Secure Boot: whom it trusts and whom it forbids, written by virt-firmware.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::BootError;

/// A made-up owner of the keys.
const OWNER: &str = "3f2c8a54-6d1e-4b7a-9c52-0e8d7b6a5f41";

/// Writes settings with Secure Boot on. `trusted` and `forbidden` are certificates of authorities, in PEM; the first of
/// `trusted` is the owner of the platform too.
///
/// # Errors
/// virt-firmware is not installed, or refuses.
pub fn settings(empty: &Path, trusted: &[&Path], forbidden: &[&Path], output: &Path) -> Result<(), BootError> {
    const PROGRAM: &str = "virt-fw-vars";
    let mut command = program();
    command.arg("--input").arg(empty).arg("--output").arg(output);
    if let Some(owner) = trusted.first() {
        command.args(["--set-pk", OWNER]).arg(owner).args(["--add-kek", OWNER]).arg(owner);
    }
    for certificate in trusted {
        command.args(["--add-db", OWNER]).arg(certificate);
    }
    for certificate in forbidden {
        command.args(["--add-dbx-cert", OWNER]).arg(certificate);
    }
    command.arg("--sb");
    let missing = |_| BootError::ProgramMissing { program: PROGRAM.to_owned(), package: "python3-virt-firmware" };
    let done = command.output().map_err(missing)?;
    if done.status.success() && output.is_file() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&done.stderr).trim().to_owned();
    if said.contains("No module named") {
        return Err(BootError::ProgramMissing { program: PROGRAM.to_owned(), package: "python3-virt-firmware" });
    }
    Err(BootError::Program { program: PROGRAM, output: said })
}

/// The program of the system, or the one that `build/prerequisites.sh` puts below `target/tools`.
fn program() -> Command {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/tools/virt-firmware");
    let folder = std::env::var_os("TSM_VIRT_FIRMWARE").map_or(own, PathBuf::from);
    if folder.is_dir() {
        let mut command = Command::new("python3");
        command.env("PYTHONPATH", folder).args(["-m", "virt.firmware.vars"]);
        return command;
    }
    Command::new("virt-fw-vars")
}
