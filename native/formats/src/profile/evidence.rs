//! What is known about each value of the media profile, and what would settle it.

use serde::Serialize;
use serde_json::Value;

use super::MediaProfile;

/// How well a value is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub enum Evidence {
    /// Checked on bytes of real files.
    Proven,
    /// Microsoft's documentation says so.
    Documented,
    /// Seen in public programs that work with real media.
    Source,
    /// Seen in a log or a listing from a real installation.
    Log,
    /// Follows from other facts.
    Inferred,
    /// General knowledge, no source found.
    General,
    /// Not known: a choice.
    Unknown,
}

/// One value of the media profile.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProfileItem {
    /// Its name in JSON, with dots.
    pub key: &'static str,
    /// Its value now.
    pub value: Value,
    /// How well the default is known.
    pub evidence: Evidence,
    /// What would settle it.
    pub settled_by: &'static str,
}

impl MediaProfile {
    /// Every value with the evidence for its default.
    #[must_use]
    pub fn evidence(&self) -> Vec<ProfileItem> {
        // Serialising plain structs of strings and numbers cannot fail.
        let whole = serde_json::to_value(self).unwrap_or_default();
        TABLE
            .iter()
            .map(|&(key, evidence, settled_by)| {
                let value = whole.pointer(&format!("/{}", key.replace('.', "/"))).cloned().unwrap_or_default();
                ProfileItem { key, value, evidence, settled_by }
            })
            .collect()
    }
}

const LISTING: &str = "a complete file listing of real bootable media";
const VARIABLES: &str = "one decrypted Variables.dat of real bootable media, of a version from 2409 on";
const CAPTURE: &str =
    "a complete file listing of a capture medium of the console, and its decrypted Variables.dat if there is one";
const INI: &str = "one TsmBootstrap.ini of each kind of real media";
const START: &str = "a start of our medium in a lab site";
const PRESTART: &str = "one Variables.dat of real media with a prestart command and its package";
const AFFINITY: &str = "one Variables.dat of real media that allow user device affinity";
const REGISTERED: &str = "SMS_CertificateInfo.KeyType of media registered in a lab site, beside those of the wizard";
const PRESTAGED: &str = "the XML data and one decrypted Variables.dat of a prestaged medium that the wizard made";
const BOOT_IMAGE: &str = "a file listing of a boot image that a site made";

const STAND_ALONE: &str = "one decrypted Variables.dat of real stand-alone media";
const FULL_LISTING: &str = "a complete file listing of real stand-alone media with an application and a driver package";
const PARTS: &str = "the lengths and names of the parts of an image on real media, beside the SHA-256 of the whole image and of its package";
const POLICY: &str = "one decrypted Policy.xml of real stand-alone media";
const SERVICED: &str = "a file listing of a boot image with the update of April 2024 or a later one";
const VERSIONS: &str = "the newest dbx_info_msft_latest.json of microsoft/secureboot_objects";

use Evidence::{Documented, General, Inferred, Log, Proven, Source, Unknown};

