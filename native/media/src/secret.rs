//! Secrets: references that a definition may hold, and values that only live in memory.
//!
//! Nothing here resolves a reference. Whoever starts the work does (the PowerShell module, the command line), because
//! what `env:` means belongs to the shell of the user.

use crate::{Error, ErrorKind, Result, Stage};
use zeroize::Zeroizing;

/// A secret value. It is zeroed when dropped and never printed.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes over a value.
    pub fn new(value: String) -> Self {
        Self(Zeroizing::new(value))
    }

    /// The value. Every use is a place where it could leak: there are few.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(***)")
    }
}

/// The secrets that a piece of work may use.
#[derive(Debug, Clone, Default)]
pub struct Secrets {
    /// The password of the medium.
    pub media_password: Option<Secret>,
    /// The password of the PKCS #12 file that holds the certificate.
    pub certificate_password: Option<Secret>,
    /// The password of the PKCS #12 file with the client certificate for distribution points.
    pub distribution_point_certificate_password: Option<Secret>,
}

impl Secrets {
    /// All that are there.
    pub fn all(&self) -> impl Iterator<Item = &Secret> {
        let all = [&self.media_password, &self.certificate_password, &self.distribution_point_certificate_password];
        all.into_iter().flatten()
    }
}

/// Where a secret can be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretReference {
    /// `env:NAME`: an environment variable of the shell.
    Environment(String),
    /// `file:PATH`: the first line of a file that only its owner may read.
    File(String),
    /// `secret:VAULT/NAME`: a vault of PowerShell's SecretManagement.
    Vault {
        /// The vault.
        vault: String,
        /// The name of the secret in it.
        name: String,
    },
}

impl SecretReference {
    /// Reads `env:NAME`, `file:PATH` or `secret:VAULT/NAME`.
    ///
    /// The text is not repeated in the error: somebody may have put the password itself there.
    pub fn parse(text: &str) -> Result<Self> {
        Self::parse_of(text, "mediaPassword", "media password")
    }

    /// As [`parse`](Self::parse), for the field `field` of a definition, which holds the `secret` in words.
    pub fn parse_of(text: &str, field: &str, secret: &str) -> Result<Self> {
        let not_a_reference = || {
            let message = format!("The {secret} is not given as a reference to a secret.");
            Error::new(ErrorKind::SecretReferenceInvalid, Stage::Input, message).target(field)
        };
        match text.split_once(':') {
            Some(("env", name)) if !name.trim().is_empty() => Ok(Self::Environment(name.to_owned())),
            Some(("file", path)) if !path.trim().is_empty() => Ok(Self::File(path.to_owned())),
            Some(("secret", place)) => match place.split_once('/') {
                Some((vault, name)) if !vault.trim().is_empty() && !name.trim().is_empty() => {
                    Ok(Self::Vault { vault: vault.to_owned(), name: name.to_owned() })
                }
                _ => Err(not_a_reference()),
            },
            _ => Err(not_a_reference()),
        }
    }
}

impl std::fmt::Display for SecretReference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Environment(name) => write!(f, "env:{name}"),
            Self::File(path) => write!(f, "file:{path}"),
            Self::Vault { vault, name } => write!(f, "secret:{vault}/{name}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_env_file_or_secret() {
        assert_eq!(SecretReference::parse("env:X").unwrap(), SecretReference::Environment("X".into()));
        assert_eq!(SecretReference::parse("file:/a:b").unwrap(), SecretReference::File("/a:b".into()));
        let vault = SecretReference::Vault { vault: "Media".into(), name: "boot/password".into() };
        assert_eq!(SecretReference::parse("secret:Media/boot/password").unwrap(), vault);
        assert_eq!(vault.to_string(), "secret:Media/boot/password");
    }

    #[test]
    fn anything_else_is_refused_without_being_repeated() {
        for text in ["S3cret!", "env:", "vault:x", "secret:S3cret", "secret:/x", "secret:x/", ""] {
            let error = SecretReference::parse(text).unwrap_err();
            assert_eq!(error.kind().code(), "TSM1017");
            assert!(text.is_empty() || !format!("{error} {error:?}").contains("S3cret"));
        }
    }

    #[test]
    fn a_secret_is_never_printed() {
        assert_eq!(format!("{:?}", Secret::new("x".into())), "Secret(***)");
    }
}
