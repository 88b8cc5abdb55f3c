//! Secure Boot on the medium: which computers start its loaders, and how old they are.

use crate::ErrorKind;
use crate::inspect::Inspection;
use crate::report::Check;
use crate::secure_boot::{BootLoader, below_floor, on_disc, years};
use crate::text::begins_in_any_case;
use camino::Utf8Path;
use tsm_formats::MediaProfile;
use tsm_formats::secure_boot::{Computer, Start};

/// Makes the checks; gives the loader that firmware starts first.
pub(super) fn check(
    path: &Utf8Path,
    inspection: &mut Inspection,
    profile: &MediaProfile,
    checks: &mut Vec<Check>,
) -> Option<BootLoader> {
    let mut loaders = Vec::new();
    let mut faults = Vec::new();
    for found in on_disc(inspection, path.as_str(), &profile.secure_boot) {
        match found {
            Ok(loader) => loaders.push(loader),
            Err(e) => faults.push(e.with_causes()),
        }
    }
    let first = loaders.iter().find(|l| begins_in_any_case(&l.path, "efi/")).cloned();
    checks.push(trust(&loaders, &faults));
    checks.extend(first.as_ref().and_then(|loader| version(loader, profile)));
    checks.extend(super::boot_set::check(path, inspection, profile));
    first
}

/// Which computers start the medium.
fn trust(loaders: &[BootLoader], faults: &[String]) -> Check {
    const ID: &str = "medium.secure-boot";
    const TITLE: &str = "The boot loaders are whole, and it is known which computers with Secure Boot start them";
    const SYMPTOM: &str =
        "The firmware refuses the medium: \"Secure Boot violation\", or it passes it over without a word.";
    let describe = |l: &BootLoader| format!("'{}' is {}", l.path, l.signed_by());
    let mut evidence = loaders.iter().map(describe).collect::<Vec<_>>().join("; ");
    if let Some(damaged) = loaders.iter().find(|l| l.is_damaged()) {
        return Check::failed(ID, TITLE, ErrorKind::BootLoaderAltered, format!("{evidence}."))
            .target(damaged.path.clone())
            .symptom(SYMPTOM);
    }
    let Some(first) = loaders.first() else {
        let evidence =
            if faults.is_empty() { "There is no boot loader for UEFI.".to_owned() } else { faults.join(" ") };
        return Check::warning(ID, TITLE, evidence, "Look at what the medium was made from.");
    };
    for computer in Computer::ALL {
        let verdict = match first.result(computer) {
            Start::Starts => "starts",
            Start::Refused => "does not start",
            Start::Unknown => "may start",
        };
        evidence = format!("{evidence}; it {verdict} on a computer that {}", computer.words());
    }
    let evidence = format!("{evidence}. {}", faults.join(" ")).trim_end().to_owned();
    if let Some(other) = loaders.iter().find(|l| l.path.starts_with("[BOOT]") && l.generations != first.generations) {
        let evidence = format!(
            "The loader within the boot image for UEFI is of the authority of {}, the one beside it of {}: {evidence}",
            years(&other.generations),
            years(&first.generations)
        );
        return Check::warning(ID, TITLE, evidence, "Make the medium anew, so that both are of one generation.")
            .number(ErrorKind::BootLoaderMixed)
            .symptom(SYMPTOM);
    }
    // Without any signature somebody has chosen to do without Secure Boot; with one, it should lead somewhere.
    let refused = !first.signers.is_empty() && Computer::ALL.iter().all(|c| first.result(*c) == Start::Refused);
    if refused || !faults.is_empty() {
        let remedy = "Make the medium anew from a boot image whose boot files are Microsoft's.";
        return Check::warning(ID, TITLE, evidence, remedy).symptom(SYMPTOM);
    }
    Check::passed(ID, TITLE, evidence)
}

fn version(loader: &BootLoader, profile: &MediaProfile) -> Option<Check> {
    const ID: &str = "medium.security-version";
    const TITLE: &str = "The boot manager is not older than computers with the newest revocations let it be";
    let checked = match below_floor(loader, &profile.secure_boot) {
        Some(evidence) => Check::warning(
            ID,
            TITLE,
            evidence,
            "Service the boot image with the newest cumulative update, and make the medium anew.",
        )
        .number(ErrorKind::BootLoaderOld)
        .symptom("\"Secure boot version check failed\", and the computer goes off after ten seconds."),
        None => Check::passed(ID, TITLE, format!("Security version number {}.", loader.svn.as_deref()?)),
    };
    Some(checked)
}
