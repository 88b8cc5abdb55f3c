//! What boot configurations point at has to be on the medium. (`docs/boot.md`, "Boot configuration")

use super::show::{places, read};
use crate::blueprint::{Blueprint, Source};
use crate::inspect::Inspection;
use crate::report::{Check, Outcome};
use crate::staging::Staging;
use crate::text::begins_in_any_case;
use crate::{Error, ErrorKind, Result, Stage};
use tsm_formats::MediaProfile;
use tsm_formats::bcd::{Object, Place, Store, elements};
use tsm_job::Context;

/// What the boot manager shows when it cannot use a boot configuration.
const SYMPTOM: &str = "Windows Boot Manager stops with 0xc000000f or 0xc0000098: the boot configuration is missing, or what it \
                       names is not there.";

/// Everything that a store points at and that is not there. Paths are asked for with `/`, without a leading one.
fn faults(store: &Store, exists: &dyn Fn(&str) -> bool) -> Vec<String> {
    let entries = store.entries();
    if entries.is_empty() {
        return vec!["the boot manager has no entry to start".to_owned()];
    }
    let mut faults = Vec::new();
    for id in entries {
        match store.object(id) {
            Some(entry) => entry_faults(store, entry, exists, &mut faults),
            None => faults.push(format!("the entry {id} is not in the store")),
        }
    }
    faults
}

fn entry_faults(store: &Store, entry: &Object, exists: &dyn Fn(&str) -> bool, faults: &mut Vec<String>) {
    let id = &entry.id;
    let Some(device) = entry.device(elements::APPLICATION_DEVICE) else {
        faults.push(format!("the entry {id} has no device to start from"));
        return;
    };
    match &device.place {
        Place::RamDisk { parent, path } if **parent == Place::Boot => {
            if !is_there(path, exists) {
                faults.push(format!("the entry {id} starts '{path}', which is not there"));
            }
            match device.options.as_deref().map(|options| (options, store.object(options))) {
                Some((_, Some(options))) => options_faults(options, exists, faults),
                Some((options, None)) => faults.push(format!("the RAM disk's options {options} are not in the store")),
                None => faults.push(format!("the RAM disk of the entry {id} has no options")),
            }
        }
        Place::Boot => match entry.text(elements::APPLICATION_PATH) {
            Some(path) if is_there(path, exists) => {}
            Some(path) => faults.push(format!("the entry {id} starts '{path}', which is not there")),
            None => faults.push(format!("the entry {id} has no path")),
        },
        other => faults.push(format!("the entry {id} starts from '{other}', which is not this medium")),
    }
}

fn options_faults(options: &Object, exists: &dyn Fn(&str) -> bool, faults: &mut Vec<String>) {
    let on_medium = options.device(elements::RAMDISK_SDI_DEVICE).is_some_and(|device| device.place == Place::Boot);
    match options.text(elements::RAMDISK_SDI_PATH) {
        Some(path) if on_medium && is_there(path, exists) => {}
        Some(path) => faults.push(format!("the base of the RAM disk '{path}' is not there")),
        None => faults.push(format!("the RAM disk's options {} name no base", options.id)),
    }
}

fn is_there(path: &str, exists: &dyn Fn(&str) -> bool) -> bool {
    exists(path.trim_start_matches('\\').replace('\\', "/").as_str())
}

/// One check for all stores: what was read, or why not.
fn check(id: &str, title: &str, stores: &[(String, Result<Vec<u8>>)], exists: &dyn Fn(&str) -> bool) -> Check {
    let mut seen = Vec::new();
    for (path, bytes) in stores {
        let store = match bytes {
            Ok(bytes) => read(path, bytes),
            Err(e) => Err(crate::api::repeat(e)),
        };
        let store = match store {
            Ok(store) => store,
            Err(e) => return Check::from_error(id, title, &e).symptom(SYMPTOM),
        };
        let faults = faults(&store, exists);
        if !faults.is_empty() {
            let evidence = format!("'{path}': {}.", faults.join("; "));
            return Check::failed(id, title, ErrorKind::BootConfigurationAstray, evidence)
                .symptom(SYMPTOM)
                .target(path.clone());
        }
        seen.push(format!("'{path}' starts {}", started(&store)));
    }
    Check::passed(id, title, format!("{}.", seen.join("; ")))
}

