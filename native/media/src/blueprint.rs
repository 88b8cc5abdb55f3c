//! The plan with everything that a build needs to carry it out: each file with a source that can be opened.

use crate::boot_image::{BootImage, Origin};
use crate::certificate::CertificateSource;
use crate::definition::{Definition, MediaType};
use crate::disc::{Disc, VARIABLES_ROOM};
use crate::extras::Extras;
use crate::image_split::SplitPart;
use crate::media_kind::{Form, Ingredients};
use crate::os_image::{OsImage, Taken};
use crate::package_content::FoundPackage;
use crate::plan::{Plan, PlanEntry, PlanPackage, PlanVolume};
use crate::stand_alone::{self, Carried};
use crate::supply::Supply;
use crate::volume_set::{SetVolume, VolumeSet};
use crate::{Error, ErrorKind, Host, Result, Secrets, Stage, input, site};
use camino::Utf8PathBuf;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use tsm_content::{ContentFile, ContentTree, Giver, PackageContent};
use tsm_formats::{MediaProfile, Sha256Hash};
use tsm_job::Context;
use tsm_optical::Platform;
use tsm_site::SiteFacts;

/// A hash that is known before the bytes are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KnownHash {
    /// As content libraries record it.
    Sha256(Sha256Hash),
    /// As WIM files record it.
    Sha1([u8; 20]),
}

impl KnownHash {
    fn algorithm(self) -> &'static str {
        match self {
            Self::Sha256(_) => "SHA256",
            Self::Sha1(_) => "SHA1",
        }
    }

    fn digits(self) -> String {
        match self {
            Self::Sha256(hash) => hash.to_string(),
            Self::Sha1(hash) => crate::text::hex(&hash),
        }
    }
}

/// A file of the content of a package, in the library that gives it.
#[derive(Debug, Clone)]
pub(crate) struct PackageFile {
    /// The library.
    pub library: Arc<Giver>,
    /// What it holds of the package.
    pub package: Arc<PackageContent>,
    /// Number of the content in the package.
    pub content: usize,
    /// Number of the file in the content.
    pub file: usize,
}

impl PackageFile {
    /// What the library recorded: of the content, and of the file in it.
    pub fn record(&self) -> Option<(&ContentTree, &ContentFile)> {
        let tree = self.package.contents.get(self.content)?;
        Some((tree, tree.files.get(self.file)?))
    }
}

/// Where the bytes of a file of the medium come from.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    /// The boot image itself.
    BootImage,
    /// A file in the boot image, by its path there.
    InBootImage(String),
    /// A file of the content of a package.
    Content(PackageFile),
    /// A part of an image that is split.
    Part(SplitPart),
    /// A file of this computer.
    File(Utf8PathBuf),
    /// Bytes made for this medium.
    Bytes(Vec<u8>),
    /// The variables file, which is made with a fresh certificate when the medium is built.
    Variables,
    /// The policies, which are sealed when the medium is built.
    Policy,
}

/// A file of the medium, or a boot image that is not a file.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    /// Its path on the medium.
    pub path: String,
    /// Its length in bytes; `None` while it is not made yet.
    pub size: Option<u64>,
    /// Its hash, as far as known.
    pub hash: Option<KnownHash>,
    /// When it was last written, seconds since 1970.
    pub modified: i64,
    /// Where its bytes come from.
    pub source: Source,
}

impl Item {
    /// A file whose bytes are made here.
    pub fn made(path: impl Into<String>, bytes: Vec<u8>, modified: i64) -> Self {
        let hash = KnownHash::Sha256(Sha256Hash::from(<[u8; 32]>::from(Sha256::digest(&bytes))));
        Self {
            path: path.into(),
            size: Some(bytes.len() as u64),
            hash: Some(hash),
            modified,
            source: Source::Bytes(bytes),
        }
    }
}

/// What the firmware starts from.
#[derive(Debug, Clone)]
pub(crate) struct BootEntry {
    /// The firmware.
    pub platform: Platform,
    /// The boot image.
    pub item: Item,
    /// It is one of the files of the medium; else only the boot catalogue leads to it.
    pub is_file: bool,
    /// A boot information table is written into it: the medium holds other bytes than the source.
    pub info_table: bool,
}

