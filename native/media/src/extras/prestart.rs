//! The files of the prestart command: a package of the site, or a folder of this computer.

use crate::blueprint::Item;
use crate::definition::{Definition, is_package_id};
use crate::package_content::{self, FoundPackage, empty_folders};
use crate::supply::Supply;
use crate::{ErrorKind, Result, local_files, site};
use camino::Utf8Path;
use tsm_formats::MediaProfile;
use tsm_job::Context;
use tsm_site::{PackageKind, SiteFacts};

/// The files of the prestart command.
pub(crate) struct Prestart {
    /// The package ID on the medium.
    pub id: String,
    /// The package, when they come from one.
    pub package: Option<FoundPackage>,
    /// The files.
    pub items: Vec<Item>,
    /// Empty folders among them.
    pub folders: Vec<String>,
}

impl Prestart {
    /// Finds the files; `None` when there are none to find.
    pub fn find(
        definition: &Definition,
        facts: &SiteFacts,
        profile: &MediaProfile,
        supply: &Supply<'_>,
        context: &Context,
    ) -> Result<Option<Self>> {
        let Some(named) = &definition.prestart_package else { return Ok(None) };
        let directory = &profile.layout.package_directory;
        if is_package_id(named) {
            let package = site::package(facts, named, PackageKind::Package)?;
            let found = package_content::find(package, supply, context)?;
            let (id, place) = (package.package_id.clone(), format!("{directory}/{}", package.package_id));
            let (items, folders) = (found.items(&place), found.empty_folders(&place));
            return Ok(Some(Self { id, package: Some(found), items, folders }));
        }
        let id = profile.prestart.folder_package_id.clone();
        let place = format!("{directory}/{id}");
        let found = local_files::folder(Utf8Path::new(named), &place, ErrorKind::PrestartFolderInvalid, context)?;
        let inside = |item: &Item| item.path[place.len() + 1..].to_owned();
        let files: Vec<String> = found.items.iter().map(inside).collect();
        let folders = empty_folders(files.iter().map(String::as_str), found.folders.iter().map(String::as_str), &place);
        Ok(Some(Self { id, package: None, items: found.items, folders }))
    }
}
