//! What goes into a bundle: for each plan, its packages and the files of this computer.

use super::index::{
    BOOT, CONSOLE, CONTENT, DEFINITION, FACTS, FORMAT, INDEX, Index, PRESTART, PROFILE, SUMS, Sums, write_sums,
};
use super::library::LibraryItems;
use crate::blueprint::{Blueprint, Item, KnownHash, Source};
use crate::boot_image::Origin;
use crate::definition::{Definition, FactsSource, is_package_id};
use crate::plan::Plan;
use crate::{Error, ErrorKind, Result, Stage, certificate, local_files};
use camino::Utf8Path;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use tsm_job::Context;

/// Everything that goes into a bundle.
pub(super) struct Gathered {
    /// The files.
    pub items: Vec<Item>,
    /// The empty folders.
    pub folders: Vec<String>,
    /// What the bundle says of itself.
    pub index: Index,
}

/// Gathers what the plans of a definition need; `plan` is what they are together.
pub(super) fn gather(
    definition: &Definition,
    blueprints: &[Blueprint],
    plan: &Plan,
    created: Timestamp,
    context: &Context,
) -> Result<Gathered> {
    let (mut library, mut files) = (LibraryItems::default(), LocalItems::default());
    for blueprint in blueprints {
        let modified = blueprint.boot_image.modified;
        if let Origin::Package { id, version, place, file, .. } = &blueprint.boot_image.origin {
            let content = place.content.clone().unwrap_or_else(|| format!("{id}.{version}"));
            library.add_image((id, *version), &content, (file, Source::BootImage), modified);
        }
        if let Some(image) = &blueprint.extras.os_image
            && let Origin::Package { id, version, place, file, .. } = &image.origin
        {
            let content = place.content.clone().unwrap_or_else(|| format!("{id}.{version}"));
            library.add_image((id, *version), &content, (file, Source::File(image.path.clone())), modified);
        }
        blueprint.found_packages().for_each(|found| library.add_package(found, modified));
        files.add(definition, blueprint);
    }
    if let Some(profile) = &definition.media_profile {
        let item = local_files::item(Utf8Path::new(profile), PROFILE.to_owned(), ErrorKind::ProfileInvalid, context)?;
        files.items.insert(PROFILE.to_owned(), item);
    }
    let times = files.items.iter().map(|(path, item)| (path.clone(), item.modified)).collect();
    let mut items = library.items;
    items.extend(files.items);
    let folders: BTreeSet<String> = library.folders.into_iter().chain(files.folders).collect();
    let (own, left_out) = own_definition(definition, items.keys().any(|path| path.starts_with(CONTENT)));
    let modified = created.as_second();
    let mut made = |path: &str, text: String| {
        items.insert(path.to_owned(), Item::made(path, text.into_bytes(), modified));
    };
    made(DEFINITION, own.to_json()?);
    // Both plans of a definition have the same facts.
    if let Some(blueprint) = blueprints.first() {
        made(FACTS, json(&blueprint.facts)?);
    }
    let index = Index {
        format: FORMAT,
        tool: concat!("TaskSequenceMedia ", env!("CARGO_PKG_VERSION")).to_owned(),
        created: created.to_string(),
        plan_id: plan.plan_id.clone(),
        packages: plan.items.clone(),
        left_out,
        folders: folders.iter().cloned().collect(),
        times,
    };
    made(INDEX, json(&index)?);
    let sums = write_sums(&sums(&items)?);
    items.insert(SUMS.to_owned(), Item::made(SUMS, sums, modified));
    Ok(Gathered { items: items.into_values().collect(), folders: index.folders.clone(), index })
}

/// Files of this computer that are no content.
#[derive(Default)]
struct LocalItems {
    items: BTreeMap<String, Item>,
    folders: BTreeSet<String>,
}

