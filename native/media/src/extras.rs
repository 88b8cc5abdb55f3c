//! What a medium carries beyond what it starts from: the files of the prestart command, and the programs that start it in
//! a running Windows.

mod prestart;
mod windows_start;

pub(crate) use prestart::Prestart;
pub(crate) use windows_start::WindowsStart;

use crate::boot_image::BootImage;
use crate::capture::CapturePolicy;
use crate::definition::Definition;
use crate::stand_alone::StandAlone;
use crate::supply::Supply;
use crate::{Error, Result};
use tsm_formats::MediaProfile;
use tsm_job::Context;
use tsm_site::SiteFacts;

/// What a medium carries beyond what it starts from.
pub(crate) struct Extras {
    /// The files of the prestart command, when there are some.
    pub prestart: Option<Prestart>,
    /// The programs for a running Windows.
    pub windows_start: WindowsStart,
    /// What a capture medium does.
    pub capture: Option<CapturePolicy>,
    /// What a stand-alone medium carries.
    pub stand_alone: Option<StandAlone>,
}

impl Extras {
    /// Finds everything; nothing of it is copied.
    pub fn find(
        definition: &Definition,
        facts: &SiteFacts,
        profile: &MediaProfile,
        boot_image: &BootImage,
        supply: &Supply<'_>,
        context: &Context,
    ) -> Result<Self> {
        Ok(Self {
            prestart: Prestart::find(definition, facts, profile, supply, context)?,
            windows_start: WindowsStart::find(definition, profile, boot_image, context)?,
            capture: CapturePolicy::find(definition, profile)?,
            stand_alone: StandAlone::find(definition, facts, profile, supply, context)?,
        })
    }

    /// Reads the bytes that libraries gave and says what is wrong with them, if anything is, and in which library.
    pub fn altered(&self, context: &Context) -> Result<Option<(String, Error)>> {
        let carried =
            self.stand_alone.iter().flat_map(|stand_alone| &stand_alone.content).map(|carried| &carried.found);
        for package in self.prestart.iter().filter_map(|p| p.package.as_ref()).chain(carried) {
            if let Some(damage) = package.altered(context)? {
                return Ok(Some((package.library.name().to_owned(), damage)));
            }
        }
        Ok(None)
    }
}
