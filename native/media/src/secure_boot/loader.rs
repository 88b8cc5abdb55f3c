//! A boot loader as it is told: signers, security version number, and the computers that start it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tsm_formats::pe::{Integrity, Machine, Place, Signature, SignedProgram};
use tsm_formats::profile::{Generation, SecureBootProfile, Signs};
use tsm_formats::secure_boot::{self, Computer, Start};

/// A boot loader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BootLoader {
    /// Its path on the medium, in the boot image or in the folder; the file itself, else.
    pub path: String,
    /// The medium, boot image or folder that holds it; absent for a file by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub container: Option<String>,
    /// The processor it is for: `x86`, `x64` or `arm64`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub architecture: Option<String>,
    /// The years of the authorities that its good signatures lead to: `2011`, `2023`. Nested signatures do not count, as
    /// firmware does not look at them.
    pub generations: Vec<Generation>,
    /// Its signatures, in the order of the certificate table, nested ones behind the one that they are in.
    pub signers: Vec<LoaderSigner>,
    /// Its security version number, such as `9.0`; absent when it states none, which counts as 0.0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub svn: Option<String>,
    /// Which computers with Secure Boot start it.
    pub starts: Vec<LoaderStart>,
    /// What cannot be read or is odd about it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
}

/// One signature of a boot loader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LoaderSigner {
    /// The name of the certificate that signed.
    pub subject: Option<String>,
    /// Who issued it.
    pub issuer: Option<String>,
    /// The authority of a computer's signature database that it leads to, where it is a known one.
    pub authority: Option<String>,
    /// The year of that authority.
    pub generation: Option<Generation>,
    /// The names of the certificates in the signature, from the signer's on.
    pub chain: Vec<String>,
    /// SHA-1 of the certificate that signed, as Windows shows it.
    pub thumbprint: Option<String>,
    /// When that certificate ends (RFC 3339, UTC). Firmware does not look at it.
    pub not_after: Option<String>,
    /// The signature lies within another one: Windows looks at it, firmware does not.
    pub is_nested: bool,
    /// What came out of verifying it.
    pub state: SignatureState,
}

/// What came out of verifying a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum SignatureState {
    /// The program has the bytes that were signed.
    Good,
    /// The program was altered after it was signed.
    Altered,
    /// The signature is not by the certificate that it names.
    Forged,
    /// It cannot be verified here.
    Unknown,
}

/// Whether one kind of computer starts a loader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LoaderStart {
    /// The kind of computer: `Trusts2011`, `Trusts2023`, `TrustsBoth`, `Revoked2011`.
    pub computer: String,
    /// `Starts`, `Refused` or `Unknown`.
    pub result: String,
}

impl BootLoader {
    /// Describes a program that was read.
    pub(crate) fn of(
        path: impl Into<String>,
        container: Option<&str>,
        program: &SignedProgram,
        profile: &SecureBootProfile,
    ) -> Self {
        let signers: Vec<LoaderSigner> = program.signatures.iter().map(|s| signer(s, profile)).collect();
        let mut generations: Vec<Generation> = signers
            .iter()
            .filter(|s| !s.is_nested && s.state == SignatureState::Good)
            .filter_map(|s| s.generation)
            .collect();
        generations.sort();
        generations.dedup();
        let starts = Computer::ALL.map(|computer| LoaderStart {
            computer: format!("{computer:?}"),
            result: format!("{:?}", secure_boot::start(program, computer, profile)),
        });
        Self {
            path: path.into(),
            container: container.map(str::to_owned),
            architecture: architecture(program.head.machine),
            generations,
            signers,
            svn: program.security_version.map(|version| version.to_string()),
            starts: starts.to_vec(),
            remarks: remarks(program, profile),
        }
    }

    /// Whether a kind of computer starts it.
    pub(crate) fn result(&self, computer: Computer) -> Start {
        let name = format!("{computer:?}");
        match self.starts.iter().find(|s| s.computer == name).map(|s| s.result.as_str()) {
            Some("Starts") => Start::Starts,
            Some("Unknown") => Start::Unknown,
            _ => Start::Refused,
        }
    }

    /// A signature that the firmware looks at is broken.
    pub(crate) fn is_damaged(&self) -> bool {
        self.signers.iter().any(|s| matches!(s.state, SignatureState::Altered | SignatureState::Forged))
    }

    /// Who signed it, in a few words.
    pub fn signed_by(&self) -> String {
        if self.signers.is_empty() {
            return "not signed".to_owned();
        }
        let one = |s: &LoaderSigner| {
            let by = s.authority.as_ref().or(s.issuer.as_ref()).map_or("an unknown certificate", String::as_str);
            let state = match s.state {
                SignatureState::Good => "",
                SignatureState::Altered => ", but altered since",
                SignatureState::Forged => ", but the signature is forged",
                SignatureState::Unknown => ", which cannot be verified",
            };
            let nested = if s.is_nested { " (nested)" } else { "" };
            format!("{by}{nested}{state}")
        };
        format!("signed by {}", self.signers.iter().map(one).collect::<Vec<_>>().join("; and by "))
    }
}

fn signer(signature: &Signature, profile: &SecureBootProfile) -> LoaderSigner {
    let found = secure_boot::authority(signature, profile);
    let own = signature.chain.certificates.first();
    LoaderSigner {
        subject: own.map(|c| c.subject.clone()),
        issuer: own.map(|c| c.issuer.clone()),
        authority: found.map(|f| f.authority.name.clone()),
        generation: found.map(|f| f.authority.generation),
        chain: signature.chain.certificates.iter().map(|c| c.subject.clone()).collect(),
        thumbprint: own.map(|c| crate::text::hex(&c.sha1)),
        not_after: own.map(|c| c.not_after.to_string()),
        is_nested: matches!(signature.place, Place::Nested { .. }),
        state: match signature.integrity {
            Integrity::Good => SignatureState::Good,
            Integrity::Altered => SignatureState::Altered,
            Integrity::Forged => SignatureState::Forged,
            Integrity::Unknown => SignatureState::Unknown,
        },
    }
}

fn architecture(machine: Machine) -> Option<String> {
    match machine {
        Machine::X86 => Some("x86".to_owned()),
        Machine::X64 => Some("x64".to_owned()),
        Machine::Arm64 => Some("arm64".to_owned()),
        Machine::Other(_) => None,
    }
}

fn remarks(program: &SignedProgram, profile: &SecureBootProfile) -> Vec<String> {
    let mut remarks: Vec<String> =
        program.unreadable.iter().map(|u| format!("A signature cannot be read: {u}.")).collect();
    for signature in &program.signatures {
        let Some(found) = secure_boot::authority(signature, profile) else { continue };
        if found.by_name {
            let name = &found.authority.name;
            remarks.push(format!("The certificate of '{name}' is not in the signature: it is known by its name only."));
        }
        if found.authority.signs == Signs::OptionRom {
            remarks.push(format!("'{}' signs firmware of cards, no boot programs.", found.authority.name));
        }
        if matches!(signature.place, Place::Nested { .. }) {
            let name = &found.authority.name;
            remarks.push(format!("The signature that leads to '{name}' is nested: firmware does not look at it."));
        }
    }
    remarks
}
