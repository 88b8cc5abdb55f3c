//! What one piece of work knows of its sources: who it may be for them, whether it may keep what they give, and which of them
//! gave wrong bytes.

use crate::boot_image::Origin;
use crate::content_sources::ContentSources;
use crate::definition::Definition;
use crate::{Error, Result, Secrets, api};
use std::sync::OnceLock;
use tsm_job::Context;

/// Whether what comes from servers is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keeping {
    /// It goes into the cache, unless the definition says that there is none.
    Kept,
    /// Nothing is written but temporary files: a test or a plan looks only.
    Looked,
}

/// The sources of a definition for one piece of work.
pub(crate) struct Supply<'a> {
    definition: &'a Definition,
    secrets: &'a Secrets,
    keeping: Keeping,
    /// Opened once, so that what was learned about a server and its connections last as long as the work.
    opened: OnceLock<(ContentSources, Vec<Error>)>,
    /// Sources whose bytes turned out to be wrong while they were read; they are not asked again.
    distrusted: Vec<(String, Error)>,
}

impl<'a> Supply<'a> {
    /// The sources of `definition`. Nothing is opened yet.
    pub fn new(definition: &'a Definition, secrets: &'a Secrets, keeping: Keeping) -> Self {
        Self { definition, secrets, keeping, opened: OnceLock::new(), distrusted: Vec::new() }
    }

    /// Every source that can be opened; the others are told by their errors, in order. Servers are not asked yet.
    pub fn open(&self, context: &Context) -> Result<(&ContentSources, Vec<Error>)> {
        let (sources, failures) = match self.opened.get() {
            Some(opened) => opened,
            None => {
                let opened = ContentSources::open(self.definition, self.secrets, self.keeping, context)?;
                self.opened.get_or_init(|| opened)
            }
        };
        Ok((sources, failures.iter().map(api::repeat).collect()))
    }

    /// Remembers what was wrong in a source.
    pub fn distrust(&mut self, source: &str, reason: Error) {
        self.distrusted.push((source.to_owned(), reason));
    }

    /// Remembers what was wrong in the source that a boot image came from.
    pub fn distrust_origin(&mut self, origin: &Origin, reason: Error) {
        if let Origin::Package { library, .. } = origin {
            self.distrust(library.name(), reason);
        }
    }

    /// What was wrong in a source.
    pub fn distrust_of(&self, source: &str) -> Option<&Error> {
        self.distrusted.iter().find(|(name, _)| name == source).map(|(_, reason)| reason)
    }

    /// Whether nothing was wrong in a source so far.
    pub fn trusts(&self, source: &str) -> bool {
        self.distrust_of(source).is_none()
    }
}
