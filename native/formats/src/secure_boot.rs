//! Which computers with Secure Boot start a program: the rules of UEFI firmware, applied to what computers trust.
//!
//! The rules are those of the UEFI specification, 32.5.3.3 ("Authorization Process"), as EDK II carries them out: of the
//! entries of the certificate table, none may lead to a forbidden authority, and at least one must be good and lead to a
//! trusted one. Nested signatures do not count, nor do the dates of certificates.

use crate::pe::{Integrity, Place, Signature, SignedProgram};
use crate::profile::{Authority, Generation, SecureBootProfile, Signs};

/// A kind of computer, by what its signature databases hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Computer {
    /// It trusts the authorities of 2011 only: it was never updated.
    Trusts2011,
    /// It trusts the authorities of 2023 only.
    Trusts2023,
    /// It trusts both.
    TrustsBoth,
    /// It trusts both, but Windows' authority of 2011 is forbidden since.
    Revoked2011,
}

impl Computer {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Trusts2011, Self::Trusts2023, Self::TrustsBoth, Self::Revoked2011];

    /// In words, behind "a computer that ...".
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Trusts2011 => "trusts 2011 only",
            Self::Trusts2023 => "trusts 2023 only",
            Self::TrustsBoth => "trusts both",
            Self::Revoked2011 => "trusts both and has revoked Windows' authority of 2011",
        }
    }

    fn trusts(self, authority: &Authority) -> bool {
        match self {
            Self::Trusts2011 => authority.generation == Generation::Of2011,
            Self::Trusts2023 => authority.generation == Generation::Of2023,
            Self::TrustsBoth | Self::Revoked2011 => true,
        }
    }

    fn forbids(self, authority: &Authority) -> bool {
        self == Self::Revoked2011 && authority.generation == Generation::Of2011 && authority.signs == Signs::Windows
    }
}

/// Whether a computer starts a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Start {
    /// It does.
    Starts,
    /// It refuses.
    Refused,
    /// It cannot be told: a signature uses what is not known here.
    Unknown,
}

/// The authority that a signature leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found<'a> {
    /// The authority.
    pub authority: &'a Authority,
    /// Its certificate is not in the signature; the name of the issuer is all there is.
    pub by_name: bool,
}

/// The authority that a signature leads to: the first certificate of the chain that is one, or the issuer of the last.
#[must_use]
pub fn authority<'a>(signature: &Signature, profile: &'a SecureBootProfile) -> Option<Found<'a>> {
    let known = |sha1| profile.by_thumbprint(sha1).map(|authority| Found { authority, by_name: false });
    let chain = &signature.chain;
    chain.certificates.iter().find_map(|certificate| known(&certificate.sha1)).or_else(|| {
        // A broken chain has a certificate of that name that is not the issuer: the name proves nothing then.
        let name = chain.issuer_of_last().filter(|_| !chain.broken)?;
        profile.by_name(name).map(|authority| Found { authority, by_name: true })
    })
}

/// Whether a kind of computer starts a program.
#[must_use]
pub fn start(program: &SignedProgram, computer: Computer, profile: &SecureBootProfile) -> Start {
    verdict(program, profile, |a| computer.trusts(a), |a| computer.forbids(a))
}

/// Whether firmware starts a program, when it trusts the authorities that `trusted` says yes to and forbids those that
/// `forbidden` says yes to.
#[must_use]
pub fn verdict(
    program: &SignedProgram,
    profile: &SecureBootProfile,
    trusted: impl Fn(&Authority) -> bool,
    forbidden: impl Fn(&Authority) -> bool,
) -> Start {
    let mut result = Start::Refused;
    for signature in program.signatures.iter().filter(|s| matches!(s.place, Place::Table(_))) {
        let Some(found) = authority(signature, profile) else { continue };
        if forbidden(found.authority) && signature.integrity != Integrity::Forged {
            return Start::Refused;
        }
        match signature.integrity {
            Integrity::Good if trusted(found.authority) => result = Start::Starts,
            Integrity::Unknown if trusted(found.authority) && result == Start::Refused => result = Start::Unknown,
            _ => {}
        }
    }
    result
}
