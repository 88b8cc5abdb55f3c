//! Reading a medium as a stranger: what a disc image or a folder holds, told by the reader alone.

use crate::carrier::Carrier;
use crate::certificate::{CertificateRecord, RegistrationState};
use crate::manifest::Manifest;
use crate::media_kind::{KINDS, MediaKind};
use crate::medium::{Medium, MediumBootImage, MediumOperatingSystem, MediumTaskSequence};
use crate::{Error, ErrorKind, Host, Kind, MediaMode, Result, Secrets, Stage, UserDeviceAffinity};
use camino::Utf8Path;
use jiff::Timestamp;
use std::io::Read;
use tsm_cert::MediaCertificate;
use tsm_formats::bootstrap_ini::{ReadBootstrapIni, TsmBootstrapIni};
use tsm_formats::envelope::EnvelopeError;
use tsm_formats::policy::{MediaPolicy, PolicyTaskSequence};
use tsm_formats::variables::{MediaVariables, VariablesError, VariablesForm, names};
use tsm_formats::{MediaProfile, media_label};
use tsm_optical::FileInfo;

/// No file in the config folder of a medium is larger; a larger one is not read.
const MOST_CONFIG_BYTES: u64 = 64 << 20;

/// An opened medium.
pub(crate) struct Inspection {
    /// What it is on.
    pub carrier: Carrier,
    /// Files and folders; of a disc those of the preferred tree.
    pub files: Vec<FileInfo>,
    /// What is neither, such as a link.
    pub odd: Vec<String>,
    /// TsmBootstrap.ini.
    pub bootstrap: Result<ReadBootstrapIni>,
    /// The label in MediaLabel.txt, if the file is there.
    pub label_file: Option<String>,
    /// The variables, or why they cannot be read.
    pub variables: Result<MediaVariables>,
    /// The policies, or why they cannot be read; absent when the medium has none.
    pub policy: Option<Result<MediaPolicy>>,
}

impl Inspection {
    /// Opens a medium and reads its small files. What they lack is told by the fields; an error means that nothing can be
    /// told about this file or folder.
    pub fn open(path: &Utf8Path, secrets: &Secrets, profile: &MediaProfile, host: &Host) -> Result<Self> {
        let config = &profile.layout.config_directory;
        if path.is_dir() && !path.join(config).is_dir() {
            // Not listed: somebody may have named a whole drive.
            let message = format!("'{path}' is a folder without '{config}', so no medium.");
            return Err(Error::new(ErrorKind::MediumUnreadable, Stage::Verify, message).target(path.as_str()));
        }
        let (mut carrier, files, odd) = Carrier::open(path, profile, host)?;
        let mut small = |place: &str| small_file(&mut carrier, &files, place);
        let label_file = small(&profile.layout.media_label_file)
            .ok()
            .and_then(|bytes| media_label::from_bytes(&bytes, profile).ok());
        let bootstrap = small(&profile.layout.bootstrap_ini_path()).and_then(|bytes| {
            TsmBootstrapIni::from_bytes(&bytes, profile).map_err(|e| {
                let message = format!("TsmBootstrap.ini of '{path}' is damaged: {e}.");
                Error::new(ErrorKind::NotTaskSequenceMedium, Stage::Verify, message).source(e)
            })
        });
        let wanted = bootstrap.as_ref().is_ok_and(|b| b.ini.password_required);
        let variables = small(&profile.layout.variables_path())
            .and_then(|bytes| open_variables(path, &bytes, wanted, secrets, profile));
        let policy = find(&files, &profile.layout.policy_path()).is_some().then(|| {
            let bytes = small_file(&mut carrier, &files, &profile.layout.policy_path())?;
            open_policy(path, &bytes, wanted, secrets, &variables)
        });
        Ok(Self { carrier, files, odd, bootstrap, label_file, variables, policy })
    }

    /// A file of the medium, whatever the case of its path.
    pub fn file(&self, path: &str) -> Option<&FileInfo> {
        find(&self.files, path)
    }

