//! Two transports: one for everybody, and one that shows who asks, for servers that want to know.

use crate::{NetError, Request, Response, Transport};
use std::collections::HashSet;
use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};

/// Asks anonymously first. A server that wants Negotiate or NTLM is asked by the other transport, from then on at once.
#[derive(Debug)]
pub struct Introduced {
    anonymous: Arc<dyn Transport>,
    identified: Arc<dyn Transport>,
    /// The servers that want to know.
    wanting: Mutex<HashSet<String>>,
}

impl Introduced {
    /// `anonymous` for everybody, `identified` for servers that want to know who asks.
    pub fn new(anonymous: Arc<dyn Transport>, identified: Arc<dyn Transport>) -> Self {
        Self { anonymous, identified, wanting: Mutex::default() }
    }
}

impl Transport for Introduced {
    fn send(&self, request: &Request) -> Result<Response, NetError> {
        let origin = request.url.origin();
        let wants = |set: &Mutex<HashSet<String>>| set.lock().unwrap_or_else(PoisonError::into_inner).contains(&origin);
        if wants(&self.wanting) {
            return self.identified.send(request);
        }
        let mut answer = self.anonymous.send(request)?;
        if !asks_for_identity(&answer) {
            return Ok(answer);
        }
        // What is not read to its end costs the connection.
        let _ = io::copy(&mut answer.body.by_ref().take(64 * 1024), &mut io::sink());
        self.wanting.lock().unwrap_or_else(PoisonError::into_inner).insert(origin);
        self.identified.send(request)
    }
}

/// Whether an answer is a challenge that the logged-on user can meet (RFC 4559).
fn asks_for_identity(answer: &Response) -> bool {
    let offers = answer.headers.iter().filter(|(name, _)| name == "www-authenticate");
    let schemes = offers.flat_map(|(_, value)| value.split(',')).map(|s| s.trim().to_ascii_lowercase());
    answer.status == 401 && schemes.into_iter().any(|s| s.starts_with("negotiate") || s.starts_with("ntlm"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Method, Url};
    use std::sync::atomic::{AtomicU32, Ordering};

    #[derive(Debug)]
    struct Says(u16, &'static str, AtomicU32);

    impl Transport for Says {
        fn send(&self, _: &Request) -> Result<Response, NetError> {
            self.2.fetch_add(1, Ordering::Relaxed);
            let headers = vec![("www-authenticate".to_owned(), self.1.to_owned())];
            Ok(Response { status: self.0, headers, body: Box::new(io::empty()) })
        }
    }

    fn statuses(first: u16, challenge: &'static str) -> (Vec<u16>, u32) {
        let anonymous = Arc::new(Says(first, challenge, AtomicU32::new(0)));
        let both = Introduced::new(anonymous.clone(), Arc::new(Says(200, "", AtomicU32::new(0))));
        let request = Request::new(Method::Get, Url::parse("http://dp1/x").unwrap());
        let seen = (0..3).map(|_| both.send(&request).unwrap().status).collect();
        (seen, anonymous.2.load(Ordering::Relaxed))
    }

    #[test]
    fn a_server_that_wants_to_know_is_asked_anonymously_once() {
        assert_eq!(statuses(401, "Negotiate, NTLM"), (vec![200; 3], 1));
        assert_eq!(statuses(401, "NTLM"), (vec![200; 3], 1));
    }

    #[test]
    fn other_answers_and_challenges_are_left_as_they_are() {
        assert_eq!(statuses(200, ""), (vec![200; 3], 3));
        assert_eq!(statuses(401, "Basic realm=x"), (vec![401; 3], 3));
    }
}
