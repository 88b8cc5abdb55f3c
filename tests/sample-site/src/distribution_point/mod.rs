//! A distribution point on the loopback address: the content library of a sample site over HTTP and HTTPS, in every form
//! of address that is known, with a switch for every fault.
//!
//! It is a small server of its own, a thread a connection, because a server that is well made does not lie about lengths,
//! cut bodies or send a byte a second. Servers that others made stand beside it in [`crate::foreign`].
mod answer;
pub(crate) mod authority;
pub(crate) mod listing;
mod reply;
pub(crate) mod request;
pub(crate) mod shelf;
pub(crate) mod switches;
mod tls;

use std::collections::BTreeMap;
use std::io::{self, BufReader, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Context as _, Result};
use rustls::{ServerConnection, StreamOwned};

use self::authority::{Authority, Identity};
use self::reply::Sender;
use self::request::Request;
use self::shelf::Shelf;
use self::switches::{Behaviour, Running, Switch};
use self::tls::Tls;
use crate::site::Site;

/// A connection on which nothing is asked for so long is closed.
const IDLE: Duration = Duration::from_secs(60);

/// A request that came, and what was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// `GET`, `HEAD`, `PROPFIND`.
    pub method: String,
    /// The address as it was written.
    pub target: String,
    /// The `Host` that was named.
    pub host: String,
    /// The `Range` that was asked for.
    pub range: Option<String>,
    /// The status of the answer.
    pub status: u16,
    /// Bytes of the body that were given to the connection so far.
    pub sent: u64,
    /// The `If-Range` that was asked for.
    pub if_range: Option<String>,
    /// The number of the connection, from 0.
    pub connection: u64,
    /// Whether the client showed a certificate.
    pub certificate: bool,
}

/// A distribution point that answers until it is dropped.
pub struct DistributionPoint {
    shared: Arc<Shared>,
    address: SocketAddr,
    acceptor: Option<JoinHandle<()>>,
}

/// What all connections have in common.
struct Shared {
    shelf: Shelf,
    running: RwLock<Arc<Running>>,
    tls: Option<Tls>,
    /// Requests by their number, in the order in which they came.
    seen: Mutex<BTreeMap<u64, Seen>>,
    open: Mutex<Vec<TcpStream>>,
    requests: AtomicU64,
    connections: AtomicU64,
    tags: AtomicU64,
    /// How many requests are being answered, and the most that were at once.
    busy: AtomicU64,
    most_busy: AtomicU64,
    stop: AtomicBool,
}

impl DistributionPoint {
    /// Serves a site over HTTP at a free port.
    ///
    /// # Errors
    /// What the operating system says.
    pub fn start(site: &Site, behaviour: Behaviour) -> Result<Self> {
        Self::listen(site, behaviour, None, 0)
    }

    /// Serves a site over HTTPS at a free port, with the certificate of `server`; good clients are those of `clients`.
    ///
    /// # Errors
    /// What the operating system says, or certificates that do not fit.
    pub fn start_tls(site: &Site, behaviour: Behaviour, server: &Identity, clients: &Authority) -> Result<Self> {
        Self::listen(site, behaviour, Some(Tls::new(server, clients)?), 0)
    }

    /// The same at a port of choice, over HTTPS when there are certificates.
    ///
    /// # Errors
    /// A port that is taken, what the operating system says, or certificates that do not fit.
    pub fn start_at(
        port: u16,
        site: &Site,
        behaviour: Behaviour,
        tls: Option<(&Identity, &Authority)>,
    ) -> Result<Self> {
        let tls = tls.map(|(server, clients)| Tls::new(server, clients)).transpose()?;
        Self::listen(site, behaviour, tls, port)
    }

    fn listen(site: &Site, behaviour: Behaviour, tls: Option<Tls>, port: u16) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).with_context(|| format!("port {port}"))?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            shelf: Shelf::new(site.libraries()),
            running: RwLock::new(Arc::new(Running::new(behaviour))),
            tls,
            seen: Mutex::default(),
            open: Mutex::default(),
            requests: AtomicU64::new(0),
            connections: AtomicU64::new(0),
            tags: AtomicU64::new(0),
            busy: AtomicU64::new(0),
            most_busy: AtomicU64::new(0),
            stop: AtomicBool::new(false),
        });
        let acceptor = std::thread::spawn({
            let shared = shared.clone();
            move || accept(&listener, &shared)
        });
        Ok(Self { shared, address, acceptor: Some(acceptor) })
    }

    /// Its address: `http://127.0.0.1:8080`.
    #[must_use]
    pub fn url(&self) -> String {
        let scheme = if self.shared.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// From now on it behaves so; counts of troubles begin anew.
    pub fn behave(&self, behaviour: Behaviour) {
        *self.shared.running.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(Running::new(behaviour));
    }

    /// Every request that came since the start or since [`Self::forget`].
    #[must_use]
    pub fn seen(&self) -> Vec<Seen> {
        lock(&self.shared.seen).values().cloned().collect()
    }

    /// The most requests that were answered at once since the start or since [`Self::forget`].
    #[must_use]
    pub fn most_at_once(&self) -> u64 {
        self.shared.most_busy.load(Ordering::SeqCst)
    }

    /// Forgets the requests that came.
    pub fn forget(&self) {
        lock(&self.shared.seen).clear();
        self.shared.most_busy.store(0, Ordering::SeqCst);
    }

    /// Waits for its end, which only comes from outside.
    pub fn wait(mut self) {
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
    }
}

