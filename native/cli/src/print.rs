//! Results and errors in words for people, and as JSON for programs.

use serde_json::json;
use std::borrow::Cow;
use std::io::{self, Write};
use tsm_media::{
    BootLoader, Bundle, CertificateRecord, Check, ContentRecord, ContentSweep, Error, EvidenceRecord, Medium,
    MediumOperatingSystem, Outcome, Plan, SignatureState, TestReport, Verdict,
};

/// Text without control characters: names on a foreign medium must not steer the terminal.
pub fn printable(text: &str) -> Cow<'_, str> {
    if text.chars().any(char::is_control) {
        Cow::Owned(text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// A JSON document on `out`.
pub fn document(out: &mut dyn Write, value: &impl serde::Serialize) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)
}

/// An error as a JSON value: what a script needs to act on it.
pub fn error_value(error: &Error) -> serde_json::Value {
    json!({ "error": {
        "code": error.kind().code(),
        "symbol": error.kind().symbol(),
        "message": error.message(),
        "target": error.target_object(),
        "stage": error.stage(),
        "causes": error.causes(),
        "os": error.os_code(),
        "recommendedAction": error.recommended_action(),
    }})
}

/// An error in words: what, where, why, and what to do now.
pub fn error(out: &mut dyn Write, error: &Error) -> io::Result<()> {
    writeln!(out, "error {}: {}", error.kind().code(), printable(error.message()))?;
    if let Some(target) = error.target_object() {
        writeln!(out, "  Where: {}", printable(target))?;
    }
    for cause in error.causes() {
        writeln!(out, "  Cause: {}", printable(&cause))?;
    }
    writeln!(out, "  What to do: {}", printable(error.recommended_action()))
}

/// A report: one line a check, what to do about those that did not pass, and the sum.
pub fn report(out: &mut dyn Write, report: &TestReport) -> io::Result<()> {
    let width = report.checks.iter().map(|c| c.id.chars().count()).max().unwrap_or(0);
    for check in &report.checks {
        self::check(out, check, width)?;
    }
    let count = |outcome| report.checks.iter().filter(|c| c.outcome == outcome).count();
    writeln!(
        out,
        "{}: {} ({} checks: {} passed, {} with a warning, {} failed; {:.1} s)",
        printable(&report.subject),
        word(report.outcome),
        report.checks.len(),
        count(Outcome::Passed),
        count(Outcome::Warning),
        count(Outcome::Failed),
        report.duration_milliseconds as f64 / 1000.0
    )
}

/// One check, and what to do when it did not pass.
pub fn check(out: &mut dyn Write, check: &Check, width: usize) -> io::Result<()> {
    writeln!(
        out,
        "{:<7} {:<width$} {}: {}",
        word(check.outcome),
        check.id,
        printable(&check.title),
        printable(&check.evidence)
    )?;
    if check.outcome == Outcome::Passed {
        return Ok(());
    }
    let details = [
        ("Error", &check.error_id),
        ("Where", &check.target),
        ("On the client", &check.client_symptom),
        ("What to do", &check.remedy),
    ];
    for (name, text) in details {
        if let Some(text) = text {
            writeln!(out, "          {name}: {}", printable(text))?;
        }
    }
    Ok(())
}

fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "passed",
        Outcome::Warning => "warning",
        Outcome::Failed => "FAILED",
    }
}

/// What is kept of content: a line a package, and the sum.
pub fn content(out: &mut dyn Write, records: &[ContentRecord]) -> io::Result<()> {
    for record in records {
        let version = record.source_version.map_or_else(String::new, |v| format!(" version {v}"));
        let state = if record.complete { "complete" } else { "not complete" };
        writeln!(
            out,
            "{}{version} {}: {} of {} files, {} of {} bytes, {state}, in {}",
            printable(&record.package_id),
            printable(record.name.as_deref().unwrap_or_default()),
            record.files_here,
            record.files,
            record.bytes_here,
            record.bytes,
            printable(&record.path)
        )?;
    }
    let bytes: u64 = records.iter().map(|r| r.bytes_here).sum();
    writeln!(out, "{} packages, {bytes} bytes", records.len())
}