    /// The bytes of a small file.
    pub fn small_file(&mut self, path: &str) -> Option<Vec<u8>> {
        small_file(&mut self.carrier, &self.files, path).ok()
    }

    /// The form of the variables file.
    pub fn variables_form(&mut self, secrets: &Secrets, profile: &MediaProfile) -> Result<VariablesForm> {
        let wanted = self.bootstrap.as_ref().is_ok_and(|b| b.ini.password_required);
        let bytes = small_file(&mut self.carrier, &self.files, &profile.layout.variables_path())?;
        VariablesForm::read(&bytes, password(wanted, secrets, profile)).map_err(|e| {
            Error::new(ErrorKind::VerificationFailed, Stage::Verify, format!("The variables file is damaged: {e}."))
                .source(e)
        })
    }

    /// The certificate in the variables.
    pub fn certificate(&self, profile: &MediaProfile) -> Result<MediaCertificate> {
        let fault = |message: &str| Error::new(ErrorKind::VerificationFailed, Stage::Verify, message);
        let variables = self
            .variables
            .as_ref()
            .map_err(|_| fault("The certificate cannot be looked at: the variables cannot be read."))?;
        let guid = variables.get(names::MEDIA_GUID).ok_or_else(|| fault("The variables hold no media GUID."))?;
        let hex = variables
            .get(names::MEDIA_PFX)
            .filter(|t| !t.is_empty())
            .ok_or_else(|| fault("The variables hold no certificate."))?;
        let bytes = crate::text::from_hex(hex)
            .ok_or_else(|| fault("The certificate in the variables is not hexadecimal text."))?;
        MediaCertificate::from_pkcs12(&bytes, &profile.certificate.pfx_password(guid)).map_err(|e| {
            fault("The certificate in the variables does not open with the beginning of the media GUID.").source(e)
        })
    }

    /// What the medium is for, by its word. Capture media have that of media which carry a certificate or a password.
    pub fn kind(&self, profile: &MediaProfile) -> Option<Kind> {
        let ini = &self.bootstrap.as_ref().ok()?.ini;
        let certificate = self.variables.as_ref().is_ok_and(|variables| variables.get(names::MEDIA_PFX).is_some());
        let can_be = |rules: &&MediaKind| {
            ini.media_type.eq_ignore_ascii_case((rules.word)(&profile.media_types))
                && (rules.kind != Kind::Capture || !ini.password_required && !certificate)
        };
        KINDS.iter().copied().find(can_be).map(|rules| rules.kind)
    }

    /// Whether it is a capture medium that does without variables.
    pub fn has_no_variables(&self, profile: &MediaProfile) -> bool {
        self.file(&profile.layout.variables_path()).is_none() && self.kind(profile) == Some(Kind::Capture)
    }