/// The device of the default entry.
fn started(store: &Store) -> String {
    let entry = store.entries().first().and_then(|id| store.object(id));
    let device = entry.and_then(|entry| entry.device(elements::APPLICATION_DEVICE));
    device.map_or_else(String::new, |device| device.place.to_string())
}

/// The stores on a medium: each that is there, and each whose boot manager is there.
pub(crate) fn of_medium(inspection: &mut Inspection, profile: &MediaProfile) -> Check {
    const ID: &str = "medium.bcd";
    const TITLE: &str = "What the boot configurations point at is on the medium";
    let [bios, uefi] = places(profile);
    let has_bios = inspection.file(&profile.boot_files.bios_boot_manager.medium).is_some();
    let loader = inspection
        .files
        .iter()
        .any(|file| begins_in_any_case(&file.path, "efi/boot/boot") && file.path.to_lowercase().ends_with(".efi"));
    let mut stores = Vec::new();
    for (path, wanted, firmware) in [(bios, has_bios, "BIOS"), (uefi, loader, "UEFI")] {
        match inspection.small_file(&path) {
            Some(bytes) => stores.push((path, Ok(bytes))),
            None if wanted => {
                let evidence = format!("There is no '{path}', which {firmware} computers need.");
                return Check::failed(ID, TITLE, ErrorKind::BootConfigurationAstray, evidence)
                    .symptom(SYMPTOM)
                    .target(path);
            }
            None => {}
        }
    }
    if stores.is_empty() {
        let evidence = "There is no boot configuration.";
        return Check::failed(ID, TITLE, ErrorKind::BootConfigurationAstray, evidence).symptom(SYMPTOM);
    }
    let inspection = &*inspection;
    check(ID, TITLE, &stores, &|path| inspection.file(path).is_some())
}

/// The stores that a plan puts on the medium, taken out of the boot image where they come from it. `None` when there is no
/// temporary folder to take them out to, which another check tells.
pub(crate) fn of_plan(blueprint: &Blueprint, context: &Context) -> Option<Check> {
    const ID: &str = "definition.bcd";
    const TITLE: &str = "What the boot configurations point at will be on the medium";
    let places = places(&blueprint.profile);
    let items = blueprint.items.iter().filter(|item| places.iter().any(|p| p.eq_ignore_ascii_case(&item.path)));
    let mut stores = Vec::new();
    for item in items {
        let bytes = match &item.source {
            Source::InBootImage(inside) => match taken_out(blueprint, inside, context) {
                Err(e) if e.kind() == ErrorKind::StagingUnusable => return None,
                taken => taken,
            },
            Source::Bytes(bytes) => Ok(bytes.clone()),
            _ => continue,
        };
        stores.push((item.path.clone(), bytes));
    }
    let exists = |path: &str| blueprint.items.iter().any(|item| item.path.eq_ignore_ascii_case(path));
    Some(check(ID, TITLE, &stores, &exists))
}

/// Refuses a plan whose boot configurations cannot be used, before anything is written: no computer starts such a medium, and its
/// verification would not let it pass.
pub(crate) fn refuse_astray(blueprint: &Blueprint, context: &Context) -> Result<()> {
    let check = of_plan(blueprint, context);
    context.check()?;
    let Some(check) = check.filter(|check| check.outcome == Outcome::Failed) else { return Ok(()) };
    let of_code = |kind: &&ErrorKind| Some(kind.code()) == check.error_id.as_deref();
    let kind = ErrorKind::ALL.iter().find(of_code).copied().unwrap_or(ErrorKind::BootConfigurationInvalid);
    let error = Error::new(kind, Stage::Preflight, check.evidence);
    Err(match check.target {
        Some(target) => error.target(target),
        None => error,
    })
}