/// What was removed from the cache.
pub fn sweep(out: &mut dyn Write, sweep: &ContentSweep) -> io::Result<()> {
    writeln!(
        out,
        "{}: {} files ({} bytes) removed, {} files ({} bytes) left, {} in use",
        printable(&sweep.path),
        sweep.files,
        sweep.bytes,
        sweep.files_left,
        sweep.bytes_left,
        sweep.busy
    )
}

/// A bundle that was written or read.
pub fn bundle(out: &mut dyn Write, bundle: &Bundle) -> io::Result<()> {
    writeln!(out, "{}: {} files, {} bytes, whole", printable(&bundle.path), bundle.files, bundle.bytes)?;
    for package in &bundle.packages {
        let (id, name) = (&package.package_id, printable(&package.name));
        writeln!(out, "  {id} version {}: {name}, {} bytes", package.source_version, package.bytes)?;
    }
    for field in &bundle.left_out {
        writeln!(out, "  not in it, as it holds a secret: what '{field}' names")?;
    }
    writeln!(out, "  plan {} for '{}'", bundle.plan_id, printable(&bundle.definition.path))
}

/// A medium held against the media profile: what differs first, then the sums.
pub fn evidence(out: &mut dyn Write, records: &[EvidenceRecord]) -> io::Result<()> {
    let count = |verdict| records.iter().filter(|r| r.verdict == verdict).count();
    for record in records.iter().filter(|r| r.verdict == Verdict::Different) {
        writeln!(out, "different {}", record.key)?;
        writeln!(out, "          assumed: {}", printable(record.assumed.as_deref().unwrap_or("nothing")))?;
        writeln!(out, "          found:   {}", printable(record.found.as_deref().unwrap_or("nothing")))?;
    }
    writeln!(
        out,
        "{} values of the media profile: {} as assumed, {} different, {} not to be seen on this medium",
        records.len(),
        count(Verdict::Same),
        count(Verdict::Different),
        count(Verdict::Unseen)
    )
}

/// A plan: its files, where they come from, and the sums.
pub fn plan(out: &mut dyn Write, plan: &Plan) -> io::Result<()> {
    writeln!(out, "{:>14}  {:<19}  path", "bytes", "hash")?;
    let is_set = plan.volumes.len() > 1;
    let mut volume = 0;
    for entry in &plan.entries {
        if is_set && entry.volume != volume {
            volume = entry.volume;
            writeln!(out, "on volume {volume} of {}:", plan.volumes.len())?;
        }
        let hash = match (&entry.hash_algorithm, &entry.hash) {
            (Some(algorithm), Some(hash)) => format!("{algorithm} {}", hash.get(..12).unwrap_or(hash)),
            _ => "fresh".to_owned(),
        };
        let size = entry.size.map_or_else(|| "fresh".to_owned(), |size| size.to_string());
        writeln!(out, "{size:>14}  {hash:<19}  {}", printable(&entry.path))?;
        writeln!(out, "{:32}from {}", "", printable(&entry.source))?;
    }
    for item in &plan.items {
        writeln!(
            out,
            "{} {} '{}', version {}, {} bytes, from {}",
            item.object_type,
            printable(&item.package_id),
            printable(&item.name),
            item.source_version,
            item.bytes,
            printable(&item.sources.join("; "))
        )?;
    }
    for volume in &plan.volumes {
        writeln!(out, "volume {}: {} files, {} bytes", volume.index, volume.files, volume.bytes)?;
    }
    let (staging, target) = (plan.staging_bytes, plan.target_bytes);
    writeln!(out, "needs {staging} bytes in the temporary folder and {target} bytes beside {}", printable(&plan.path))?;
    writeln!(out, "plan {}", plan.plan_id)
}

/// A medium: one line a property, those that are not known left out.
pub fn medium(out: &mut dyn Write, medium: &Medium) -> io::Result<()> {
    for (name, value) in properties(medium) {
        if let Some(value) = value {
            writeln!(out, "{name:<20}: {}", printable(&value))?;
        }
    }
    for warning in &medium.warnings {
        writeln!(out, "{:<20}: {}", "warning", printable(warning))?;
    }
    Ok(())
}

