//! WinHTTP: requests in the name of the user who is logged on (Negotiate, NTLM), which only Windows itself can make.
//!
//! ["WinHTTP" of the Windows documentation](https://learn.microsoft.com/windows/win32/winhttp/about-winhttp). The system
//! judges certificates here, and no redirection is followed.

use std::ffi::c_void;
use std::io::{self, Read};
use std::sync::Arc;
use std::time::Duration;
use tsm_net::{NetError, NetErrorKind, Patience, Request, Response, Transport};
use windows::Win32::Networking::WinHttp as api;
use windows::core::{PCWSTR, w};

/// Requests in the name of the user.
#[derive(Debug)]
pub struct WinHttp {
    session: Arc<Handle>,
}

/// A handle of WinHTTP, closed when dropped.
#[derive(Debug)]
struct Handle(*mut c_void);

// SAFETY: handles of WinHTTP may be used from any thread ("WinHTTP Sessions Overview"); what must not happen at once, two
// calls on one request, cannot: a request is owned by one reader.
unsafe impl Send for Handle {}
// SAFETY: as above; the only handle that is shared is that of the session.
unsafe impl Sync for Handle {}

impl Handle {
    /// Takes over what a function gave, which is null when it failed.
    fn new(raw: *mut c_void) -> windows::core::Result<Self> {
        if raw.is_null() { Err(windows::core::Error::from_thread()) } else { Ok(Self(raw)) }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: the handle came from WinHTTP and is closed once, here. A failure would mean that it was closed before.
        let _ = unsafe { api::WinHttpCloseHandle(self.0) };
    }
}

impl WinHttp {
    /// A session.
    ///
    /// # Errors
    /// When Windows refuses one.
    pub fn new(patience: &Patience) -> io::Result<Self> {
        let open = || {
            // SAFETY: the strings are constants that end with NUL; the others are optional.
            let raw = unsafe {
                api::WinHttpOpen(
                    w!("TaskSequenceMedia"),
                    api::WINHTTP_ACCESS_TYPE_NO_PROXY,
                    PCWSTR::null(),
                    PCWSTR::null(),
                    0,
                )
            };
            let session = Handle::new(raw)?;
            let (connect, answer) = (milliseconds(patience.connect), milliseconds(patience.answer.max(patience.read)));
            // SAFETY: the handle is open.
            unsafe { api::WinHttpSetTimeouts(session.0, connect, connect, answer, answer)? };
            Ok(session)
        };
        open().map(|session| Self { session: Arc::new(session) }).map_err(|e: windows::core::Error| io::Error::other(e))
    }

    fn request(&self, request: &Request) -> windows::core::Result<Open> {
        let host = wide(request.url.host().trim_start_matches('[').trim_end_matches(']'));
        let (verb, target) = (wide(request.method.as_str()), wide(&request.url.target()));
        let flags = if request.url.is_https() { api::WINHTTP_FLAG_SECURE } else { Default::default() };
        // SAFETY: the session is open, and the string ends with NUL and lives until the call returns.
        let raw = unsafe { api::WinHttpConnect(self.session.0, PCWSTR(host.as_ptr()), request.url.port(), 0) };
        let connection = Handle::new(raw)?;
        // SAFETY: the connection is open, and the strings end with NUL and live until the call returns.
        let raw = unsafe {
            api::WinHttpOpenRequest(
                connection.0,
                PCWSTR(verb.as_ptr()),
                PCWSTR(target.as_ptr()),
                PCWSTR::null(),
                PCWSTR::null(),
                std::ptr::null(),
                // The address is encoded already; nothing is to be done to it again.
                flags | api::WINHTTP_FLAG_ESCAPE_DISABLE | api::WINHTTP_FLAG_ESCAPE_DISABLE_QUERY,
            )
        };
        let open = Open { request: Handle::new(raw)?, _connection: connection, _session: self.session.clone() };
        open.set(api::WINHTTP_OPTION_REDIRECT_POLICY, api::WINHTTP_OPTION_REDIRECT_POLICY_NEVER)?;
        open.set(api::WINHTTP_OPTION_DISABLE_FEATURE, api::WINHTTP_DISABLE_COOKIES)?;
        // The admin named this very server: the user's own identity may be shown to it, wherever it stands.
        open.set(api::WINHTTP_OPTION_AUTOLOGON_POLICY, api::WINHTTP_AUTOLOGON_SECURITY_LEVEL_LOW)?;
        let headers: String = request.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let headers: Vec<u16> = headers.encode_utf16().collect();
        let length = u32::try_from(request.body.len()).unwrap_or(u32::MAX);
        let body = (length > 0).then_some(request.body.as_ptr().cast::<c_void>());
        let headers = (!headers.is_empty()).then_some(headers.as_slice());
        // SAFETY: the request is open; headers and body live until the answer has been received below, and the lengths
        // are theirs.
        unsafe {
            api::WinHttpSendRequest(open.request.0, headers, body, length, length, 0)?;
            api::WinHttpReceiveResponse(open.request.0, std::ptr::null_mut())?;
        }
        Ok(open)
    }
}