/// Everything that is known before the first byte is written.
pub(crate) struct Blueprint {
    /// What is asked.
    pub definition: Definition,
    /// What is true.
    pub facts: SiteFacts,
    /// What is assumed.
    pub profile: MediaProfile,
    /// The boot image.
    pub boot_image: BootImage,
    /// The files of the medium.
    pub items: Vec<Item>,
    /// Folders of the medium that have nothing in them.
    pub folders: Vec<String>,
    /// The El Torito boot images, in the order of the boot catalogue.
    pub boot_entries: Vec<BootEntry>,
    /// What is on the medium beyond what it starts from.
    pub extras: Extras,
    /// What an operating system image has where files of the medium go.
    pub taken: Taken,
    /// The label of the disc.
    pub label: String,
    /// The certificate that the medium gets; none for media that ask no management point.
    pub certificate: Option<CertificateSource>,
    /// The medium asks for a password.
    pub password_protected: bool,
    /// The identity of the plan.
    pub plan_id: String,
    /// The discs, where one is not enough.
    pub set: Option<VolumeSet>,
}

/// Room that the plan keeps for the manifest.
const MANIFEST_ROOM: u64 = 1 << 20;

impl Blueprint {
    /// Makes the plan. The first fault ends it.
    pub fn make(
        definition: &Definition,
        secrets: &Secrets,
        host: &Host,
        supply: &Supply<'_>,
        context: &Context,
    ) -> Result<Self> {
        let profile = crate::profile::of(definition, host)?;
        let now = Timestamp::now();
        if let Some(fault) = input::faults(definition, Some(secrets), &profile, now).into_iter().next() {
            return Err(fault);
        }
        let facts = site::load(definition, now)?;
        let definition = &*stand_alone::with_boot_image(definition, &facts)?;
        if let Some(missing) = site::missing(definition, &facts).into_iter().next() {
            return Err(missing);
        }
        let mut boot_image = BootImage::open(definition, &facts, &profile, host, supply, context)?;
        if !boot_image.missing.is_empty() {
            return Err(missing_boot_files(std::mem::take(&mut boot_image.missing)));
        }
        let extras = Extras::find(definition, &facts, &profile, &boot_image, (host, supply), context)?;
        Self::assemble(definition, secrets, profile, facts, (boot_image, extras), (now, context))
    }

    /// Puts the parts together; all of them are known to be good.
    pub fn assemble(
        definition: &Definition,
        secrets: &Secrets,
        profile: MediaProfile,
        facts: SiteFacts,
        (boot_image, extras): (BootImage, Extras),
        (now, context): (Timestamp, &Context),
    ) -> Result<Self> {
        check_unknown_computers(definition, &facts, &boot_image)?;
        let label = label(definition, &extras, &profile);
        let rules = definition.kind.rules();
        let boot_entries = (rules.boot_entries)(&profile, &boot_image);
        let ingredients =
            Ingredients { definition, secrets, profile: &profile, boot_image: &boot_image, label: &label };
        let mut items = (rules.items)(&ingredients)?;
        items.extend(extras.windows_start.items.iter().cloned());
        if let Some(policy) = &extras.capture {
            items.push(policy.item(&profile, boot_image.modified)?);
        }
        let (mut folders, prestart) = (Vec::new(), extras.prestart.iter());
        for prestart in prestart {
            items.extend(prestart.items.iter().cloned());
            folders.extend(prestart.folders.iter().cloned());
        }
        if let Some(carried) = &extras.stand_alone {
            items.extend(carried.items(&profile, boot_image.modified));
            folders.extend(carried.folders());
        }
        for beside in &extras.beside {
            let new: Vec<Item> =
                beside.items.iter().filter(|item| !items.iter().any(|i| i.path == item.path)).cloned().collect();
            items.extend(new);
            folders.extend(beside.folders.iter().cloned());
        }
        items.extend(boot_entries.iter().filter(|e| e.is_file).map(|e| e.item.clone()));
        let taken = match &extras.os_image {
            Some(image) => Taken::find(image, (&items, &folders), definition.replace_image_file, &profile, context)?,
            None => Taken::default(),
        };
        items.retain(|item| !taken.kept.contains(&item.path));
        let mut blueprint = Self {
            definition: definition.clone(),
            password_protected: secrets.media_password.is_some(),
            certificate: match definition.kind.has("certificatePath") {
                true => Some(CertificateSource::of(definition, secrets, &facts, &profile, now)?),
                false => None,
            },
            facts,
            profile,
            boot_image,
            items,
            folders,
            boot_entries,
            extras,
            taken,
            label,
            plan_id: String::new(),
            set: None,
        };
        crate::folder_target::check_lengths(&blueprint)?;
        blueprint.plan_id = blueprint.identity();
        blueprint.set = VolumeSet::of(&blueprint)?;
        Ok(blueprint)
    }

