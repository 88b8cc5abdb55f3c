//! The media profile in use: that of the caller, or the one of a file that the definition names.

use crate::definition::Definition;
use crate::{BootLoaderChoice, Error, ErrorKind, Host, Result, Stage};
use camino::Utf8Path;
use tsm_formats::MediaProfile;

/// The profile for a definition.
pub(crate) fn of(definition: &Definition, host: &Host) -> Result<MediaProfile> {
    let mut profile = load(definition.media_profile.as_deref().map(Utf8Path::new), host)?;
    if definition.boot_loader == BootLoaderChoice::WindowsUEFICA2023 {
        profile.take_boot_files_of_2023();
    }
    Ok(profile)
}

/// The profile in a file, which names only what differs from the built-in one; without a file that of the caller.
pub(crate) fn load(path: Option<&Utf8Path>, host: &Host) -> Result<MediaProfile> {
    let Some(path) = path else { return Ok(host.profile.clone()) };
    let fault = |message: String| Error::new(ErrorKind::ProfileInvalid, Stage::Input, message).target(path.as_str());
    let text = std::fs::read_to_string(path)
        .map_err(|e| fault(format!("The media profile '{path}' cannot be read.")).source(e))?;
    let text = text.trim_start_matches('\u{feff}');
    let mut profile: MediaProfile = serde_json::from_str(text).map_err(|e| {
        let (line, column, why) = (e.line(), e.column(), crate::json::plain_message(&e));
        fault(format!("The media profile '{path}', line {line}, column {column}: {why}.")).source(e)
    })?;
    // The floors come from a file of their own, unless this one names them.
    let named = serde_json::from_str::<serde_json::Value>(text)
        .is_ok_and(|value| value.pointer("/secureBoot/securityVersions").is_some());
    if !named {
        profile.secure_boot.security_versions = host.profile.secure_boot.security_versions.clone();
    }
    Ok(profile)
}

/// Takes the floors of security version numbers from a file, in place of the built-in ones.
pub(crate) fn take_security_versions(path: &Utf8Path, profile: &mut MediaProfile) -> Result<()> {
    let fault = |message: String| Error::new(ErrorKind::SecurityVersions, Stage::Input, message).target(path.as_str());
    let text = std::fs::read_to_string(path)
        .map_err(|e| fault(format!("The file of security version numbers '{path}' cannot be read.")).source(e))?;
    profile.secure_boot.security_versions = serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|e| {
        let (line, column, why) = (e.line(), e.column(), crate::json::plain_message(&e));
        fault(format!("The file of security version numbers '{path}', line {line}, column {column}: {why}.")).source(e)
    })?;
    Ok(())
}
