//! What kinds of media differ in. Each kind is one file that fills in a [`MediaKind`] (`bootable.rs`); this is the list of
//! kinds, and of the fields of a definition that not every kind has.

use crate::blueprint::{BootEntry, Item};
use crate::boot_image::BootImage;
use crate::definition::{Definition, Kind};
use crate::input::fault;
use crate::{Error, ErrorKind, Result, Secrets, bootable, capture, prestaged, stand_alone};
use tsm_formats::MediaProfile;
use tsm_formats::profile::{MediaTypesProfile, VariablesProfile};

/// What a medium is written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// A disc image.
    Disc,
    /// A folder.
    Folder,
    /// An image in a WIM.
    Wim,
}

/// What makes one kind of medium another than the others.
pub(crate) struct MediaKind {
    /// The kind.
    pub kind: Kind,
    /// In the midst of a sentence: "bootable media".
    pub name: &'static str,
    /// The fields of a definition without which there is no such medium, beside those that every definition has.
    pub required: &'static [&'static str],
    /// Its word in TsmBootstrap.ini and in the variables.
    pub word: fn(&MediaTypesProfile) -> &str,
    /// What the variables say it is started from.
    pub launch_mode: for<'p> fn(&Definition, &'p VariablesProfile) -> &'p str,
    /// What it is written to.
    pub form: fn(&Definition) -> Form,
    /// Its files, but for those that every kind may carry.
    pub items: fn(&Ingredients<'_>) -> Result<Vec<Item>>,
    /// What the firmware starts of a disc, in the order of the boot catalogue.
    pub boot_entries: fn(&MediaProfile, &BootImage) -> Vec<BootEntry>,
}

/// What the files of a medium are made from.
#[derive(Clone, Copy)]
pub(crate) struct Ingredients<'a> {
    /// What is asked.
    pub definition: &'a Definition,
    /// The secrets.
    pub secrets: &'a Secrets,
    /// What is assumed.
    pub profile: &'a MediaProfile,
    /// The boot image.
    pub boot_image: &'a BootImage,
    /// The label.
    pub label: &'a str,
}

/// All kinds.
///
/// Where two kinds have one word, the one that can be told by something else comes first.
pub(crate) const KINDS: &[&MediaKind] = &[&bootable::KIND, &prestaged::KIND, &capture::KIND, &stand_alone::KIND];

/// The fields of a definition that not every kind has, with the kinds that have them. A field that is not in the list
/// belongs to all.
const FIELDS_OF: &[(&str, &[Kind])] = &[
    ("mediaType", ON_DISCS),
    ("mediaMode", OF_SITE),
    ("managementPoint", OF_SITE),
    ("mediaPassword", WITH_VARIABLES),
    ("requirePassword", WITH_VARIABLES),
    ("noPassword", WITH_VARIABLES),
    ("variablesEncryption", WITH_VARIABLES),
    ("variable", WITH_VARIABLES),
    ("sensitiveVariable", WITH_VARIABLES),
    ("logVariableValue", WITH_VARIABLES),
    ("prestartCommand", WITH_VARIABLES),
    ("prestartPackage", WITH_VARIABLES),
    ("allowUnattended", WITH_VARIABLES),
    ("allowUnknownMachine", OF_SITE),
    ("userDeviceAffinity", OF_SITE),
    ("certificatePath", WITH_VARIABLES),
    ("certificatePassword", WITH_VARIABLES),
    ("certificateEncryption", WITH_VARIABLES),
    ("certificateStartTime", WITH_VARIABLES),
    ("certificateExpireTime", WITH_VARIABLES),
    ("includeAutorun", ON_DISCS),
    ("noPrompt", ON_DISCS),
    ("epoch", ON_DISCS),
    ("consolePath", ON_DISCS),
    ("operatingSystemImage", &[Kind::Prestaged]),
    ("operatingSystemImageIndex", &[Kind::Prestaged]),
    ("replaceImageFile", &[Kind::Prestaged]),
    ("imageIntegrity", &[Kind::Prestaged]),
    ("imageCompression", &[Kind::Prestaged]),
    ("capturePolicyPath", &[Kind::Capture]),
    ("taskSequence", CARRYING),
    ("application", CARRYING),
    ("includeApplicationDependency", CARRYING),
    ("package", CARRYING),
    ("driverPackage", CARRYING),
    ("mediaSize", &[Kind::StandAlone]),
    ("splitImage", &[Kind::StandAlone]),
    ("mediaStartDate", &[Kind::StandAlone]),
    ("mediaExpirationDate", &[Kind::StandAlone]),
];