pub(super) const TABLE: &[(&str, Evidence, &str)] = &[
    ("layout.configDirectory", Source, LISTING),
    ("layout.variablesFile", Log, LISTING),
    ("layout.bootstrapIniFile", Source, LISTING),
    ("layout.policyFile", Source, "a complete file listing of real stand-alone media"),
    ("layout.bootImage", Source, LISTING),
    ("layout.packageDirectory", Log, "a complete file listing of real stand-alone media"),
    ("layout.mediaLabelFile", Documented, LISTING),
    ("envelope.defaultPassword", Source, "one Variables.dat of real media without password"),
    ("envelope.algorithm", Documented, "the head of one Variables.dat made by a version from 2409 on"),
    ("envelope.leftoverBytes", Inferred, "three Variables.dat of real media with different plain lengths"),
    ("variables.xmlDeclaration", Inferred, VARIABLES),
    ("variables.rootElement", Source, VARIABLES),
    ("variables.version", Unknown, VARIABLES),
    ("variables.plainLengthModulus", Inferred, "three Variables.dat of real media with different plain lengths"),
    ("variables.plainLengthRemainder", Inferred, "three Variables.dat of real media with different plain lengths"),
    ("variables.order", Unknown, VARIABLES),
    ("variables.guidSpelling", Source, VARIABLES),
    ("variables.launchModeDisc", Documented, VARIABLES),
    ("variables.launchModeFolder", Inferred, "the Variables.dat of a stick that the wizard made"),
    ("variables.launchModeHardDisk", Documented, PRESTAGED),
    ("variables.managementPointSeparator", Documented, VARIABLES),
    ("variables.appendCustomPort", Inferred, "one Variables.dat of a site with custom ports"),
    ("variables.rootCertificateSeparator", Unknown, "one Variables.dat of a site with two trusted root authorities"),
    ("variables.httpPort", Log, "the ports of the site: they are part of the site facts"),
    ("variables.httpsPort", Log, "the ports of the site: they are part of the site facts"),
    ("variables.iisSslState", Inferred, "the value IISSSLState of the site: it is part of the site facts"),
    ("variables.useFirstCertificate", Inferred, "the value Select First Certificate of the site"),
    ("bootstrapIni.section", Source, INI),
    ("bootstrapIni.mediaTypeKey", Source, INI),
    ("bootstrapIni.passwordRequiredKey", Source, INI),
    ("bootstrapIni.unattendedKey", Source, INI),
    ("bootstrapIni.trueWord", Source, INI),
    ("bootstrapIni.falseWord", Source, INI),
    ("mediaTypes.bootable", Documented, INI),
    ("mediaTypes.standAlone", Source, INI),
    ("mediaTypes.prestaged", Documented, INI),
    ("mediaTypes.capture", Inferred, INI),
    ("label.defaultLabel", Documented, LISTING),
    ("label.maxCharacters", General, "the wizard's own limit for the label"),
    ("label.filePrefix", Documented, "one MediaLabel.txt of real media"),
    ("label.fileLineEnd", Unknown, "one MediaLabel.txt of real media"),
    ("certificate.pfxPasswordLength", Source, START),
    ("certificate.pfxEncryption", Inferred, "one _SMSTSMediaPFX of real media, and a start of our medium with PBES2"),
    ("certificate.validityDays", Documented, "the certificate of real media made without dates"),
    ("certificate.issuedCertSelfSigned", Inferred, REGISTERED),
    ("certificate.issuedCertIssued", Inferred, REGISTERED),
    ("bootFiles.biosBootManager", Source, LISTING),
    ("bootFiles.rootUefiBootManager", Source, LISTING),
    ("bootFiles.uefiLoader", Documented, LISTING),
    ("bootFiles.bootStl", Documented, LISTING),
    ("bootFiles.biosFonts", Source, LISTING),
    ("bootFiles.uefiFonts", Source, LISTING),
    ("bootFiles.biosMui", General, LISTING),
    ("bootFiles.rootUefiMui", General, LISTING),
    ("bootFiles.uefiLoaderMui", General, LISTING),
    ("bootFiles.bootSdi", Source, BOOT_IMAGE),
    ("bootFiles.bootfix", Source, BOOT_IMAGE),
    ("bootFiles.biosBcd", Documented, "the boot configuration of real media"),
    ("bootFiles.uefiBcd", Inferred, "the content of BCD-EFI-64, and the boot configuration of real media"),
    ("bootFiles.biosBootImage", Source, BOOT_IMAGE),
    ("bootFiles.uefiBootImage", Source, BOOT_IMAGE),
    ("bootFiles.uefiBootImageNoPrompt", Source, BOOT_IMAGE),
    ("bootFiles.biosLoadSectors", Proven, "settled: etfsboot.com of Windows media has 4,096 bytes"),
    ("bootFiles.biosBootInfoTable", General, "etfsboot.com of real media beside the one of the ADK"),
    ("bootFiles2023.rootUefiBootManager", Source, SERVICED),
    ("bootFiles2023.uefiLoader", Source, SERVICED),
    ("bootFiles2023.uefiFonts", Source, SERVICED),
    ("bootFiles2023.uefiBootImage", Source, SERVICED),
    ("bootFiles2023.uefiBootImageNoPrompt", Source, SERVICED),
    ("secureBoot.authorities", Proven, "settled: computed from the certificates of microsoft/secureboot_objects"),
    ("secureBoot.securityVersions.date", Documented, VERSIONS),
    ("secureBoot.securityVersions.source", Documented, VERSIONS),
    ("secureBoot.securityVersions.floors", Documented, VERSIONS),
    ("windowsStart.directory", Source, LISTING),
    ("windowsStart.architectures", Inferred, LISTING),
    ("windowsStart.files", Unknown, LISTING),
    ("windowsStart.consolePlaces", General, "a file listing of a console and of a site server"),
    ("windowsStart.bootImagePlace", Source, BOOT_IMAGE),
    ("windowsStart.launchFile", Source, LISTING),
    ("windowsStart.launchText", Unknown, "one LaunchMedia.cmd of real media"),
    ("windowsStart.autorunFile", Documented, LISTING),
    ("windowsStart.autorunText", Unknown, "one autorun.inf of real media"),
    ("prestart.commandVariable", Unknown, PRESTART),
    ("prestart.packageVariable", Unknown, PRESTART),
    ("prestart.folderPackageId", Inferred, PRESTART),
    ("metadata.createdByVariable", Unknown, "one Variables.dat of real media with Created by, Version and Comment"),
    ("metadata.versionVariable", Unknown, "one Variables.dat of real media with Created by, Version and Comment"),
    ("metadata.commentVariable", Unknown, "one Variables.dat of real media with Created by, Version and Comment"),
    ("userDeviceAffinity.variable", Inferred, AFFINITY),
    ("userDeviceAffinity.pendingWord", Documented, AFFINITY),
    ("userDeviceAffinity.autoWord", Documented, AFFINITY),
    ("bootImage.clientPrograms", Inferred, "the versions of the programs in a boot image that a site made"),
    ("bootImage.packageFolder", General, BOOT_IMAGE),
    ("bootImage.componentPrefix", General, BOOT_IMAGE),
    ("bootImage.driverFolder", General, BOOT_IMAGE),
    ("bootImage.systemHive", General, BOOT_IMAGE),
    ("bootImage.scratchSpaceKey", General, "the hive SYSTEM of a boot image whose scratch space was set"),
    ("bootImage.scratchSpaceValue", General, "the hive SYSTEM of a boot image whose scratch space was set"),
    ("bootImage.loaderFolders", Source, BOOT_IMAGE),
    ("bootImage.windowsLoaders", General, "a start of our medium with a boot configuration that was made"),
    ("prestaged.commentProperty", Inferred, PRESTAGED),
    ("prestaged.createdByProperty", Unknown, PRESTAGED),
    ("prestaged.versionProperty", Unknown, PRESTAGED),
    ("prestaged.distributionPointVariable", Unknown, PRESTAGED),
    ("prestaged.distributionPointSeparator", Unknown, PRESTAGED),
    ("policy.xmlDeclaration", Inferred, POLICY),
    ("policy.rootElement", Unknown, POLICY),
    ("policy.withAssignments", Unknown, POLICY),
    ("policy.taskSequenceClass", General, POLICY),
    ("policy.textType", General, POLICY),
    ("capture.variables", Unknown, CAPTURE),
    ("capture.files", Unknown, CAPTURE),
    ("capture.requiredFiles", Documented, CAPTURE),
    ("standAlone.mark", Source, STAND_ALONE),
    ("standAlone.applicationDirectory", Unknown, FULL_LISTING),
    ("standAlone.contentDirectory", Unknown, FULL_LISTING),
    ("standAlone.startVariable", Unknown, "one Variables.dat of real stand-alone media with dates"),
    ("standAlone.expirationVariable", Unknown, "one Variables.dat of real stand-alone media with dates"),
    ("imageSplit.longestWhole", Documented, "the file listing of a stick with an image of less than 4 GiB"),
    ("imageSplit.longestPart", Unknown, PARTS),
    ("imageSplit.partName", Log, PARTS),
    ("volumeSet.numberSeparator", Unknown, "the file names of a set that the wizard made"),
    ("volumeSet.identityFile", Unknown, "file listings of the second disc of a set that the wizard made"),
];
