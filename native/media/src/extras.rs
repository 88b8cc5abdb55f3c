//! What a medium carries beyond what it starts from: the files of the prestart command, the programs that start it in a
//! running Windows, content for the task sequence, and the operating system.

mod beside;
mod prestart;
mod windows_start;

pub(crate) use beside::{Beside, wanted};
pub(crate) use prestart::Prestart;
pub(crate) use windows_start::WindowsStart;

use crate::boot_image::{BootImage, Origin};
use crate::capture::CapturePolicy;
use crate::definition::Definition;
use crate::os_image::OsImage;
use crate::package_content::FoundPackage;
use crate::stand_alone::StandAlone;
use crate::supply::Supply;
use crate::{Error, Host, Result, boot_image};
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
    /// Content beside the operating system of a prestaged medium.
    pub beside: Vec<Beside>,
    /// The operating system image, of a medium that has one.
    pub os_image: Option<OsImage>,
}

impl Extras {
    /// Finds everything; nothing of it is copied.
    pub fn find(
        definition: &Definition,
        facts: &SiteFacts,
        profile: &MediaProfile,
        boot_image: &BootImage,
        (host, supply): (&Host, &Supply<'_>),
        context: &Context,
    ) -> Result<Self> {
        // A disk is started by its firmware only.
        let windows_start = match definition.kind.has("consolePath") {
            true => WindowsStart::find(definition, profile, boot_image, context)?,
            false => WindowsStart::default(),
        };
        Ok(Self {
            prestart: Prestart::find(definition, facts, profile, supply, context)?,
            windows_start,
            capture: CapturePolicy::find(definition, profile)?,
            stand_alone: StandAlone::find(definition, facts, profile, supply, context)?,
            beside: beside::find(definition, facts, profile, supply, context)?,
            os_image: OsImage::find(definition, facts, host, supply, context)?,
        })
    }

    /// Reads the bytes that libraries gave and says what is wrong with them, if anything is, and in which library.
    pub fn altered(&self, context: &Context) -> Result<Option<(String, Error)>> {
        if let Some(image) = &self.os_image {
            image.check_whole(context)?;
            if let (Some(damage), Origin::Package { library, .. }) =
                (boot_image::altered(&image.origin, context)?, &image.origin)
            {
                return Ok(Some((library.name().to_owned(), damage)));
            }
        }
        let carried =
            self.stand_alone.iter().flat_map(|stand_alone| &stand_alone.content).map(|carried| &carried.found);
        for package in self.packages().chain(carried) {
            if let Some(error) = package.altered(context)? {
                return Ok(Some((package.library.name().to_owned(), error)));
            }
        }
        Ok(None)
    }

    /// The packages of the prestart command and beside an operating system.
    pub fn packages(&self) -> impl Iterator<Item = &FoundPackage> {
        let prestart = self.prestart.iter().filter_map(|p| p.package.as_ref());
        prestart.chain(self.beside.iter().map(|beside| &beside.package))
    }
}