impl Drop for DistributionPoint {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::SeqCst);
        for stream in lock(&self.shared.open).drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
        // Wakes the acceptor, which then sees that it has to stop.
        let _ = TcpStream::connect(self.address);
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for stream in listener.incoming() {
        if shared.stop.load(Ordering::SeqCst) {
            return;
        }
        let Ok(stream) = stream else { continue };
        let shared = shared.clone();
        std::thread::spawn(move || {
            // What goes wrong with a connection is the client's matter.
            let _ = shared.converse(stream);
        });
    }
}

impl Shared {
    fn running(&self) -> Arc<Running> {
        self.running.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// All requests of one connection.
    fn converse(&self, stream: TcpStream) -> io::Result<()> {
        let number = self.connections.fetch_add(1, Ordering::SeqCst);
        stream.set_read_timeout(Some(IDLE))?;
        stream.set_nodelay(true)?;
        let own = stream.try_clone()?;
        lock(&self.open).push(stream.try_clone()?);
        let ended = self.answer_all(stream, number);
        // Cut, when an answer was not whole: there is no other way to end it.
        let _ = own.shutdown(Shutdown::Both);
        lock(&self.open).retain(|open| open.peer_addr().is_ok());
        ended
    }

    fn answer_all(&self, stream: TcpStream, connection: u64) -> io::Result<()> {
        let mut reader = BufReader::with_capacity(16 << 10, self.wire(stream)?);
        while let Some(request) = Request::read(&mut reader)? {
            let at_once = self.busy.fetch_add(1, Ordering::SeqCst) + 1;
            self.most_busy.fetch_max(at_once, Ordering::SeqCst);
            let running = self.running();
            let shown = reader.get_ref().shown(self.tls.as_ref());
            let (reply, trouble) = self.answer(&request, &running, &shown);
            // Told before the body is sent: whoever stops reading may look at once.
            let number = self.requests.fetch_add(1, Ordering::SeqCst);
            let seen = Seen {
                method: request.method.clone(),
                target: request.target.clone(),
                host: request.header("host").unwrap_or_default().to_owned(),
                range: request.header("range").map(str::to_owned),
                if_range: request.header("if-range").map(str::to_owned),
                status: reply.status,
                sent: 0,
                connection,
                certificate: shown != Shown::Nothing,
            };
            lock(&self.seen).insert(number, seen);
            let count = |bytes| {
                if let Some(seen) = lock(&self.seen).get_mut(&number) {
                    seen.sent = bytes;
                }
            };
            let sender = Sender { out: reader.get_mut(), stop: &self.stop, count: &count, sent: 0 };
            let is_whole = sender.send(reply, trouble.as_ref());
            self.busy.fetch_sub(1, Ordering::SeqCst);
            if !is_whole || !request.keeps_alive() || self.stop.load(Ordering::SeqCst) {
                break;
            }
        }
        reader.get_mut().say_goodbye()
    }

    /// The connection, over TLS where it is to be.
    fn wire(&self, stream: TcpStream) -> io::Result<Wire> {
        let Some(tls) = &self.tls else { return Ok(Wire::Plain(stream)) };
        let asks = self.running().behaviour.has(Switch::Certificate);
        let config = if asks { &tls.asking } else { &tls.silent };
        let connection = ServerConnection::new(config.clone()).map_err(io::Error::other)?;
        Ok(Wire::Tls(Box::new(StreamOwned::new(connection, stream))))
    }
}

/// What a client showed of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    /// No certificate.
    Nothing,
    /// One of another authority, or one that is over.
    Bad,
    /// A good one.
    Good,
}

/// A connection, plain or over TLS.
enum Wire {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ServerConnection, TcpStream>>),
}

impl Wire {
    fn shown(&self, tls: Option<&Tls>) -> Shown {
        match (self, tls) {
            (Self::Tls(stream), Some(tls)) => match stream.conn.peer_certificates() {
                None | Some([]) => Shown::Nothing,
                Some(shown) if tls.is_good(shown) => Shown::Good,
                Some(_) => Shown::Bad,
            },
            _ => Shown::Nothing,
        }
    }

    /// Ends a TLS connection so that the client knows that it was meant to end.
    fn say_goodbye(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(_) => Ok(()),
            Self::Tls(stream) => {
                stream.conn.send_close_notify();
                stream.flush()
            }
        }
    }
}

impl Read for Wire {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read(buffer),
            Self::Tls(stream) => stream.read(buffer),
        }
    }
}

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.write(bytes),
            Self::Tls(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(stream) => stream.flush(),
            Self::Tls(stream) => stream.flush(),
        }
    }
}
