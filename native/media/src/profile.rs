//! The media profile in use: that of the caller, or the one of a file that the definition names.

use crate::definition::Definition;
use crate::{Error, ErrorKind, Host, Result, Stage};
use camino::Utf8Path;
use tsm_formats::MediaProfile;

/// The profile for a definition.
pub(crate) fn of(definition: &Definition, host: &Host) -> Result<MediaProfile> {
    load(definition.media_profile.as_deref().map(Utf8Path::new), host)
}

/// The profile in a file, which names only what differs from the built-in one; without a file that of the caller.
pub(crate) fn load(path: Option<&Utf8Path>, host: &Host) -> Result<MediaProfile> {
    let Some(path) = path else { return Ok(host.profile.clone()) };
    let fault = |message: String| Error::new(ErrorKind::ProfileInvalid, Stage::Input, message).target(path.as_str());
    let text = std::fs::read_to_string(path)
        .map_err(|e| fault(format!("The media profile '{path}' cannot be read.")).source(e))?;
    serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|e| {
        let (line, column, why) = (e.line(), e.column(), crate::json::plain_message(&e));
        fault(format!("The media profile '{path}', line {line}, column {column}: {why}.")).source(e)
    })
}