    /// What the medium is, as far as it can be told.
    pub fn medium(&self, path: &Utf8Path, profile: &MediaProfile, manifest: Option<&Manifest>) -> Medium {
        let variables = self.variables.as_ref().ok();
        let value = |name: &str| variables.and_then(|v| v.get(name)).filter(|v| !v.is_empty()).map(str::to_owned);
        let certificate = self.certificate(profile).ok();
        let ini = self.bootstrap.as_ref().ok().map(|b| &b.ini);
        let (mode, points) = management_points(variables, profile);
        Medium {
            id: value(names::MEDIA_GUID),
            kind: self.kind(profile),
            path: path.to_string(),
            label: self.label(),
            site_code: value(names::SITE_CODE),
            media_mode: mode,
            management_point: points,
            boot_image: self.boot_image(variables, manifest),
            operating_system: self
                .carrier
                .wim()
                .and_then(|carrier| carrier.info.images.first())
                .map(MediumOperatingSystem::of),
            volume: manifest.and_then(|m| m.volume.clone()),
            volumes: Vec::new(),
            task_sequences: self.task_sequences(),
            content: manifest.map(|m| m.packages.clone()).unwrap_or_default(),
            media_start_date: value(&profile.stand_alone.start_variable),
            media_expiration_date: value(&profile.stand_alone.expiration_variable),
            days_remaining: certificate.as_ref().map(|c| days_until(c.not_after())),
            certificate: certificate
                .as_ref()
                .map(|c| CertificateRecord::of(c, path.as_str(), RegistrationState::Unknown)),
            registration: manifest.and_then(Manifest::registration),
            is_password_protected: ini.is_some_and(|i| i.password_required),
            allow_unattended: ini.is_some_and(|i| i.unattended),
            allow_unknown_machine: variables.map(|v| {
                [names::UNKNOWN_X64_GUID, names::UNKNOWN_X86_GUID, names::UNKNOWN_ARM64_GUID]
                    .iter()
                    .any(|name| v.get(name).is_some())
            }),
            user_device_affinity: variables.map(|v| affinity(v, profile)),
            created_by: value(&profile.metadata.created_by_variable),
            version: value(&profile.metadata.version_variable),
            comment: value(&profile.metadata.comment_variable),
            prestart_package: value(&profile.prestart.package_variable),
            variable_names: variables.map(|v| v.iter().map(|(n, _)| n.to_owned()).collect()).unwrap_or_default(),
            length: self.length(),
            sha256: None,
            manifest_path: manifest.map(|_| Manifest::path_of(path).into_string()),
            log_path: None,
            plan_id: manifest.map(|m| m.plan_id.clone()),
            created: manifest.map(|m| m.created.clone()),
            duration_milliseconds: None,
            verification: manifest.map(|m| m.verification.outcome),
            warnings: Vec::new(),
        }
    }

    fn task_sequences(&self) -> Vec<MediumTaskSequence> {
        let policy = self.policy.as_ref().and_then(|policy| policy.as_ref().ok());
        let of = |t: PolicyTaskSequence| MediumTaskSequence {
            package_id: t.package_id,
            name: t.name,
            advertisement_id: t.advertisement_id,
        };
        policy.map(|policy| policy.task_sequences().into_iter().map(of).collect()).unwrap_or_default()
    }

    /// The label that systems show; of a folder what MediaLabel.txt says.
    pub fn label(&self) -> String {
        self.carrier.label().or_else(|| self.label_file.clone()).unwrap_or_default()
    }

    /// Its length in bytes: of a folder that of all its files.
    pub fn length(&self) -> u64 {
        self.carrier.image_length().unwrap_or_else(|| self.files.iter().map(|f| f.size).sum())
    }

    fn boot_image(&self, variables: Option<&MediaVariables>, manifest: Option<&Manifest>) -> Option<MediumBootImage> {
        if let Some(manifest) = manifest {
            return Some(manifest.boot_image.clone());
        }
        let id = variables?.get(names::BOOT_IMAGE_PACKAGE_ID)?;
        Some(MediumBootImage {
            package_id: Some(id.to_owned()),
            source_version: variables?.get(names::BOOT_IMAGE_SOURCE_VERSION).and_then(|v| v.parse().ok()),
            architecture: None,
            os_version: None,
            loader: None,
        })
    }
}

fn affinity(variables: &MediaVariables, profile: &MediaProfile) -> UserDeviceAffinity {
    let words = &profile.user_device_affinity;
    match variables.get(&words.variable) {
        Some(word) if word.eq_ignore_ascii_case(&words.pending_word) => UserDeviceAffinity::AdministratorApproval,
        Some(word) if word.eq_ignore_ascii_case(&words.auto_word) => UserDeviceAffinity::AutoApproval,
        _ => UserDeviceAffinity::DoNotAllow,
    }
}

/// Whole days until a moment; negative when it has passed.
pub(crate) fn days_until(end: Timestamp) -> i64 {
    const DAY: i64 = 24 * 60 * 60;
    end.duration_since(Timestamp::now()).as_secs().div_euclid(DAY)
}

