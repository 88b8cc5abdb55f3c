//! One path for two things: refused before anything is written, as the second would destroy the first.

use crate::definition::{Definition, is_package_id, is_wim_path};
use crate::manifest::Manifest;
use crate::partial::partial_of;
use crate::{Error, ErrorKind, Stage, log};
use camino::{Utf8Component, Utf8Path, Utf8PathBuf};

/// Whether the medium or its manifest would take the place of a file that it is made from.
pub(crate) fn target(definition: &Definition) -> Option<Error> {
    let target = definition.target();
    for place in [Manifest::path_of(&target), partial_of(&target), target] {
        if let Some((what, _)) = sources(definition).into_iter().find(|(_, source)| same(source, &place)) {
            let message = format!("'{place}' is {what}: the medium would take its place.");
            return Some(Error::new(ErrorKind::PathInvalid, Stage::Preflight, message).target(place));
        }
    }
    None
}

/// Whether the log would be written into the medium, into what belongs to it, or into a file that it is made from.
pub(crate) fn log(definition: &Definition) -> Option<Error> {
    let log = log::path(definition.log_path.as_deref());
    let target = definition.target();
    let mut taken = sources(definition);
    taken.push(("the manifest of the medium", Manifest::path_of(&target)));
    taken.push(("the medium while it is made", partial_of(&target)));
    taken.push(("the medium", target));
    let (what, _) = taken.into_iter().find(|(_, place)| same(place, &log))?;
    let message = format!("The log '{log}' cannot be written there: that is {what}.");
    Some(Error::new(ErrorKind::LogUnusable, Stage::Preflight, message).target(log))
}

/// The files that a medium is made from, in words.
fn sources(definition: &Definition) -> Vec<(&'static str, Utf8PathBuf)> {
    let mut sources = Vec::new();
    if is_wim_path(&definition.boot_image) {
        sources.push(("the boot image", Utf8PathBuf::from(&definition.boot_image)));
    }
    if let Some(path) = definition.operating_system_image.as_ref().filter(|image| !is_package_id(image)) {
        sources.push(("the operating system image", Utf8PathBuf::from(path)));
    }
    sources
        .extend(definition.site_facts.paths().iter().map(|p| ("the file with the site facts", Utf8PathBuf::from(p))));
    if let Some(path) = &definition.media_profile {
        sources.push(("the media profile", Utf8PathBuf::from(path)));
    }
    sources
}

/// Whether two paths lead to one file, by their words or by where they lead.
fn same(a: &Utf8Path, b: &Utf8Path) -> bool {
    plain(a) == plain(b) || matches!((a.canonicalize_utf8(), b.canonicalize_utf8()), (Ok(a), Ok(b)) if a == b)
}

/// The absolute path without `.` and `..`; in lower case where the system does not tell cases apart.
fn plain(path: &Utf8Path) -> Utf8PathBuf {
    let absolute = camino::absolute_utf8(path).unwrap_or_else(|_| path.to_owned());
    let mut plain = Utf8PathBuf::new();
    for component in absolute.components() {
        match component {
            Utf8Component::CurDir => {}
            Utf8Component::ParentDir => {
                plain.pop();
            }
            other => plain.push(other.as_str()),
        }
    }
    if cfg!(windows) { Utf8PathBuf::from(plain.as_str().to_lowercase()) } else { plain }
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn paths_are_compared_by_what_they_mean() {
        assert!(same("/a/./b/../c.iso".into(), "/a/c.iso".into()));
        assert!(!same("/a/c.iso".into(), "/a/c.iso.manifest.json".into()));
        assert!(same("c.iso".into(), "./x/../c.iso".into()));
    }
}
