//! How long to wait for a server, and how often to try.

use std::time::Duration;

/// How long to wait for a server, and how often to try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For a connection to be made.
    pub connect: Duration,
    /// For an answer to begin: the first byte of a large file can take long when the disk of a server sleeps.
    pub answer: Duration,
    /// For the next bytes of a body.
    pub read: Duration,
    /// The fewest bytes a second, over the time of `read`, with which a server is not given up. A server that sends a byte
    /// now and then would never be too late for a single read.
    pub slowest: u64,
    /// How often a request is made again that failed in a way that passes.
    pub retries: u32,
    /// The wait before the first of these; it doubles with each.
    pub pause: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(15),
            answer: Duration::from_secs(60),
            read: Duration::from_secs(60),
            slowest: 1024,
            retries: 2,
            pause: Duration::from_millis(500),
        }
    }
}
