//! Finding passwords: from standard input, from an environment variable, from a private file.
//!
//! References are resolved here and not in the core, because what `env:` means belongs to the shell of the user.

use crate::arguments::{CertificatePassword, HostArguments};
use camino::Utf8Path;
use std::fs::File;
use std::io::{self, Read};
use tsm_media::{Definition, Error, ErrorKind, Privacy, Result, Secret, SecretReference, Secrets, Stage};
use zeroize::Zeroizing;

/// No password is longer; without a bound, a wrong file or device could fill the memory.
const MOST_BYTES: usize = 64 << 10;

/// The secrets for a command. What the command line says goes before what the definition says.
pub fn find(arguments: &HostArguments, definition: Option<&Definition>) -> Result<Secrets> {
    let media_password = if arguments.secret_stdin {
        Some(first_line(&mut io::stdin().lock(), "standard input")?)
    } else {
        let reference = definition.and_then(|d| d.media_password.as_deref());
        arguments.media_password.as_deref().or(reference).map(resolve).transpose()?
    };
    let reference = definition.and_then(|d| d.certificate_password.as_deref());
    let certificate_password =
        arguments.certificate_password.as_deref().or(reference).map(of_certificate).transpose()?;
    let distribution_point_certificate_password = of_client(arguments, definition)?;
    Ok(Secrets { media_password, certificate_password, distribution_point_certificate_password })
}

/// The secrets for a command that only asks distribution points: what the definition says of the medium is not looked for.
pub fn find_for_content(arguments: &HostArguments, definition: &Definition) -> Result<Secrets> {
    let password = of_client(arguments, Some(definition))?;
    Ok(Secrets { distribution_point_certificate_password: password, ..Secrets::default() })
}

/// The password of the client certificate for distribution points.
fn of_client(arguments: &HostArguments, definition: Option<&Definition>) -> Result<Option<Secret>> {
    const FIELD: (&str, &str) = ("distributionPointCertificatePassword", "password of the client certificate");
    let named = definition.and_then(|d| d.distribution_point_certificate_password.as_deref());
    let Some(reference) = arguments.distribution_point_certificate_password.as_deref().or(named) else {
        return Ok(None);
    };
    SecretReference::parse_of(reference, FIELD.0, FIELD.1)?;
    resolve(reference).map(Some)
}

/// The secrets for a command about a certificate.
pub fn find_for_certificate(arguments: &CertificatePassword) -> Result<Secrets> {
    let password = if arguments.secret_stdin {
        Some(first_line(&mut io::stdin().lock(), "standard input")?)
    } else {
        arguments.certificate_password.as_deref().map(of_certificate).transpose()?
    };
    Ok(Secrets { certificate_password: password, ..Secrets::default() })
}

/// The password of a certificate file: as [`resolve`], in words of its own.
fn of_certificate(reference: &str) -> Result<Secret> {
    SecretReference::parse_of(reference, "certificatePassword", "certificate password")?;
    resolve(reference)
}

/// The secret that `env:NAME` or `file:PATH` leads to.
fn resolve(reference: &str) -> Result<Secret> {
    match SecretReference::parse(reference)? {
        SecretReference::Environment(name) => from_environment(&name),
        SecretReference::File(path) => from_file(Utf8Path::new(&path)),
        vault @ SecretReference::Vault { .. } => Err(only_powershell(&vault)),
    }
}

/// Vaults are modules of PowerShell: nothing else can open them.
fn only_powershell(reference: &SecretReference) -> Error {
    let message = format!("'{reference}' leads to a vault of PowerShell, which this program cannot open.");
    Error::new(ErrorKind::Unsupported, Stage::Input, message)
        .target(reference.to_string())
        .action("Use New-TaskSequenceMedia, or give the password by env:NAME, file:PATH or --secret-stdin.")
}

fn from_environment(name: &str) -> Result<Secret> {
    let place = format!("env:{name}");
    match std::env::var(name) {
        Ok(value) => not_empty(Zeroizing::new(value), &place),
        Err(std::env::VarError::NotPresent) => {
            Err(unresolved(&place, format!("The environment variable '{name}' is not set.")))
        }
        Err(std::env::VarError::NotUnicode(_)) => {
            Err(unresolved(&place, format!("The environment variable '{name}' does not hold text.")))
        }
    }
}