    /// The identity of the plan: a hash over everything that decides the bytes of the medium, but for what is fresh in
    /// every build. The values of variables, and those of a task sequence that are secrets, are left out, as a hash over a
    /// short secret tells the secret.
    fn identity(&self) -> String {
        let (definition, facts) = (&self.definition, &self.facts);
        let mut items: Vec<&Item> = self.disc().all_items().collect();
        items.sort_by(|a, b| a.path.cmp(&b.path));
        let file = |i: &&Item| serde_json::json!([i.path, i.size, i.hash.map(KnownHash::digits), i.modified]);
        let package = match &self.boot_image.origin {
            Origin::Package { id, version, .. } => serde_json::json!([id, version]),
            Origin::File => serde_json::Value::Null,
        };
        let mut unknown = facts.unknown_computers.clone();
        unknown.sort_by_key(|u| u.architecture);
        let described = serde_json::json!({
            "format": 3,
            "kind": definition.kind,
            "mediaType": definition.media_type.unwrap_or(MediaType::CdDvd),
            "label": self.label,
            "folders": self.folders,
            "files": items.iter().map(file).collect::<Vec<_>>(),
            "bootInfoTables": self.boot_entries.iter().filter(|e| e.info_table).map(|e| &e.item.path).collect::<Vec<_>>(),
            "package": package,
            "operatingSystem": self.extras.os_image.as_ref().map(|i| (i.sha256.to_string(), i.index)),
            "taskSequence": definition.task_sequence,
            "policies": self.extras.stand_alone.as_ref().map(|carried| &carried.sequences.outline),
            "image": [definition.image_integrity.to_string(), format!("{:?}", definition.image_compression)],
            "mediaMode": definition.media_mode,
            "managementPoint": definition.management_point,
            "variables": definition.variable.iter().map(|v| &v.name).collect::<Vec<_>>(),
            "password": self.password_protected,
            "validity": [definition.media_start_date, definition.media_expiration_date],
            "mediaSize": definition.media_size,
            "unattended": definition.allow_unattended,
            "unknownComputers": definition.allow_unknown_machine.then_some(unknown),
            "prestart": [definition.prestart_command.as_ref(), self.extras.prestart.as_ref().map(|p| &p.id)],
            "about": [&definition.created_by, &definition.version, &definition.comment],
            "userDeviceAffinity": definition.user_device_affinity,
            "variablesEncryption": definition.variables_encryption,
            "certificateEncryption": definition.certificate_encryption,
            "certificate": self.certificate.as_ref().map(|certificate| certificate.identity(definition)),
            "epoch": definition.epoch,
            "siteCode": facts.site_code,
            "ports": facts.ports,
            "iisSslState": facts.iis_ssl_state,
            "useFirstCertificate": facts.use_first_certificate,
            "publicRootKey": facts.public_root_key,
            "siteSigningCertificate": facts.site_signing_certificate,
            "rootCaCertificates": facts.root_ca_certificates,
            "organizationName": facts.organization_name,
            "timeZone": facts.time_zone,
            "preferBoundaryGroupManagementPoints": facts.prefer_boundary_group_management_points,
            "mediaProfile": self.profile,
        });
        crate::text::hex(&Sha256::digest(described.to_string().as_bytes()))
    }

