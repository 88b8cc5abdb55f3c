//! Secure Boot: whom computers trust, and how old a boot manager may be.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::pe::SecurityVersion;

/// What is known of the authorities and of the floors of security version numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SecureBootProfile {
    /// The authorities in the signature databases of computers.
    pub authorities: Vec<Authority>,
    /// How old a boot program may be.
    pub security_versions: SecurityVersions,
}

/// A certificate authority that computers can trust.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Authority {
    /// The common name of its certificate.
    pub name: String,
    /// SHA-1 of its certificate: 40 hexadecimal digits, in any case.
    pub sha1: String,
    /// The generation that it belongs to.
    pub generation: Generation,
    /// What it signs.
    pub signs: Signs,
}

/// A generation of authorities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Generation {
    /// In the computers of the years from 2012; ends in 2026.
    #[serde(rename = "2011")]
    Of2011,
    /// In new computers since 2024, and in others after an update.
    #[serde(rename = "2023")]
    Of2023,
}

impl Generation {
    /// The year, as text.
    #[must_use]
    pub const fn year(self) -> &'static str {
        match self {
            Self::Of2011 => "2011",
            Self::Of2023 => "2023",
        }
    }
}

/// What an authority signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Signs {
    /// Windows' own boot programs.
    Windows,
    /// Boot programs of others.
    ThirdParty,
    /// Firmware of plug-in cards.
    OptionRom,
}

/// How old a boot program may be: a computer that has the update refuses older ones. A file of this form replaces the
/// built-in values without a new version of the product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SecurityVersions {
    /// The date of the values: year, month, day.
    pub date: String,
    /// Where they come from.
    pub source: String,
    /// The floors.
    pub floors: Vec<Floor>,
}

/// The least security version number of a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Floor {
    /// The program: `bootmgfw`, `cdboot` or `wdsmgfw`.
    pub application: String,
    /// The least number that is let start.
    pub version: SecurityVersion,
}

/// The program that media start.
pub const BOOT_MANAGER: &str = "bootmgfw";

/// The built-in values, as a file that may be copied and replaced.
pub const SECURITY_VERSIONS: &str = include_str!("../../data/secure-boot-versions.json");

impl Default for SecurityVersions {
    fn default() -> Self {
        // A test reads the built-in values.
        let nothing = Self { date: String::new(), source: String::new(), floors: Vec::new() };
        serde_json::from_str(SECURITY_VERSIONS).unwrap_or(nothing)
    }
}

impl SecurityVersions {
    /// The floor for boot managers.
    #[must_use]
    pub fn boot_manager(&self) -> Option<SecurityVersion> {
        self.floors.iter().find(|floor| floor.application.eq_ignore_ascii_case(BOOT_MANAGER)).map(|floor| floor.version)
    }
}

impl SecureBootProfile {
    /// The authority whose certificate has this SHA-1.
    #[must_use]
    pub fn by_thumbprint(&self, sha1: &[u8; 20]) -> Option<&Authority> {
        let hex: String = sha1.iter().map(|byte| format!("{byte:02x}")).collect();
        self.authorities.iter().find(|authority| authority.sha1.eq_ignore_ascii_case(&hex))
    }

    /// The authority with this name.
    #[must_use]
    pub fn by_name(&self, name: &str) -> Option<&Authority> {
        self.authorities.iter().find(|authority| authority.name == name)
    }
}

impl Default for SecureBootProfile {
    fn default() -> Self {
        use Generation::{Of2011, Of2023};
        let authority = |name: &str, sha1: &str, generation, signs| Authority {
            name: name.into(),
            sha1: sha1.into(),
            generation,
            signs,
        };
        Self {
            authorities: vec![
                authority(
                    "Microsoft Windows Production PCA 2011",
                    "580a6f4cc4e4b669b9ebdc1b2b3e087b80d0678d",
                    Of2011,
                    Signs::Windows,
                ),
                authority("Windows UEFI CA 2023", "45a0fa32604773c82433c3b7d59e7466b3ac0c67", Of2023, Signs::Windows),
                authority(
                    "Microsoft Corporation UEFI CA 2011",
                    "46def63b5ce61cf8ba0de2e6639c1019d0ed14f3",
                    Of2011,
                    Signs::ThirdParty,
                ),
                authority(
                    "Microsoft UEFI CA 2023",
                    "b5eeb4a6706048073f0ed296e7f580a790b59eaa",
                    Of2023,
                    Signs::ThirdParty,
                ),
                authority(
                    "Microsoft Option ROM UEFI CA 2023",
                    "3fb39e2b8bd183bf9e4594e72183ca60afcd4277",
                    Of2023,
                    Signs::OptionRom,
                ),
            ],
            security_versions: SecurityVersions::default(),
        }
    }
}
