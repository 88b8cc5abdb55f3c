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