fn from_file(path: &Utf8Path) -> Result<Secret> {
    let place = format!("file:{path}");
    let unreadable = |e: io::Error| unresolved(&place, format!("The file '{path}' cannot be read.")).source(e);
    let mut file = File::open(path).map_err(unreadable)?;
    match tsm_media::secret_file_privacy(&file).map_err(unreadable)? {
        Privacy::Private => first_line(&mut file, &place),
        Privacy::Exposed(who) => {
            let message = format!("The file '{path}' holds a secret, but others may read it: {who}.");
            Err(Error::new(ErrorKind::SecretFileExposed, Stage::Input, message).target(place).action(restrict(path)))
        }
    }
}

/// How the owner keeps a file to himself.
fn restrict(path: &Utf8Path) -> String {
    if cfg!(windows) {
        format!("icacls \"{path}\" /inheritance:r /grant:r \"%USERNAME%:R\", in cmd.exe; then try again.")
    } else {
        format!("chmod 600 '{path}', then try again.")
    }
}

/// The first line, without its end. Nothing behind it is read: a pipe may stay open.
///
/// The buffer is as large as it can become, so no copy is left behind by growing.
fn first_line(source: &mut dyn Read, place: &str) -> Result<Secret> {
    let mut line = Zeroizing::new(Vec::with_capacity(MOST_BYTES));
    let unreadable = |e: io::Error| unresolved(place, format!("No secret can be read from {place}.")).source(e);
    let mut byte = Zeroizing::new([0u8]);
    let mut ended = false;
    while !ended && line.len() < MOST_BYTES {
        match source.read(byte.as_mut_slice()) {
            Ok(0) => break,
            Ok(_) if byte[0] == b'\n' => ended = true,
            Ok(_) => line.push(byte[0]),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(unreadable(e)),
        }
    }
    if line.is_empty() && !ended {
        return Err(unresolved(place, format!("There is nothing in {place}.")));
    }
    if line.len() == MOST_BYTES {
        return Err(unresolved(place, format!("The first line of {place} is too long for a password.")));
    }
    let text = line.strip_suffix(b"\r").unwrap_or(&line);
    let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
    // The cause is left out: it would say where in the secret the fault is.
    let text = std::str::from_utf8(text)
        .map_err(|_| unresolved(place, format!("The first line of {place} is not UTF-8 text.")))?;
    not_empty(Zeroizing::new(text.to_owned()), place)
}

fn not_empty(mut value: Zeroizing<String>, place: &str) -> Result<Secret> {
    if value.is_empty() {
        let message = format!("The password from {place} is empty.");
        return Err(Error::new(ErrorKind::PasswordEmpty, Stage::Input, message).target(place));
    }
    Ok(Secret::new(std::mem::take(&mut *value)))
}

fn unresolved(place: &str, message: String) -> Error {
    Error::new(ErrorKind::SecretUnresolved, Stage::Input, message).target(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<Secret> {
        first_line(&mut &*bytes, "standard input")
    }

    #[test]
    fn the_first_line_is_the_secret_whatever_ends_it() {
        for bytes in ["Pä55 word", "Pä55 word\n", "Pä55 word\r\nmore", "\u{feff}Pä55 word\n"] {
            assert_eq!(read(bytes.as_bytes()).unwrap().expose(), "Pä55 word");
        }
    }

    #[test]
    fn nothing_is_not_a_secret_and_an_empty_line_is_an_empty_password() {
        assert_eq!(read(b"").unwrap_err().kind(), ErrorKind::SecretUnresolved);
        assert_eq!(read(b"\nmore").unwrap_err().kind(), ErrorKind::PasswordEmpty);
    }

    #[test]
    fn a_source_without_end_is_refused() {
        let error = first_line(&mut io::repeat(b'x'), "standard input").unwrap_err();
        assert!(error.message().contains("too long"));
    }

    #[test]
    fn bytes_that_are_no_text_are_refused_and_not_repeated() {
        let error = read(b"secret\xff").unwrap_err();
        assert!(!format!("{error:?}").contains("secret\\"), "{error:?}");
        assert_eq!(error.kind(), ErrorKind::SecretUnresolved);
    }

    #[test]
    fn a_variable_that_is_not_set_is_named() {
        let error = resolve("env:TSM_NO_SUCH_VARIABLE").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::SecretUnresolved);
        assert!(error.message().contains("TSM_NO_SUCH_VARIABLE"));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("password.txt");
        std::fs::write(&path, "secret\n").unwrap();
        let reference = format!("file:{}", path.display());
        for (mode, refused) in [(0o644, true), (0o640, true), (0o600, false), (0o400, false)] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            match resolve(&reference) {
                Ok(secret) => assert!(!refused && secret.expose() == "secret"),
                Err(error) => assert!(refused && error.kind() == ErrorKind::SecretFileExposed, "{error}"),
            }
        }
    }
}