/// Media that have variables, a certificate and a password.
const WITH_VARIABLES: &[Kind] = &[Kind::Bootable, Kind::Prestaged, Kind::StandAlone];

/// Media that ask a management point.
const OF_SITE: &[Kind] = &[Kind::Bootable, Kind::Prestaged];

/// Media that lie on discs, in folders and on sticks.
const ON_DISCS: &[Kind] = &[Kind::Bootable, Kind::StandAlone, Kind::Capture];

/// Media that carry content for a task sequence.
const CARRYING: &[Kind] = &[Kind::Prestaged, Kind::StandAlone];

impl Kind {
    /// What makes this kind another than the others.
    pub(crate) fn rules(self) -> &'static MediaKind {
        match self {
            Self::Bootable => &bootable::KIND,
            Self::Capture => &capture::KIND,
            Self::StandAlone => &stand_alone::KIND,
            Self::Prestaged => &prestaged::KIND,
        }
    }

    /// Whether definitions of this kind have a field.
    pub(crate) fn has(self, field: &str) -> bool {
        FIELDS_OF.iter().find(|(name, _)| *name == field).is_none_or(|(_, kinds)| kinds.contains(&self))
    }
}

/// Fields that are required and not given, and fields that are given and that media of this kind do not have.
pub(crate) fn faults(definition: &Definition) -> Vec<Error> {
    let (kind, rules) = (definition.kind, definition.kind.rules());
    let Ok(serde_json::Value::Object(given)) = serde_json::to_value(definition) else { return Vec::new() };
    let missing = rules.required.iter().filter(|field| !given.contains_key(**field)).map(|field| {
        let message = format!("{} need the field '{field}'.", crate::text::sentence(rules.name));
        fault(ErrorKind::DefinitionIncomplete, field, message)
    });
    let foreign =
        FIELDS_OF.iter().filter(|(field, _)| given.contains_key(*field) && !kind.has(field)).map(|(field, kinds)| {
            let of: Vec<&str> = kinds.iter().map(|kind| kind.rules().name).collect();
            let message = format!("The field '{field}' is none of {}: only {} have it.", rules.name, of.join(", "));
            fault(ErrorKind::FieldOfOtherKind, field, message)
        });
    missing.chain(foreign).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::FIELDS;

    #[test]
    fn the_lists_name_fields_that_there_are_and_each_kind_once() {
        let mut seen = Vec::new();
        for (field, kinds) in FIELDS_OF {
            assert!(FIELDS.contains(field) && !kinds.is_empty() && !seen.contains(field), "{field}");
            seen.push(field);
        }
        for rules in KINDS {
            assert_eq!(rules.kind.rules().kind, rules.kind);
            assert!(rules.required.iter().all(|field| FIELDS.contains(field) && rules.kind.has(field)));
        }
    }

    #[test]
    fn what_a_kind_needs_and_is_not_given_is_named() {
        let text = r#"{"schemaVersion": 1, "kind": "Bootable", "path": "boot.iso", "siteFacts": "facts.json"}"#;
        let faults = faults(&Definition::parse(text, None).unwrap());
        let told: Vec<_> = faults.iter().map(|e| (e.kind().code(), e.target_object().unwrap())).collect();
        assert_eq!(told, [("TSM1003", "bootImage"), ("TSM1003", "mediaMode")]);
    }
}
