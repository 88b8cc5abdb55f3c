//! A body that must come at a certain pace.

use crate::{NetError, NetErrorKind, Patience};
use std::io::{self, Read};
use std::time::{Duration, Instant};

/// Gives a server up that sends less than [`Patience::slowest`] over the time of [`Patience::read`].
pub(crate) struct Paced {
    inner: Box<dyn Read + Send>,
    patience: Patience,
    url: String,
    /// Time within reads: what the reader itself does in between is not the server's.
    waited: Duration,
    came: u64,
}

impl Paced {
    pub fn new(inner: Box<dyn Read + Send>, patience: Patience, url: impl ToString) -> Self {
        Self { inner, patience, url: url.to_string(), waited: Duration::ZERO, came: 0 }
    }

    fn check(&mut self) -> io::Result<()> {
        if self.waited < self.patience.read {
            return Ok(());
        }
        let seconds = self.waited.as_secs_f64();
        if (self.came as f64) < self.patience.slowest as f64 * seconds {
            let message = format!("the server is too slow: {} bytes in {seconds:.0} seconds", self.came);
            return Err(io::Error::other(NetError::new(NetErrorKind::Slow, &self.url, message)));
        }
        (self.waited, self.came) = (Duration::ZERO, 0);
        Ok(())
    }
}

impl Read for Paced {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let begun = Instant::now();
        let count = self.inner.read(buffer)?;
        self.waited += begun.elapsed();
        self.came += count as u64;
        if count > 0 {
            self.check()?;
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Dribble(u32);

    impl Read for Dribble {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            std::thread::sleep(Duration::from_millis(5));
            self.0 -= 1;
            buffer[0] = 0;
            Ok(usize::from(self.0 > 0))
        }
    }

    fn read(slowest: u64) -> io::Result<usize> {
        let patience = Patience { read: Duration::from_millis(40), slowest, ..Patience::default() };
        Paced::new(Box::new(Dribble(30)), patience, "http://dp1").read_to_end(&mut Vec::new())
    }

    #[test]
    fn a_server_that_sends_a_byte_now_and_then_is_given_up() {
        let error = read(10_000).unwrap_err();
        assert_eq!(NetError::inside(&error).unwrap().kind(), NetErrorKind::Slow, "{error}");
        assert!(read(1).is_ok());
    }
}