    /// What the disc is made from.
    pub fn disc(&self) -> Disc<'_> {
        Disc {
            label: &self.label,
            items: &self.items,
            folders: &self.folders,
            boot_entries: &self.boot_entries,
            boot_image: Some(&self.boot_image),
        }
    }

    /// What a disc of a set is made from.
    pub fn disc_of<'a>(&'a self, volume: &'a SetVolume, is_first: bool) -> Disc<'a> {
        let boot_entries = if is_first { self.boot_entries.as_slice() } else { &[] };
        Disc { items: &volume.items, folders: &volume.folders, boot_entries, ..self.disc() }
    }

    /// Bytes of the boot files, which are taken out of the boot image into the temporary folder.
    pub fn boot_file_bytes(&self) -> u64 {
        self.disc().all_items().filter(|i| matches!(i.source, Source::InBootImage(_))).filter_map(|i| i.size).sum()
    }

    /// Bytes that the temporary folder must hold: images from servers, when nothing is to be kept, and what a build adds.
    pub fn staging_bytes(&self) -> u64 {
        let fetched = if self.definition.no_cache { self.fetched_bytes() } else { 0 };
        fetched + self.added_staging_bytes()
    }

    /// Bytes of the images that were fetched to a temporary folder to be looked into, and lie there as long as this does.
    fn fetched_bytes(&self) -> u64 {
        let of = |origin: &Origin| match origin {
            Origin::Package { library, file, .. } if library.is_temporary() => file.size,
            Origin::Package { .. } | Origin::File => 0,
        };
        of(&self.boot_image.origin) + self.extras.os_image.as_ref().map_or(0, |image| of(&image.origin))
    }

    /// Bytes that a build adds to what is in the temporary folder already: the boot files, and for a WIM what comes from
    /// servers and is kept nowhere, as libwim takes files only.
    pub fn added_staging_bytes(&self) -> u64 {
        let streamed = |item: &&Item| matches!(&item.source, Source::Content(file) if file.library.is_stream());
        let streamed = match self.definition.form() {
            Form::Wim => self.items.iter().filter(streamed).filter_map(|item| item.size).sum(),
            Form::Disc | Form::Folder => 0,
        };
        self.boot_file_bytes() + streamed
    }

    /// The length of the medium in bytes: of the disc image, or of all files of the folder.
    pub fn medium_bytes(&self) -> Result<u64> {
        if let Some(set) = &self.set {
            return Ok(set.volumes.iter().map(|volume| volume.bytes).sum());
        }
        let files = || self.items.iter().map(|i| i.size.unwrap_or(VARIABLES_ROOM)).sum::<u64>();
        if self.definition.form() == Form::Wim {
            // At most: data that the operating system has already, and images that are not wanted, take no room.
            return Ok(files() + self.extras.os_image.as_ref().map_or(0, OsImage::most_bytes));
        }
        // A folder, too, takes only what a disc can hold: paths and names that other systems know.
        let disc = self.disc().layout(None, 0, 0)?.total_size();
        Ok(match self.definition.form() {
            Form::Disc => disc,
            Form::Folder | Form::Wim => files(),
        })
    }

    /// Bytes that the volume of the target must hold beside the old medium.
    pub fn target_bytes(&self) -> Result<u64> {
        Ok(self.medium_bytes()? + MANIFEST_ROOM)
    }

    /// The plan as its readers see it.
    pub fn plan(&self) -> Result<Plan> {
        let bytes = self.medium_bytes()?;
        if let Some(set) = &self.set {
            return Ok(self.plan_of_set(set, bytes));
        }
        let entries: Vec<PlanEntry> = match self.definition.form() {
            Form::Disc => self.disc().all_items().map(|item| self.entry(item)).collect(),
            // What only a boot catalogue leads to has no place in a folder.
            Form::Folder | Form::Wim => self.items.iter().map(|item| self.entry(item)).collect(),
        };
        Ok(Plan {
            plan_id: self.plan_id.clone(),
            parts: Vec::new(),
            path: self.definition.path.clone(),
            label: self.label.clone(),
            volumes: vec![PlanVolume { index: 1, files: self.items.len() as u64, bytes }],
            entries,
            items: self.packages(),
            staging_bytes: self.staging_bytes(),
            target_bytes: bytes + MANIFEST_ROOM,
            definition: self.definition.clone(),
        })
    }

    /// The plan of a medium on several discs.
    fn plan_of_set(&self, set: &VolumeSet, bytes: u64) -> Plan {
        let numbered = || set.volumes.iter().zip(1u32..);
        let of_volume = |(volume, number): (&SetVolume, u32)| {
            let items = self.disc_of(volume, number == 1).all_items();
            items.map(|item| PlanEntry { volume: number, ..self.entry(item) }).collect::<Vec<_>>()
        };
        let volume = |(volume, index): (&SetVolume, u32)| PlanVolume {
            index,
            files: volume.items.len() as u64,
            bytes: volume.bytes,
        };
        Plan {
            plan_id: self.plan_id.clone(),
            parts: Vec::new(),
            path: self.definition.path.clone(),
            label: self.label.clone(),
            entries: numbered().flat_map(of_volume).collect(),
            items: self.packages(),
            volumes: numbered().map(volume).collect(),
            staging_bytes: self.staging_bytes(),
            target_bytes: bytes + MANIFEST_ROOM * set.volumes.len() as u64,
            definition: self.definition.clone(),
        }
    }

    fn entry(&self, item: &Item) -> PlanEntry {
        let altered = self.definition.form() == Form::Disc && self.disc().is_altered(item);
        let hash = item.hash.filter(|_| !altered);
        PlanEntry {
            path: item.path.clone(),
            size: item.size,
            hash: hash.map(KnownHash::digits),
            hash_algorithm: hash.map(|h| h.algorithm().to_owned()),
            source: match &item.source {
                Source::BootImage => self.boot_image.path.to_string(),
                Source::InBootImage(inside) => format!("{inside} in {}", self.boot_image.path),
                Source::Content(file) => format!("package {} in {}", file.package.package_id, file.library.name()),
                Source::Part(part) => part.describe(),
                Source::File(path) => path.to_string(),
                Source::Bytes(_) => "made for this medium".to_owned(),
                Source::Policy => "made when the medium is built, from the policies of its task sequence".to_owned(),
                Source::Variables => "made when the medium is built, with a fresh certificate".to_owned(),
            },
            volume: 1,
        }
    }

    fn packages(&self) -> Vec<PlanPackage> {
        let boot_image = match &self.boot_image.origin {
            Origin::File => None,
            Origin::Package { id, name, version, library, .. } => Some(PlanPackage {
                package_id: id.clone(),
                object_type: "BootImage".to_owned(),
                name: name.clone(),
                source_version: *version,
                bytes: self.boot_image.size,
                sources: vec![library.name().to_owned()],
            }),
        };
        let packages = self.extras.packages().map(|found| PlanPackage {
            package_id: found.package.package_id.clone(),
            object_type: format!("{:?}", found.package.kind),
            name: found.package.name.clone(),
            source_version: found.package.source_version,
            bytes: found.content.size(),
            sources: vec![found.library.name().to_owned()],
        });
        let os_image = self.extras.os_image.iter().filter_map(os_package);
        let carried = self.carried().map(|carried| PlanPackage {
            package_id: carried.found.package.package_id.clone(),
            object_type: carried.object_type(),
            name: carried.found.package.name.clone(),
            source_version: carried.found.package.source_version,
            bytes: carried.bytes(),
            sources: vec![carried.found.library.name().to_owned()],
        });
        boot_image.into_iter().chain(os_image).chain(packages).chain(carried).collect()
    }

    /// The content that the task sequence of the medium needs.
    pub fn carried(&self) -> impl Iterator<Item = &Carried> {
        self.extras.stand_alone.iter().flat_map(|stand_alone| &stand_alone.content)
    }

    /// The packages on the medium, but for the boot image.
    pub fn found_packages(&self) -> impl Iterator<Item = &FoundPackage> {
        self.extras.packages().chain(self.carried().map(|carried| &carried.found))
    }

    /// What is to be known about where the content came from: libraries that failed, records that are odd.
    pub fn remarks(&self) -> Vec<String> {
        let mut remarks = self.boot_image.remarks();
        remarks.extend(self.found_packages().flat_map(|found| found.remarks.iter().cloned()));
        remarks.extend(self.extras.os_image.iter().flat_map(|image| image.remarks.iter().cloned()));
        remarks
    }
}

