//! A client: one transport, and the rules that hold whatever carries the requests.

use crate::pace::Paced;
use crate::{Method, NetError, NetErrorKind as Kind, Patience, Request, Response, Transport, Url, refusal};
use std::io::{self, Read};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tsm_job::Cancel;

/// The most redirections within a server that are followed.
const MOST_REDIRECTIONS: u32 = 3;
/// The longest wait that a server may ask for (RFC 9110 10.2.3).
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(10);

/// Asks servers. Clones share their connections.
#[derive(Debug, Clone)]
pub struct Client {
    transport: Arc<dyn Transport>,
    patience: Patience,
    cancel: Cancel,
    has_certificate: bool,
}

/// A good answer.
pub struct Answer {
    /// 200 or 206, or another of the 2xx.
    pub status: u16,
    /// The length that the server promises for the body, in bytes.
    pub length: Option<u64>,
    /// Where the body begins in the whole, in bytes: 0 but for 206.
    pub from: u64,
    /// The mark of this version of the resource, if it is a strong one (RFC 9110 8.8.1).
    pub etag: Option<String>,
    /// The media type, such as `text/html`, in small letters and without parameters.
    pub media_type: String,
    /// The body. Every error of it holds a [`NetError`].
    pub body: Box<dyn Read + Send>,
}

impl Client {
    /// A client over `transport`. `has_certificate` tells how a refusal is to be understood.
    pub fn new(transport: Arc<dyn Transport>, patience: Patience, cancel: Cancel, has_certificate: bool) -> Self {
        Self { transport, patience, cancel, has_certificate }
    }

    /// How long this client waits.
    pub fn patience(&self) -> &Patience {
        &self.patience
    }

    /// Gets a resource.
    ///
    /// # Errors
    /// [`NetError`] for everything but a 2xx.
    pub fn get(&self, url: &Url) -> Result<Answer, NetError> {
        self.send(&Request::new(Method::Get, url.clone()))
    }

    /// Gets a resource from byte `from` on. With `etag`, a resource that has changed comes from its beginning; where it
    /// begins is said in [`Answer::from`].
    ///
    /// # Errors
    /// [`NetError`] for everything but a 2xx.
    pub fn get_from(&self, url: &Url, from: u64, etag: Option<&str>) -> Result<Answer, NetError> {
        let mut request = Request::new(Method::Get, url.clone());
        if from > 0 {
            request = request.header("range", format!("bytes={from}-"));
            if let Some(etag) = etag {
                request = request.header("if-range", etag);
            }
        }
        self.send(&request)
    }

    /// Sends a request; follows redirections within its server, and tries again what may pass.
    ///
    /// # Errors
    /// [`NetError`] for everything but a 2xx.
    pub fn send(&self, request: &Request) -> Result<Answer, NetError> {
        let mut tries = 0;
        loop {
            let (error, after) = match self.once(request) {
                Ok(answer) => return Ok(answer),
                Err(failed) => failed,
            };
            if tries >= self.patience.retries || !error.kind().passes() || self.cancel.is_cancelled() {
                return Err(error);
            }
            let pause = self.patience.pause.saturating_mul(1 << tries.min(8));
            self.sleep(after.map_or(pause, |after| after.min(LONGEST_RETRY_AFTER)));
            tries += 1;
        }
    }

    /// One try. A failure comes with the wait that the server asks for, if it does.
    fn once(&self, request: &Request) -> Result<Answer, (NetError, Option<Duration>)> {
        let mut request = request.clone();
        for _ in 0..=MOST_REDIRECTIONS {
            if self.cancel.is_cancelled() {
                return Err((NetError::new(Kind::Cancelled, &request.url, "the work was cancelled"), None));
            }
            let response = self.transport.send(&request).map_err(|e| (e, None))?;
            match response.status {
                200..=299 => return self.answer(&request, response).map_err(|e| (e, None)),
                301 | 302 | 303 | 307 | 308 => {
                    let next = self.redirected(&request.url, response).map_err(|e| (e, None))?;
                    request.url = next;
                }
                _ => {
                    let after = response.header("retry-after").and_then(|v| v.trim().parse().ok());
                    let error = refusal::of(&request.url, response, self.has_certificate);
                    return Err((error, after.map(Duration::from_secs)));
                }
            }
        }
        let message = format!("the server sends in circles: more than {MOST_REDIRECTIONS} redirections");
        Err((NetError::new(Kind::Redirected, &request.url, message), None))
    }

    /// Where a redirection leads, if that is the same server.
    fn redirected(&self, url: &Url, mut response: Response) -> Result<Url, NetError> {
        let to = response.header("location").unwrap_or_default().to_owned();
        // What is not read to its end costs the connection.
        let _ = io::copy(&mut response.body.by_ref().take(64 * 1024), &mut io::sink());
        match url.relative(&to) {
            Ok(next) if next.same_origin(url) => Ok(next),
            _ => {
                let message = format!("the server sends to '{}', which is not followed", to.escape_debug());
                Err(NetError::new(Kind::Redirected, url, message))
            }
        }
    }

    fn answer(&self, request: &Request, response: Response) -> Result<Answer, NetError> {
        let wanted = request.headers.iter().any(|(name, _)| *name == "range");
        let from = match response.status {
            206 => content_range(&response).filter(|_| wanted).ok_or_else(|| {
                let message = "the server sends a part (206) but does not say which";
                NetError::new(Kind::Protocol, &request.url, message)
            })?,
            _ => 0,
        };
        let etag = response.header("etag").filter(|tag| !tag.starts_with("W/")).map(str::to_owned);
        let media_type = response.header("content-type").unwrap_or_default();
        let media_type = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        Ok(Answer {
            status: response.status,
            length: response.content_length(),
            from,
            etag,
            media_type,
            body: Box::new(Paced::new(response.body, self.patience, &request.url)),
        })
    }

    /// Sleeps, but not on when the work was asked to stop.
    fn sleep(&self, time: Duration) {
        let end = Instant::now() + time;
        while Instant::now() < end && !self.cancel.is_cancelled() {
            std::thread::sleep(Duration::from_millis(20).min(time));
        }
    }
}

/// The first byte of a part (RFC 9110 14.4).
fn content_range(response: &Response) -> Option<u64> {
    let range = response.header("content-range")?.trim().strip_prefix("bytes")?.trim_start();
    range.split('-').next()?.trim().parse().ok()
}