impl LocalItems {
    fn add(&mut self, definition: &Definition, blueprint: &Blueprint) {
        let (image, modified) = (&blueprint.boot_image, blueprint.boot_image.modified);
        if matches!(image.origin, Origin::File) {
            self.put(Item {
                path: boot_image_path(&definition.boot_image),
                size: Some(image.size),
                hash: Some(KnownHash::Sha256(image.sha256)),
                modified: image.modified,
                source: Source::BootImage,
            });
        }
        let system = blueprint.extras.os_image.iter().filter(|image| matches!(image.origin, Origin::File));
        system.for_each(|image| {
            self.put(Item {
                path: os_image_path(image.path.as_str()),
                size: Some(image.size),
                hash: Some(KnownHash::Sha256(image.sha256)),
                modified,
                source: Source::File(image.path.clone()),
            });
        });
        let layout = &blueprint.profile.layout.package_directory;
        for prestart in blueprint.extras.prestart.iter().filter(|p| p.package.is_none()) {
            let on_medium = format!("{layout}/{}/", prestart.id);
            let moved = |path: &str| path.strip_prefix(&on_medium).map(|rest| format!("{PRESTART}/{rest}"));
            prestart.items.iter().for_each(|item| self.put_at(moved(&item.path), item));
            self.folders.extend(prestart.folders.iter().filter_map(|folder| moved(folder)));
        }
        let start = &blueprint.profile.windows_start;
        let programs = blueprint.extras.windows_start.items.iter();
        for item in programs.filter(|item| matches!(item.source, Source::File(_))) {
            // The first of the places in which a console is searched.
            let moved = start.architectures.iter().find_map(|architecture| {
                let name = item.path.strip_prefix(&start.directory_of(architecture))?.strip_prefix('/')?;
                let place = start.console_places.first()?.replace("{arch}", architecture);
                Some(format!("{CONSOLE}/{place}/{name}"))
            });
            self.put_at(moved, item);
        }
    }

    fn put_at(&mut self, path: Option<String>, item: &Item) {
        if let Some(path) = path {
            self.put(Item { path, ..item.clone() });
        }
    }

    fn put(&mut self, item: Item) {
        self.items.insert(item.path.clone(), item);
    }
}

fn boot_image_path(boot_image: &str) -> String {
    format!("{BOOT}/{}", Utf8Path::new(boot_image).file_name().unwrap_or("boot.wim"))
}

/// A folder of its own: the two images may have one name.
fn os_image_path(image: &str) -> String {
    format!("{BOOT}/system/{}", Utf8Path::new(image).file_name().unwrap_or("install.wim"))
}

/// Whether a definition is one that stands in a bundle: nothing that it names leads out of the bundle.
pub(super) fn is_own(definition: &Definition) -> bool {
    own_definition(definition, !definition.distribution_point.is_empty()).0 == *definition
}

/// The definition as it stands in the bundle: its paths lead into the bundle, and what only the first computer has is gone.
/// Also names the fields that were left out because what they name holds a secret.
fn own_definition(definition: &Definition, has_content: bool) -> (Definition, Vec<String>) {
    let target = definition.target();
    let mut own = Definition {
        path: target.file_name().unwrap_or("medium.iso").to_owned(),
        site_facts: FactsSource::Path(FACTS.to_owned()),
        distribution_point: if has_content { vec![format!("./{CONTENT}")] } else { Vec::new() },
        media_profile: definition.media_profile.as_ref().map(|_| PROFILE.to_owned()),
        console_path: definition.console_path.as_ref().map(|_| CONSOLE.to_owned()),
        cache_path: None,
        no_cache: false,
        trusted_certificate: Vec::new(),
        // A bundle holds its content: no server is asked.
        distribution_point_certificate_path: None,
        distribution_point_certificate_password: None,
        temporary_folder: None,
        log_path: None,
        ..definition.clone()
    };
    if crate::definition::is_wim_path(&own.boot_image) {
        own.boot_image = boot_image_path(&own.boot_image);
    }
    if let Some(image) = own.operating_system_image.as_mut().filter(|image| !is_package_id(image)) {
        *image = os_image_path(image);
    }
    if own.prestart_package.as_ref().is_some_and(|package| !is_package_id(package)) {
        own.prestart_package = Some(PRESTART.to_owned());
    }
    let mut left_out = Vec::new();
    if own.certificate_path.as_ref().is_some_and(|path| !certificate::is_in_store(path)) {
        own.certificate_path = None;
        left_out.push("certificatePath".to_owned());
    }
    (own, left_out)
}

fn json(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string_pretty(value).map_err(|e| {
        Error::new(ErrorKind::Internal, Stage::Content, "A part of the bundle cannot be written as JSON.").source(e)
    })
}

fn sums(items: &BTreeMap<String, Item>) -> Result<Sums> {
    let hash = |(path, item): (&String, &Item)| match item.hash {
        Some(KnownHash::Sha256(hash)) if !path.contains(char::is_control) => Ok((path.clone(), hash)),
        _ => {
            let message = format!("'{}' cannot be listed in a bundle.", path.escape_debug());
            Err(Error::new(ErrorKind::LayoutInvalid, Stage::Content, message).target(path.clone()))
        }
    };
    items.iter().map(hash).collect()
}