/// The label: as asked, else the name of the operating system, or that of all discs.
fn label(definition: &Definition, extras: &Extras, profile: &MediaProfile) -> String {
    let name = extras.os_image.as_ref().map(|image| image.name.clone()).filter(|name| !name.is_empty());
    definition.media_label.clone().or(name).unwrap_or_else(|| profile.label.default_label.clone())
}

fn os_package(image: &OsImage) -> Option<PlanPackage> {
    let Origin::Package { id, name, version, library, .. } = &image.origin else { return None };
    Some(PlanPackage {
        package_id: id.clone(),
        object_type: "OperatingSystemImage".to_owned(),
        name: name.clone(),
        source_version: *version,
        bytes: image.size,
        sources: vec![library.name().to_owned()],
    })
}

/// Computers that the site does not know work under the record of their architecture.
fn check_unknown_computers(definition: &Definition, facts: &SiteFacts, boot_image: &BootImage) -> Result<()> {
    let architecture = boot_image.architecture;
    if !definition.allow_unknown_machine || facts.unknown_computers.iter().any(|u| u.architecture == architecture) {
        return Ok(());
    }
    let message = format!(
        "The site facts lack 'unknownComputers' for {architecture}: unknown computers are to use the medium, whose boot \
         image is for {architecture}."
    );
    Err(Error::new(ErrorKind::FactMissing, Stage::Site, message).target("unknownComputers"))
}

/// One error for all boot files that are missing.
fn missing_boot_files(mut missing: Vec<Error>) -> Error {
    if missing.len() == 1
        && let Some(only) = missing.pop()
    {
        return only;
    }
    let messages: Vec<&str> = missing.iter().map(Error::message).collect();
    let target = missing.iter().filter_map(Error::target_object).collect::<Vec<_>>().join(", ");
    let kind = missing.first().map_or(ErrorKind::BootFileMissing, Error::kind);
    Error::new(kind, Stage::Plan, messages.join(" ")).target(target)
}
