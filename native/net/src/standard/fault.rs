//! What `ureq`, `rustls` and the operating system say, in the words of this crate.

use super::tcp::Stopped;
use crate::{NetError, NetErrorKind as Kind};
use std::error::Error;
use std::io;
use ureq::Timeout;

/// A fault of a request or a body. `asked` tells whether the server wanted a client certificate.
pub(super) fn of(url: &str, error: ureq::Error, asked: bool) -> NetError {
    let (kind, message) = match &error {
        ureq::Error::HostNotFound => (Kind::NameUnknown, "the name of the server does not resolve".to_owned()),
        ureq::Error::Timeout(why) => timeout(*why),
        ureq::Error::Io(io) => return of_io(url, io, asked).source(error),
        ureq::Error::Other(other) => match other.downcast_ref::<rustls::Error>() {
            Some(tls) => of_tls(tls, asked),
            None => (Kind::Unreachable, "the server cannot be reached".to_owned()),
        },
        ureq::Error::ConnectionFailed => (Kind::Unreachable, "the server cannot be reached".to_owned()),
        _ => (Kind::Protocol, "the server does not speak HTTP as it should".to_owned()),
    };
    NetError::new(kind, url, message).source(error)
}

fn timeout(why: Timeout) -> (Kind, String) {
    match why {
        Timeout::Connect => (Kind::Unreachable, "the server does not answer: no connection in time".to_owned()),
        Timeout::Resolve => (Kind::NameUnknown, "the name of the server does not resolve in time".to_owned()),
        Timeout::PerRead => (Kind::Slow, "the server stopped sending".to_owned()),
        _ => (Kind::Slow, "the server took too long to answer".to_owned()),
    }
}

fn of_io(url: &str, io: &io::Error, asked: bool) -> NetError {
    if let Some(tls) = find::<rustls::Error>(io) {
        let (kind, message) = of_tls(tls, asked);
        return NetError::new(kind, url, message);
    }
    if find::<Stopped>(io).is_some() {
        return NetError::new(Kind::Cancelled, url, "the work was cancelled");
    }
    let (kind, message) = match io.kind() {
        _ if is_of_name(io) => (Kind::NameUnknown, "the name of the server does not resolve"),
        io::ErrorKind::ConnectionRefused => (Kind::PortClosed, "nothing listens at the port"),
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable | io::ErrorKind::NetworkDown => {
            (Kind::Unreachable, "the server cannot be reached")
        }
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => (Kind::Slow, "the server took too long"),
        io::ErrorKind::UnexpectedEof
        | io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::BrokenPipe
        | io::ErrorKind::WriteZero => (Kind::Cut, "the connection was cut in the middle"),
        _ => (Kind::Unreachable, "the server cannot be reached"),
    };
    NetError::new(kind, url, message)
}

/// Whether the name was not found. The standard library has no kind of error for that: on Unix it makes one in words of its
/// own, on Windows it passes the numbers of Winsock on ("Windows Sockets Error Codes", Microsoft Learn).
fn is_of_name(io: &io::Error) -> bool {
    const HOST_NOT_FOUND: i32 = 11001;
    const NO_DATA: i32 = 11004;
    match io.raw_os_error() {
        // Between the two: try again, no recovery.
        Some(number) => cfg!(windows) && (HOST_NOT_FOUND..=NO_DATA).contains(&number),
        None => io.to_string().contains("lookup"),
    }
}

/// The first error of a type in a chain of causes, through the boxes of `io::Error`.
fn find<T: Error + 'static>(io: &io::Error) -> Option<&T> {
    let inner = io.get_ref()?;
    if let Some(found) = inner.downcast_ref::<T>() {
        return Some(found);
    }
    if let Some(io) = inner.downcast_ref::<io::Error>() {
        return find(io);
    }
    match inner.downcast_ref::<ureq::Error>()? {
        ureq::Error::Io(io) => find(io),
        ureq::Error::Other(other) => other.downcast_ref::<T>(),
        _ => None,
    }
}

fn of_tls(error: &rustls::Error, asked: bool) -> (Kind, String) {
    use rustls::{AlertDescription as Alert, CertificateError as Fault, Error as Tls};
    match error {
        Tls::InvalidCertificate(fault) => match fault {
            Fault::Expired | Fault::ExpiredContext { .. } => {
                (Kind::Expired, "the certificate of the server has expired".to_owned())
            }
            Fault::NotValidYet | Fault::NotValidYetContext { .. } => {
                (Kind::Expired, "the certificate of the server is not valid yet".to_owned())
            }
            Fault::NotValidForName | Fault::NotValidForNameContext { .. } => {
                (Kind::WrongHost, "the certificate of the server is that of another name".to_owned())
            }
            Fault::Revoked => (Kind::Untrusted, "the certificate of the server was revoked".to_owned()),
            _ => (Kind::Untrusted, "the certificate of the server is not trusted".to_owned()),
        },
        Tls::AlertReceived(Alert::CertificateRequired) => {
            (Kind::CertificateNeeded, "the server wants a client certificate".to_owned())
        }
        Tls::AlertReceived(
            Alert::BadCertificate
            | Alert::UnsupportedCertificate
            | Alert::CertificateRevoked
            | Alert::CertificateExpired
            | Alert::CertificateUnknown
            | Alert::UnknownCA
            | Alert::AccessDenied,
        ) => (Kind::CertificateRefused, "the server does not take the client certificate".to_owned()),
        Tls::AlertReceived(Alert::HandshakeFailure) if asked => {
            (Kind::CertificateNeeded, "the server wants a client certificate".to_owned())
        }
        Tls::AlertReceived(Alert::NoRenegotiation) | Tls::PeerMisbehaved(_) if asked => {
            (Kind::CertificateNeeded, "the server wants a client certificate".to_owned())
        }
        other => (Kind::Tls, format!("no safe connection: {other}")),
    }
}
