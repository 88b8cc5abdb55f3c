//! The choices that a definition can make, in the words of its JSON.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tsm_formats::envelope::Algorithm;
use tsm_formats::profile::PfxEncryption;

/// How a medium makes the person at the computer its primary user ("user device affinity").
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum UserDeviceAffinity {
    /// Not at all.
    #[default]
    DoNotAllow,
    /// As soon as an administrator approves it.
    AdministratorApproval,
    /// At once.
    AutoApproval,
}

/// The cipher of the variables file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum VariablesEncryption {
    /// AES with a key of 128 bits: what every known reader opens.
    Aes128,
    /// AES with a key of 256 bits.
    Aes256,
}

impl From<VariablesEncryption> for Algorithm {
    fn from(choice: VariablesEncryption) -> Self {
        match choice {
            VariablesEncryption::Aes128 => Self::Aes128,
            VariablesEncryption::Aes256 => Self::Aes256,
        }
    }
}

/// How the certificate file in the variables is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum CertificateEncryption {
    /// Triple DES and SHA-1, as Windows exports by default: every Windows PE reads it.
    Classic,
    /// PBES2 with AES-256 and SHA-256: newer Windows PE only.
    Pbes2,
}

impl From<CertificateEncryption> for PfxEncryption {
    fn from(choice: CertificateEncryption) -> Self {
        match choice {
            CertificateEncryption::Classic => Self::Classic,
            CertificateEncryption::Pbes2 => Self::Pbes2,
        }
    }
}

/// Which values of task sequence variables the log shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum LogVariableValue {
    /// Those that are neither named as sensitive nor look like a secret.
    #[default]
    NonSensitive,
    /// None: only the names.
    None,
}

/// How hard the files that are put beside those of an operating system are compressed. Its own files stay as they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ImageCompression {
    /// As usual.
    #[default]
    Normal,
    /// Quickly; the medium becomes a little larger.
    Fast,
    /// As well as can be; it takes longer.
    Maximum,
}

/// The computers that a medium is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum TargetArchitecture {
    /// 32-bit x86.
    X86,
    /// 64-bit x86.
    X64,
    /// 64-bit ARM.
    Arm64,
}

/// Which of the boot loaders in the boot image a medium starts with. Loader, fonts and boot image for UEFI go together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum BootLoaderChoice {
    /// The usual one, whoever signed it.
    #[default]
    FromBootImage,
    /// The usual one, which must be signed by Microsoft Windows Production PCA 2011.
    WindowsProductionPCA2011,
    /// The one of the folders whose names end in `_EX`, which must be signed by Windows UEFI CA 2023.
    WindowsUEFICA2023,
    /// Two media of one plan, one with each.
    Both,
}

/// What the computers trust that a medium is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum TargetSecureBoot {
    /// Only the authorities of 2011.
    #[serde(rename = "2011")]
    Of2011,
    /// Only the authorities of 2023, or those of 2011 are revoked.
    #[serde(rename = "2023")]
    Of2023,
    /// Computers of both kinds.
    Both,
}

/// How much a disc holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "a size is a word such as \"Dvd5\", or a number of bytes")]
pub enum MediaSize {
    /// One of the usual discs.
    Named(MediaSizeName),
    /// So many bytes.
    Bytes(u64),
}

/// The usual discs. The first four words are those of the product; its megabytes and gigabytes are taken as powers of ten, so
/// that every disc of that name holds them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum MediaSizeName {
    /// No limit: one file, however long.
    SizeUnlimited,
    /// 650,000,000 bytes.
    Size650MB,
    /// 4,000,000,000 bytes.
    Size4GB,
    /// 8,000,000,000 bytes.
    Size8GB,
    /// A DVD with one layer: 4,700,372,992 bytes (DVD+R, ECMA-349; DVD-R holds a little more).
    Dvd5,
    /// A DVD with two layers: 8,543,666,176 bytes (DVD-R DL, ECMA-382; DVD+R DL holds a little more).
    Dvd9,
    /// A Blu-ray disc with one layer: 25,025,314,816 bytes (12,219,392 sectors).
    BluRay25,
}

impl MediaSize {
    /// The capacity in bytes; `None` when there is no limit.
    pub fn bytes(self) -> Option<u64> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            Self::Named(name) => name.bytes(),
        }
    }
}

impl MediaSizeName {
    fn bytes(self) -> Option<u64> {
        match self {
            Self::SizeUnlimited => None,
            Self::Size650MB => Some(650_000_000),
            Self::Size4GB => Some(4_000_000_000),
            Self::Size8GB => Some(8_000_000_000),
            Self::Dvd5 => Some(4_700_372_992),
            Self::Dvd9 => Some(8_543_666_176),
            Self::BluRay25 => Some(25_025_314_816),
        }
    }
}
