//! Connections over TCP whose waits end soon after the work was asked to stop.

use std::fmt;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};
use tsm_job::Cancel;
use ureq::unversioned::transport::{Buffers, ConnectionDetails, Connector, LazyBuffers, NextTimeout, Transport};
use ureq::{Error, Timeout};

/// How long a wait goes on after the flag is raised, at most.
const SLICE: Duration = Duration::from_millis(250);

/// The work was asked to stop while it waited for a server.
#[derive(Debug, thiserror::Error)]
#[error("the work was cancelled")]
pub(super) struct Stopped;

/// Opens connections.
#[derive(Debug)]
pub(super) struct Tcp {
    cancel: Cancel,
}

impl Tcp {
    pub fn new(cancel: Cancel) -> Self {
        Self { cancel }
    }
}

impl Connector for Tcp {
    type Out = Connection;

    fn connect(&self, details: &ConnectionDetails<'_>, _: Option<()>) -> Result<Option<Connection>, Error> {
        let budget = details.timeout.not_zero().map(|d| *d);
        let stream = first_that_answers(details.addrs.iter().copied(), budget, &self.cancel)?;
        stream.set_nodelay(true)?;
        let buffers = LazyBuffers::new(details.config.input_buffer_size(), details.config.output_buffer_size());
        Ok(Some(Connection { stream, buffers, cancel: self.cancel.clone() }))
    }
}

/// Tries one address after the other; each gets an equal part of the time.
fn first_that_answers(
    addresses: impl ExactSizeIterator<Item = std::net::SocketAddr>,
    budget: Option<Duration>,
    cancel: &Cancel,
) -> Result<TcpStream, Error> {
    let each = budget.map(|b| b / u32::try_from(addresses.len().max(1)).unwrap_or(1));
    let mut last = Error::HostNotFound;
    for address in addresses {
        if cancel.is_cancelled() {
            return Err(io::Error::other(Stopped).into());
        }
        let tried = match each {
            Some(each) => TcpStream::connect_timeout(&address, each),
            None => TcpStream::connect(address),
        };
        match tried {
            Ok(stream) => return Ok(stream),
            Err(e) if e.kind() == io::ErrorKind::TimedOut => last = Error::Timeout(Timeout::Connect),
            Err(e) => last = e.into(),
        }
    }
    Err(last)
}

/// An open connection.
pub(super) struct Connection {
    stream: TcpStream,
    buffers: LazyBuffers,
    cancel: Cancel,
}

impl Connection {
    /// Does `work`, which fails when it waited for a slice of time, until it succeeds or the time is over.
    fn wait<T>(cancel: &Cancel, timeout: NextTimeout, mut work: impl FnMut() -> io::Result<T>) -> Result<T, Error> {
        let begun = Instant::now();
        let limit = timeout.not_zero().map(|d| *d);
        loop {
            if cancel.is_cancelled() {
                return Err(io::Error::other(Stopped).into());
            }
            match work() {
                Err(e) if matches!(e.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {
                    if limit.is_some_and(|limit| begun.elapsed() >= limit) {
                        return Err(Error::Timeout(timeout.reason));
                    }
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                other => return other.map_err(Error::from),
            }
        }
    }
}

impl Transport for Connection {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.stream.set_write_timeout(Some(SLICE))?;
        let timeout = timeout.for_write();
        let mut left = self.buffers.output().get(..amount).unwrap_or_default();
        while !left.is_empty() {
            let count = Self::wait(&self.cancel, timeout, || (&self.stream).write(left))?;
            if count == 0 {
                return Err(io::Error::from(io::ErrorKind::WriteZero).into());
            }
            left = left.get(count..).unwrap_or_default();
        }
        Ok(())
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.stream.set_read_timeout(Some(SLICE))?;
        let input = self.buffers.input_append_buf();
        let count = Self::wait(&self.cancel, timeout.for_read(), || (&self.stream).read(input))?;
        self.buffers.input_appended(count);
        Ok(count > 0)
    }

    /// A connection that the server closed while nobody used it shows an end, one that is alive shows nothing.
    fn is_open(&mut self) -> bool {
        let look = || -> io::Result<bool> {
            self.stream.set_nonblocking(true)?;
            let seen = self.stream.peek(&mut [0]);
            self.stream.set_nonblocking(false)?;
            Ok(seen.is_err_and(|e| e.kind() == io::ErrorKind::WouldBlock))
        };
        look().unwrap_or(false)
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("peer", &self.stream.peer_addr().ok()).finish_non_exhaustive()
    }
}