fn management_points(variables: Option<&MediaVariables>, profile: &MediaProfile) -> (Option<MediaMode>, Vec<String>) {
    let Some(variables) = variables else { return (None, Vec::new()) };
    let separator = &profile.variables.management_point_separator;
    let split = |text: &str| text.split(separator.as_str()).map(str::to_owned).collect::<Vec<_>>();
    if let Some(points) = variables.get(names::MANAGEMENT_POINT) {
        (Some(MediaMode::SiteBased), split(points))
    } else if let Some(points) = variables.get(names::LOCATION_MANAGEMENT_POINTS) {
        (Some(MediaMode::Dynamic), split(points))
    } else {
        (None, Vec::new())
    }
}

/// A file of the list, whatever the case of its path.
pub(crate) fn find<'a>(files: &'a [FileInfo], path: &str) -> Option<&'a FileInfo> {
    let plain = |f: &&FileInfo| !f.is_dir;
    files
        .iter()
        .filter(plain)
        .find(|f| f.path == path)
        .or_else(|| files.iter().filter(plain).find(|f| crate::text::same_in_any_case(&f.path, path)))
}

fn small_file(carrier: &mut Carrier, files: &[FileInfo], path: &str) -> Result<Vec<u8>> {
    let fault = |message: String| Error::new(ErrorKind::NotTaskSequenceMedium, Stage::Verify, message).target(path);
    let file = find(files, path).ok_or_else(|| fault(format!("The medium has no file '{path}'.")))?;
    if file.size > MOST_CONFIG_BYTES {
        return Err(fault(format!("'{path}' has {} bytes, which no such file has.", file.size)));
    }
    let mut bytes = Vec::new();
    carrier
        .read(file)
        .and_then(|mut reader| reader.read_to_end(&mut bytes))
        .map_err(|e| fault(format!("'{path}' of the medium cannot be read.")).source(e))?;
    Ok(bytes)
}

fn open_variables(
    path: &Utf8Path,
    bytes: &[u8],
    password_required: bool,
    secrets: &Secrets,
    profile: &MediaProfile,
) -> Result<MediaVariables> {
    let given = secrets.media_password.as_ref();
    if password_required && given.is_none() {
        let message = format!("The medium '{path}' has a password, and none was given.");
        return Err(Error::new(ErrorKind::PasswordNeeded, Stage::Verify, message).target(path.as_str()));
    }
    MediaVariables::from_bytes(bytes, password(password_required, secrets, profile)).map_err(|e| match e {
        VariablesError::Envelope(EnvelopeError::WrongPassword) => {
            let message = format!("The password does not open the medium '{path}'.");
            Error::new(ErrorKind::PasswordWrong, Stage::Verify, message).target(path.as_str()).source(e)
        }
        other => {
            let message = format!("The variables file of '{path}' is damaged: {other}.");
            Error::new(ErrorKind::VerificationFailed, Stage::Verify, message).target(path.as_str()).source(other)
        }
    })
}

/// Without a password of the user's, the policies open with the media GUID as it stands in the variables.
fn open_policy(
    path: &Utf8Path,
    bytes: &[u8],
    password_required: bool,
    secrets: &Secrets,
    variables: &Result<MediaVariables>,
) -> Result<MediaPolicy> {
    let guid = variables.as_ref().ok().and_then(|v| v.get(names::MEDIA_GUID)).unwrap_or_default();
    let password = match (&secrets.media_password, password_required) {
        (Some(given), true) => given.expose(),
        (None, true) => {
            let message = format!("The medium '{path}' has a password, and none was given.");
            return Err(Error::new(ErrorKind::PasswordNeeded, Stage::Verify, message).target(path.as_str()));
        }
        (_, false) => guid,
    };
    MediaPolicy::from_bytes(bytes, password).map_err(|e| {
        let message = format!("The policies of '{path}' cannot be read: {e}.");
        Error::new(ErrorKind::PolicyUnreadable, Stage::Verify, message).target(path.as_str()).source(e)
    })
}

/// A medium without password opens with the public one, whatever password was given for others.
fn password<'a>(required: bool, secrets: &'a Secrets, profile: &'a MediaProfile) -> &'a str {
    match (&secrets.media_password, required) {
        (Some(given), true) => given.expose(),
        (None, true) => "",
        (_, false) => &profile.envelope.default_password,
    }
}
