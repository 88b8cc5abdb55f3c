//! An answer and its way over the wire, with everything that can happen to it there.
use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::switches::What;

/// Bytes that are read and sent at a time.
const PIECE: usize = 64 << 10;

/// An answer.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Body,
    /// In pieces, without a length.
    pub(super) chunked: bool,
    /// The client asked only for what stands in front of the body.
    pub(super) is_head: bool,
}

/// What is sent.
pub(super) enum Body {
    Bytes(Vec<u8>),
    /// So many bytes of a file, from where it stands.
    File(File, u64),
}

impl Body {
    fn length(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File(_, length) => *length,
        }
    }
}

impl Reply {
    pub(super) fn new(status: u16, kind: &str, body: Vec<u8>) -> Self {
        let headers = vec![("Content-Type", kind.to_owned())];
        Self { status, headers, body: Body::Bytes(body), chunked: false, is_head: false }
    }

    /// A page that says what is wrong; with its sub-status, as IIS tells it to those who may know.
    pub(super) fn refusal(status: u16, below: u16) -> Self {
        let number = if below == 0 { status.to_string() } else { format!("{status}.{below}") };
        let title = format!("{number} - {}", reason(status));
        let page = format!("<html><head><title>{title}</title></head><body><h2>{title}</h2></body></html>\r\n");
        let mut reply = Self::new(status, "text/html", page.into_bytes());
        match status {
            401 => reply.headers.extend(["Negotiate", "NTLM"].map(|way| ("WWW-Authenticate", way.to_owned()))),
            405 => reply.headers.push(("Allow", "GET, HEAD, OPTIONS".to_owned())),
            429 | 503 => reply.headers.push(("Retry-After", "1".to_owned())),
            _ => {}
        }
        reply
    }

    /// Bytes `first` to `last` (of `length`) of a file.
    pub(super) fn part(mut file: File, first: u64, last: u64, length: u64) -> io::Result<Self> {
        file.seek(SeekFrom::Start(first))?;
        let mut reply = Self::new(206, "application/octet-stream", Vec::new());
        reply.headers.push(("Content-Range", format!("bytes {first}-{last}/{length}")));
        reply.body = Body::File(file, last - first + 1);
        Ok(reply)
    }

    pub(super) fn whole(file: File, length: u64) -> Self {
        Self { body: Body::File(file, length), ..Self::new(200, "application/octet-stream", Vec::new()) }
    }
}

/// Sends answers over a connection, until told to stop.
pub(super) struct Sender<'a, W: Write> {
    pub(super) out: &'a mut W,
    pub(super) stop: &'a AtomicBool,
    /// Is told how many bytes of the body went out.
    pub(super) count: &'a dyn Fn(u64),
    pub(super) sent: u64,
}

impl<W: Write> Sender<'_, W> {
    /// Sends an answer, with its trouble; whether the connection can be used again.
    pub(super) fn send(mut self, reply: Reply, trouble: Option<&What>) -> bool {
        self.try_send(reply, trouble).unwrap_or(false)
    }

    fn try_send(&mut self, reply: Reply, trouble: Option<&What>) -> io::Result<bool> {
        if let Some(What::SlowStart(time)) = trouble {
            self.wait(*time);
        }
        let own_length = reply.body.length();
        let length = match trouble {
            Some(What::Length(more)) => Some(own_length.saturating_add_signed(*more)),
            Some(What::Long(length)) => Some(*length),
            Some(What::NoLength | What::Endless) => None,
            _ => Some(own_length).filter(|_| !reply.chunked),
        };
        let chunked = reply.chunked || trouble == Some(&What::Endless);
        self.head(&reply, length, chunked)?;
        if reply.is_head {
            return Ok(true);
        }
        let mut body: Box<dyn Read> = match (trouble, reply.body) {
            (Some(What::Long(length)), _) => Box::new(io::repeat(0).take(*length)),
            (Some(What::Endless), _) => Box::new(io::repeat(0)),
            (_, Body::Bytes(bytes)) => Box::new(io::Cursor::new(bytes)),
            (_, Body::File(file, length)) => Box::new(file.take(length)),
        };
        let end = match trouble {
            Some(What::Cut(end) | What::Stall(end)) => *end,
            _ => u64::MAX,
        };
        let altered = (trouble == Some(&What::Altered)).then_some(own_length / 2);
        self.body(&mut body.as_mut().take(end), chunked, altered, trouble == Some(&What::Trickle))?;
        if matches!(trouble, Some(What::Stall(_))) {
            self.wait(Duration::from_secs(600));
        }
        let broken = matches!(trouble, Some(What::Cut(_) | What::Stall(_) | What::Length(_) | What::NoLength));
        if !broken && chunked {
            self.out.write_all(b"0\r\n\r\n")?;
        }
        self.out.flush()?;
        Ok(!broken)
    }

    fn head(&mut self, reply: &Reply, length: Option<u64>, chunked: bool) -> io::Result<()> {
        let mut head = format!("HTTP/1.1 {} {}\r\n", reply.status, reason(reply.status));
        for (name, value) in &reply.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        match length {
            _ if chunked => head.push_str("Transfer-Encoding: chunked\r\n"),
            Some(length) => head.push_str(&format!("Content-Length: {length}\r\n")),
            None => head.push_str("Connection: close\r\n"),
        }
        head.push_str("Server: tsmedia-sample-site\r\n\r\n");
        self.out.write_all(head.as_bytes())?;
        self.out.flush()
    }

    fn body(&mut self, body: &mut dyn Read, chunked: bool, altered: Option<u64>, trickle: bool) -> io::Result<()> {
        let mut piece = vec![0; if trickle { 1 } else { PIECE }];
        loop {
            let count = body.read(&mut piece)?;
            if count == 0 || self.stop.load(Ordering::Relaxed) {
                return Ok(());
            }
            if let Some(at) = altered.and_then(|at| at.checked_sub(self.sent)).filter(|&at| at < count as u64) {
                piece[usize::try_from(at).unwrap_or_default()] ^= 1;
            }
            // Before they go: whoever has the last byte may look at once.
            (self.count)(self.sent + count as u64);
            if chunked {
                self.out.write_all(format!("{count:x}\r\n").as_bytes())?;
            }
            self.out.write_all(&piece[..count])?;
            if chunked {
                self.out.write_all(b"\r\n")?;
            }
            self.sent += count as u64;
            if trickle {
                self.out.flush()?;
                self.wait(Duration::from_secs(1));
            }
        }
    }

    /// Waits, but not longer than the distribution point lasts.
    fn wait(&self, time: Duration) {
        const STEP: Duration = Duration::from_millis(20);
        let mut rest = time;
        while !rest.is_zero() && !self.stop.load(Ordering::Relaxed) {
            std::thread::sleep(STEP.min(rest));
            rest = rest.saturating_sub(STEP);
        }
    }
}

/// The words to a status (RFC 9110, 15).
fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        206 => "Partial Content",
        207 => "Multi-Status",
        302 => "Found",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        416 => "Range Not Satisfiable",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "Refused",
    }
}