/// A certificate: one line a property, and what is to be known about it.
pub fn certificate(out: &mut dyn Write, certificate: &CertificateRecord) -> io::Result<()> {
    let lines = [
        ("certificate", certificate.source.clone()),
        ("SHA-1", certificate.thumbprint.clone()),
        ("subject", certificate.subject.clone()),
        ("issuer", certificate.issuer.clone()),
        ("chain", certificate.chain.join(", ")),
        ("valid", format!("{} to {}", certificate.not_before, certificate.not_after)),
        ("days remaining", certificate.days_remaining.to_string()),
        ("kind", certificate.key_type.clone()),
        ("key", format!("RSA {}", certificate.key_length)),
        ("registration", format!("{:?}", certificate.registration_state)),
    ];
    for (name, value) in lines.iter().filter(|(_, value)| !value.is_empty()) {
        writeln!(out, "{name:<20}: {}", printable(value))?;
    }
    for warning in &certificate.warnings {
        writeln!(out, "{:<20}: {}", "warning", printable(warning))?;
    }
    Ok(())
}

/// A boot loader: its signatures, and the computers that start it.
pub fn boot_loader(out: &mut dyn Write, loader: &BootLoader) -> io::Result<()> {
    writeln!(out, "{:<20}: {}", "boot loader", printable(&loader.path))?;
    if let Some(container) = &loader.container {
        writeln!(out, "{:<20}: {}", "in", printable(container))?;
    }
    if let Some(architecture) = &loader.architecture {
        writeln!(out, "{:<20}: {architecture}", "architecture")?;
    }
    if loader.signers.is_empty() {
        writeln!(out, "{:<20}: none", "signature")?;
    }
    for signer in &loader.signers {
        let nested = if signer.is_nested { ", nested" } else { "" };
        writeln!(
            out,
            "{:<20}: {}{nested}: {}",
            "signature",
            word_of(signer.state),
            printable(&signer.chain.join(" < "))
        )?;
        if let Some(authority) = &signer.authority {
            writeln!(out, "{:<20}: {}", "authority", printable(authority))?;
        }
    }
    writeln!(out, "{:<20}: {}", "security version", loader.svn.as_deref().unwrap_or("none"))?;
    for start in &loader.starts {
        writeln!(out, "{:<20}: {}", start.computer, start.result)?;
    }
    for remark in &loader.remarks {
        writeln!(out, "{:<20}: {}", "remark", printable(remark))?;
    }
    Ok(())
}

fn word_of(state: SignatureState) -> &'static str {
    match state {
        SignatureState::Good => "good",
        SignatureState::Altered => "ALTERED since it was signed",
        SignatureState::Forged => "FORGED",
        SignatureState::Unknown => "cannot be verified",
    }
}