impl Transport for WinHttp {
    fn send(&self, request: &Request) -> Result<Response, NetError> {
        let url = request.url.to_string();
        let answer = self.request(request).and_then(|open| {
            let (status, headers) = parse(&open.raw_headers()?);
            Ok((status, headers, open))
        });
        let (status, headers, open) = answer.map_err(|e| fault(&url, e))?;
        let left = headers.iter().find(|(n, _)| n == "content-length").and_then(|(_, v)| v.trim().parse().ok());
        let left = left.filter(|_| request.method != tsm_net::Method::Head);
        Ok(Response { status, headers, body: Box::new(Body { open, url, left }) })
    }
}

/// A request under way, with what it needs to live.
#[derive(Debug)]
struct Open {
    // Dropped first: a request must be closed before its connection.
    request: Handle,
    _connection: Handle,
    _session: Arc<Handle>,
}

impl Open {
    fn set(&self, option: u32, value: u32) -> windows::core::Result<()> {
        // SAFETY: the request is open, and the value is the 32-bit number that these options want.
        unsafe { api::WinHttpSetOption(Some(self.request.0.cast_const()), option, Some(&value.to_ne_bytes())) }
    }

    /// The status line and all fields, as they came.
    fn raw_headers(&self) -> windows::core::Result<String> {
        let mut bytes = 0_u32;
        // SAFETY: the request is open. Without a buffer the call fails and says how many bytes it would need.
        let _ = unsafe {
            api::WinHttpQueryHeaders(
                self.request.0,
                api::WINHTTP_QUERY_RAW_HEADERS_CRLF,
                PCWSTR::null(),
                None,
                &mut bytes,
                std::ptr::null_mut(),
            )
        };
        let mut text = vec![0_u16; bytes as usize / 2 + 1];
        let mut bytes = u32::try_from(text.len() * 2).unwrap_or(u32::MAX);
        // SAFETY: the request is open, and the buffer has as many bytes as is said.
        unsafe {
            api::WinHttpQueryHeaders(
                self.request.0,
                api::WINHTTP_QUERY_RAW_HEADERS_CRLF,
                PCWSTR::null(),
                Some(text.as_mut_ptr().cast()),
                &mut bytes,
                std::ptr::null_mut(),
            )?;
        }
        text.truncate(bytes as usize / 2);
        Ok(String::from_utf16_lossy(&text))
    }
}

/// The status, and the fields with their names in small letters.
fn parse(raw: &str) -> (u16, Vec<(String, String)>) {
    let mut lines = raw.lines();
    let status = lines.next().and_then(|l| l.split(' ').nth(1)).and_then(|s| s.parse().ok()).unwrap_or(0);
    let fields = lines.filter_map(|line| line.split_once(':'));
    (status, fields.map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned())).collect())
}

/// The body of an answer.
struct Body {
    open: Open,
    url: String,
    /// Bytes that are still promised, where a length was.
    left: Option<u64>,
}

impl Read for Body {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut count = 0_u32;
        let room = u32::try_from(buffer.len()).unwrap_or(u32::MAX);
        // SAFETY: the request is open, and the buffer has at least as many bytes as is said.
        let read = unsafe { api::WinHttpReadData(self.open.request.0, buffer.as_mut_ptr().cast(), room, &mut count) };
        read.map_err(|e| io::Error::other(fault(&self.url, e)))?;
        if let Some(left) = &mut self.left {
            if count == 0 && room > 0 && *left > 0 {
                let message = "the connection was cut in the middle";
                return Err(io::Error::other(NetError::new(NetErrorKind::Cut, &self.url, message)));
            }
            *left = left.saturating_sub(u64::from(count));
        }
        Ok(count as usize)
    }
}

/// What WinHTTP says, in plain words ("Error Messages (Winhttp.h)").
fn fault(url: &str, error: windows::core::Error) -> NetError {
    use NetErrorKind as Kind;
    let (kind, message) = match error.code().0 & 0xFFFF {
        12002 => (Kind::Slow, "the server took too long"),
        12007 => (Kind::NameUnknown, "the name of the server does not resolve"),
        12029 => (Kind::Unreachable, "no connection to the server can be made"),
        12030 => (Kind::Cut, "the connection was cut in the middle"),
        12037 => (Kind::Expired, "the certificate of the server has expired or is not valid yet"),
        12038 => (Kind::WrongHost, "the certificate of the server is that of another name"),
        12044 => (Kind::CertificateNeeded, "the server wants a client certificate"),
        12045 | 12057 | 12169 | 12170 | 12175 | 12179 => {
            (Kind::Untrusted, "Windows does not trust the certificate of the server")
        }
        12152 => (Kind::Protocol, "the server does not speak HTTP as it should"),
        12157 => (Kind::Tls, "no safe connection can be made"),
        _ => (Kind::Unreachable, "the server cannot be reached"),
    };
    NetError::new(kind, url, message).source(error)
}

/// Text as Windows takes it.
fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain(std::iter::once(0)).collect()
}

fn milliseconds(time: Duration) -> i32 {
    i32::try_from(time.as_millis()).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_and_fields_are_read_from_what_came() {
        let (status, fields) =
            parse("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: NTLM\r\nContent-Length: 5\r\n\r\n");
        assert_eq!(status, 401);
        assert_eq!(fields, [("www-authenticate".into(), "NTLM".into()), ("content-length".into(), "5".into())]);
    }
}
