//! What can be wrong with a media certificate.

use jiff::Timestamp;

/// Why a certificate cannot be made, written or read.
#[derive(Debug, thiserror::Error)]
pub enum CertError {
    /// The text is no common name.
    #[error("'{}' cannot be the subject of a media certificate: {reason}", .subject.escape_debug())]
    Subject {
        /// The text.
        subject: String,
        /// Why not.
        reason: &'static str,
    },
    /// It would end before, or in the same second as, it begins.
    #[error("the certificate would end ({not_after}) before it begins ({not_before})")]
    DatesReversed {
        /// Begin asked for.
        not_before: Timestamp,
        /// End asked for.
        not_after: Timestamp,
    },
    /// It would have ended already.
    #[error("the certificate would have ended already ({not_after})")]
    DatesPast {
        /// End asked for.
        not_after: Timestamp,
    },
    /// X.509 cannot say this time (RFC 5280, 4.1.2.5).
    #[error("{0} is no time that a certificate can hold: only the years 1950 to 9999")]
    DateRange(Timestamp),
    /// The private key is no RSA key in PKCS #8, or its parts do not fit together.
    #[error("the private key is no valid RSA key in PKCS #8 form")]
    KeyNotRsa,
    /// The private key is of another kind than RSA: `EC`, or its object identifier.
    #[error("the private key is of the kind {0}, not RSA")]
    KeyKind(String),
    /// Making the key or the certificate failed.
    #[error("the certificate cannot be made: {0}")]
    Make(String),
    /// The certificate cannot be read.
    #[error("the certificate cannot be used: {0}")]
    Certificate(&'static str),
    /// Writing PKCS #12 failed.
    #[error("the PKCS #12 file cannot be made: {0}")]
    Write(String),
    /// The check value does not fit the password.
    #[error("the password does not open the PKCS #12 file, or the file is damaged")]
    WrongPassword,
    /// Not PKCS #12, cut off, or damaged.
    #[error("the file is no PKCS #12 file, or it is damaged: {0}")]
    Damaged(String),
    /// PKCS #12 with an algorithm that is not supported.
    #[error("the PKCS #12 file uses something that is not supported: {0}")]
    Unsupported(String),
    /// Certificates, but no private key.
    #[error("the PKCS #12 file holds no private key: export the certificate together with its private key")]
    NoKey,
    /// A private key, but no certificate.
    #[error("the PKCS #12 file holds no certificate")]
    NoCertificate,
    /// No certificate belongs to the private key.
    #[error("the private key belongs to another certificate")]
    KeyOfAnother,
}