/// The properties of a medium in the order of the output.
fn operating_system(system: &MediumOperatingSystem) -> String {
    let files = format!("{} files, {} bytes when applied", system.files, system.applied_bytes);
    let languages = Some(system.languages.join(" ")).filter(|languages| !languages.is_empty());
    let parts = [
        Some(system.name.clone()),
        system.edition.clone(),
        system.os_version.clone(),
        system.architecture.clone(),
        languages,
        Some(files),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn properties(medium: &Medium) -> Vec<(&'static str, Option<String>)> {
    let yes_no = |b: bool| if b { "yes" } else { "no" }.to_owned();
    let list = |l: &[String]| (!l.is_empty()).then(|| l.join(", "));
    let boot_image = medium.boot_image.as_ref().map(|b| {
        let version = b.source_version.map(|v| format!("version {v}"));
        let os = b.os_version.as_ref().map(|v| format!("Windows PE {v}"));
        [b.package_id.clone(), version, b.architecture.clone(), os].into_iter().flatten().collect::<Vec<_>>().join(", ")
    });
    let found = medium.boot_image.as_ref().and_then(|image| image.loader.as_ref());
    let loader = found.map(|l| format!("{}, {}", l.path, l.signed_by()));
    let svn = found.and_then(|l| l.svn.clone());
    let certificate = medium.certificate.as_ref();
    vec![
        ("path", Some(medium.path.clone())),
        ("volume", medium.volume.as_ref().map(|v| format!("{} of {}", v.number, v.count))),
        ("volumes", list(&medium.volumes.iter().map(|v| v.path.clone()).collect::<Vec<_>>())),
        ("kind", medium.kind.map(|k| format!("{k:?}"))),
        ("label", Some(medium.label.clone())),
        ("media ID", medium.id.clone()),
        ("site code", medium.site_code.clone()),
        ("mode", medium.media_mode.map(|m| format!("{m:?}"))),
        ("management points", list(&medium.management_point)),
        ("boot image", boot_image.filter(|b| !b.is_empty())),
        ("boot loader", loader),
        ("operating system", medium.operating_system.as_ref().map(operating_system)),
        ("security version", svn),
        ("certificate", certificate.map(|c| format!("{} ({})", c.thumbprint, c.key_type))),
        ("valid", certificate.map(|c| format!("{} to {}", c.not_before, c.not_after))),
        ("days remaining", medium.days_remaining.map(|d| d.to_string())),
        ("registration", certificate.map(|c| format!("{:?}", c.registration_state))),
        ("registered by", medium.registration.as_ref().map(|r| r.cim_command.clone())),
        ("password", Some(yes_no(medium.is_password_protected))),
        ("unattended", Some(yes_no(medium.allow_unattended))),
        ("unknown computers", medium.allow_unknown_machine.map(yes_no)),
        ("variables", list(&medium.variable_names)),
        ("bytes", Some(medium.length.to_string())),
        ("SHA-256", medium.sha256.clone()),
        ("manifest", medium.manifest_path.clone()),
        ("log", medium.log_path.clone()),
        ("plan", medium.plan_id.clone()),
        ("created", medium.created.clone()),
        ("verification", medium.verification.map(|o| word(o).to_owned())),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use tsm_media::{ErrorKind, Stage};

    fn text(print: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        print(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn package_unknown() -> Error {
        let cause = io::Error::other("disc\u{1b}[2J gone");
        Error::new(ErrorKind::PackageUnknown, Stage::Site, "The site has no package PS100009.")
            .target("PS100009")
            .source(cause)
    }

    #[test]
    fn an_error_says_what_where_why_and_what_to_do() {
        let text = text(|out| error(out, &package_unknown()));
        assert!(text.starts_with("error TSM1106: The site has no package PS100009.\n  Where: PS100009\n"), "{text}");
        assert!(text.contains("\n  What to do: Check the package ID"), "{text}");
    }

    #[test]
    fn an_error_as_json_has_its_number_and_stage() {
        let value = error_value(&package_unknown());
        assert_eq!(value["error"]["code"], "TSM1106");
        assert_eq!(value["error"]["symbol"], "PackageUnknown");
        assert_eq!(value["error"]["stage"], "site");
    }

    #[test]
    fn what_a_foreign_medium_says_cannot_steer_the_terminal() {
        assert!(!text(|out| error(out, &package_unknown())).contains('\u{1b}'));
    }

    #[test]
    fn a_report_has_one_line_a_check_and_names_the_remedy_of_a_failed_one() {
        let checks = vec![
            Check::passed("medium.structure", "Structure", "good"),
            Check::failed("medium.files", "Files", ErrorKind::VerificationFailed, "altered").target("/a"),
        ];
        let text = text(|out| report(out, &TestReport::new("boot.iso", checks, std::time::Instant::now())));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "passed  medium.structure Structure: good");
        assert_eq!(lines[1], "FAILED  medium.files     Files: altered");
        assert_eq!(lines[2], "          Error: TSM1701");
        assert_eq!(lines[3], "          Where: /a");
        assert!(lines[4].starts_with("          What to do: "), "{text}");
        assert!(lines[5].starts_with("boot.iso: FAILED (2 checks: 1 passed, 0 with a warning, 1 failed;"), "{text}");
    }
}
