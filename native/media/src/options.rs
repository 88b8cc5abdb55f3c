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
