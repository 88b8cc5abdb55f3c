//! The programs that start a medium in a running Windows: from a console or site server, else from the boot image, which
//! has some of them.

use crate::blueprint::{Item, KnownHash, Source};
use crate::boot_image::{BootImage, wim_fault};
use crate::definition::{Definition, Kind};
use crate::{Error, ErrorKind, Result, Stage, local_files};
use camino::{Utf8Path, Utf8PathBuf};
use tsm_formats::MediaProfile;
use tsm_formats::profile::{CaptureProfile, WindowsStartProfile};
use tsm_job::Context;

/// What was found of the programs, and what was not.
#[derive(Default)]
pub(crate) struct WindowsStart {
    /// The files, with the scripts that start them.
    pub items: Vec<Item>,
    /// The paths on the medium of those that are nowhere.
    pub missing: Vec<String>,
}

impl WindowsStart {
    /// Looks for the programs of every processor.
    pub fn find(
        definition: &Definition,
        profile: &MediaProfile,
        boot_image: &BootImage,
        context: &Context,
    ) -> Result<Self> {
        let start = &profile.windows_start;
        let console = definition.console_path.as_deref().map(Utf8Path::new);
        if let Some(console) = console {
            check_console(console, start)?;
        }
        let mut found = Self::default();
        for architecture in &start.architectures {
            let directory = start.directory_of(architecture);
            for name in names(definition, profile).filter_map(|name| of_processor(name, architecture)) {
                let on_medium = format!("{directory}/{name}");
                match program(start, architecture, name, &on_medium, console, boot_image, context)? {
                    Some(item) => found.items.push(item),
                    None => found.missing.push(on_medium),
                }
            }
        }
        if definition.kind == Kind::Capture {
            found.check_capture(console, &profile.capture)?;
        }
        found.scripts(definition, start, boot_image.modified);
        Ok(found)
    }

    /// Computers start other media by themselves; a capture medium is started in no other way than by these programs.
    fn check_capture(&self, console: Option<&Utf8Path>, capture: &CaptureProfile) -> Result<()> {
        let required = |path: &&String| {
            capture
                .required_files
                .iter()
                .any(|name| path.rsplit('/').next().is_some_and(|n| n.eq_ignore_ascii_case(name)))
        };
        let missing: Vec<&str> = self.missing.iter().filter(required).map(String::as_str).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let looked = console.map_or_else(|| "no console is named".to_owned(), |c| format!("looked in '{c}'"));
        let message =
            format!("A capture medium needs programs that were not found ({looked}): {}.", missing.join(", "));
        Err(Error::new(ErrorKind::CaptureProgramsMissing, Stage::Plan, message).target("consolePath"))
    }

    fn scripts(&mut self, definition: &Definition, start: &WindowsStartProfile, modified: i64) {
        if !start.launch_file.is_empty() {
            self.items.push(Item::made(&start.launch_file, start.launch_bytes(), modified));
        }
        if definition.include_autorun {
            self.items.push(Item::made(&start.autorun_file, start.autorun_bytes(), modified));
        }
    }
}

/// The names of the programs; some begin with the processor that alone has them.
fn names<'p>(definition: &Definition, profile: &'p MediaProfile) -> impl Iterator<Item = &'p String> {
    let more = (definition.kind == Kind::Capture).then_some(&profile.capture.files);
    profile.windows_start.files.iter().chain(more.into_iter().flatten())
}

/// The name of a program for a processor; `None` when it is another processor's.
fn of_processor<'p>(name: &'p str, architecture: &str) -> Option<&'p str> {
    match name.split_once('/') {
        Some((processor, name)) => (processor == architecture).then_some(name),
        None => Some(name),
    }
}

/// One program, from the first place that has it.
fn program(
    start: &WindowsStartProfile,
    architecture: &str,
    name: &str,
    on_medium: &str,
    console: Option<&Utf8Path>,
    boot_image: &BootImage,
    context: &Context,
) -> Result<Option<Item>> {
    if let Some(path) = console.and_then(|console| in_console(console, start, architecture, name)) {
        return local_files::item(&path, on_medium.to_owned(), ErrorKind::ConsolePathInvalid, context).map(Some);
    }
    let inside = format!("{}/{name}", start.boot_image_place.replace("{arch}", architecture));
    let entry = boot_image.wim.entry(1, &inside).map_err(|e| wim_fault(&boot_image.path, e))?;
    Ok(entry.filter(|e| !e.is_dir && !e.is_reparse_point && !e.data_missing).map(|entry| Item {
        path: on_medium.to_owned(),
        size: Some(entry.size),
        hash: entry.sha1.map(KnownHash::Sha1),
        modified: entry.modified,
        source: Source::InBootImage(entry.path),
    }))
}

/// A console folder has at least one of the places.
fn check_console(console: &Utf8Path, start: &WindowsStartProfile) -> Result<()> {
    let fault =
        |message: String| Err(Error::new(ErrorKind::ConsolePathInvalid, Stage::Plan, message).target(console.as_str()));
    if !console.is_dir() {
        return fault(format!("There is no folder '{console}' of a console."));
    }
    let places: Vec<Utf8PathBuf> =
        start.architectures.iter().flat_map(|architecture| places(console, start, architecture)).collect();
    if places.iter().any(|place| place.is_dir()) {
        return Ok(());
    }
    let places: Vec<&str> = places.iter().map(|p| p.as_str()).collect();
    fault(format!("'{console}' is not the folder of a console or site server: there is none of {}.", places.join(", ")))
}

fn places(console: &Utf8Path, start: &WindowsStartProfile, architecture: &str) -> Vec<Utf8PathBuf> {
    start.console_places.iter().map(|place| console.join(place.replace("{arch}", architecture))).collect()
}

/// A program in the folder of a console, whatever the case of its name.
fn in_console(console: &Utf8Path, start: &WindowsStartProfile, architecture: &str, name: &str) -> Option<Utf8PathBuf> {
    places(console, start, architecture).into_iter().find_map(|place| {
        let mut entries = place.read_dir_utf8().ok()?.flatten();
        let entry = entries.find(|e| e.file_name().eq_ignore_ascii_case(name) && e.path().is_file())?;
        Some(entry.into_path())
    })
}