/// The bytes of a small file of the boot image.
fn taken_out(blueprint: &Blueprint, inside: &str, context: &Context) -> Result<Vec<u8>> {
    let parent = crate::build::staging_folder(&blueprint.definition);
    let unusable = |e: std::io::Error| {
        let message = format!("The temporary folder '{parent}' cannot be used.");
        Error::new(ErrorKind::StagingUnusable, Stage::Preflight, message).target(parent.as_str()).source(e)
    };
    let folder = Staging::create(&parent).map_err(unusable)?;
    let wim = &blueprint.boot_image.wim;
    let extracted = wim.extract_files(1, &[inside], folder.path(), &mut |_, _| context.flow());
    context.check()?;
    let extracted = extracted.map_err(|e| crate::boot_image::wim_fault(wim.path(), e))?;
    let file = extracted.first().map(std::fs::read).transpose().map_err(unusable)?;
    Ok(file.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tsm_formats::bcd::{BOOT_MANAGER, Device, Element, ElementValue, LOADER, RAMDISK_OPTIONS, media_store};

    const ALL: [&str; 2] = ["sources/boot.wim", "boot/boot.sdi"];

    fn store() -> Store {
        media_store(true, r"\windows\system32\boot\winload.efi", r"\sources\boot.wim", r"\boot\boot.sdi")
    }

    fn with(id: &str, element: u32, value: ElementValue) -> Store {
        let mut store = store();
        let object = store.objects.iter_mut().find(|object| object.id == id).unwrap();
        object.elements.retain(|known| known.id != element);
        object.elements.push(Element { id: element, value });
        store
    }

    fn found(store: &Store, there: &[&str]) -> String {
        faults(store, &|path| there.contains(&path)).join("; ")
    }

    #[test]
    fn a_store_whose_files_are_there_has_no_fault() {
        assert_eq!(found(&store(), &ALL), "");
    }

    #[test]
    fn each_file_that_is_missing_is_named() {
        assert!(found(&store(), &ALL[1..]).contains(r"starts '\sources\boot.wim', which is not there"));
        assert!(found(&store(), &ALL[..1]).contains(r"'\boot\boot.sdi' is not there"));
    }

    #[test]
    fn what_points_at_nothing_in_the_store_is_named() {
        let gone = "{00000000-0000-0000-0000-000000000001}";
        let astray = with(BOOT_MANAGER, elements::DEFAULT, ElementValue::Object(gone.to_owned()));
        assert!(found(&astray, &ALL).contains(&format!("the entry {gone} is not in the store")));
        let device = ElementValue::Device(Device::ram_disk(r"\sources\boot.wim", gone));
        let astray = with(LOADER, elements::APPLICATION_DEVICE, device);
        assert!(found(&astray, &ALL).contains(&format!("options {gone} are not in the store")));
        let nowhere = with(RAMDISK_OPTIONS, elements::RAMDISK_SDI_PATH, ElementValue::Bytes(vec![1]));
        assert!(found(&nowhere, &ALL).contains("name no base"));
        let none = Store::default();
        assert_eq!(found(&none, &ALL), "the boot manager has no entry to start");
    }

    #[test]
    fn an_entry_on_another_disk_is_not_of_this_medium() {
        let device = |place| ElementValue::Device(Device { options: None, place });
        let astray = with(LOADER, elements::APPLICATION_DEVICE, device(Place::Partition));
        assert!(found(&astray, &ALL).contains("'partition', which is not this medium"));
        let installed = with(LOADER, elements::APPLICATION_DEVICE, device(Place::Boot));
        assert!(found(&installed, &ALL).contains("winload.efi', which is not there"));
        let unreadable = with(LOADER, elements::APPLICATION_DEVICE, ElementValue::Bytes(vec![0; 4]));
        assert!(found(&unreadable, &ALL).contains("no device to start from"));
    }
}
