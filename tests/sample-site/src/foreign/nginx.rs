//! nginx: files, ranges and lists as pages; with TLS and client certificates where wanted.
use std::fmt::Write as _;

use anyhow::{Context as _, Result};
use camino::{Utf8Path, Utf8PathBuf};

use super::web_root::{self, LISTINGS};
use super::{Server, at_free_port, is_root, program, utf8};
use crate::distribution_point::authority::{Authority, Identity};

/// Whether nginx wants client certificates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientCertificates {
    /// It does not ask.
    No,
    /// Without a good one it answers 400.
    Needed,
}

/// A running nginx.
pub struct Nginx {
    // First, so that it ends before its folder goes.
    _server: Server,
    folder: tempfile::TempDir,
    url: String,
}

impl Nginx {
    /// Serves a content library over HTTP: the primary drive and those that hold only `FileLib`.
    ///
    /// # Errors
    /// nginx is not installed, or does not start.
    pub fn start(libraries: &[Utf8PathBuf]) -> Result<Self> {
        at_free_port(|port| Self::at(port, libraries, None))
    }

    /// Serves a content library over HTTPS.
    ///
    /// # Errors
    /// nginx is not installed, or does not start.
    pub fn start_tls(
        libraries: &[Utf8PathBuf],
        server: &Identity,
        clients: &Authority,
        ask: ClientCertificates,
    ) -> Result<Self> {
        at_free_port(|port| Self::at(port, libraries, Some((server, clients, ask))))
    }

    fn at(
        port: u16,
        libraries: &[Utf8PathBuf],
        tls: Option<(&Identity, &Authority, ClientCertificates)>,
    ) -> Result<Self> {
        // Beside the library, so that links suffice. It runs under our own account, which can read it there.
        let parent = libraries.first().and_then(|library| library.parent()).context("there is no library")?;
        let folder = tempfile::Builder::new().prefix("nginx-").tempdir_in(parent)?;
        let place = utf8(folder.path())?;
        web_root::write(libraries, &place.join("root"), &format!("127.0.0.1:{port}"))?;
        let secure = tls.map(|tls| secure(place, tls)).transpose()?.unwrap_or_default();
        let path = place.join("nginx.conf");
        std::fs::write(&path, configuration(place, port, &secure)).with_context(|| format!("cannot write {path}"))?;
        let mut command = program("nginx")?;
        command.args(["-e", "stderr", "-p", place.as_str(), "-c", path.as_str()]);
        let server = Server::start(command, port, place.join("words.log"))?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        Ok(Self { _server: server, url: format!("{scheme}://127.0.0.1:{port}"), folder })
    }

    /// Its address: `http://127.0.0.1:8080`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What was asked and answered, a line a request: method, address, status, bytes of the body, `Range` or `-`.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn log(&self) -> Result<Vec<String>> {
        let path = self.folder.path().join("access.log");
        let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        Ok(text.lines().map(str::to_owned).collect())
    }
}

/// One process in the foreground, everything that it writes in its folder.
fn configuration(place: &Utf8Path, port: u16, secure: &str) -> String {
    let mut text = String::from("daemon off;\nmaster_process off;\nworker_rlimit_nofile 4096;\n");
    if is_root() {
        text.push_str("user root;\n");
    }
    let temporary =
        ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(|name| format!("{name}_temp_path {place}/temporary;"));
    let ssl = if secure.is_empty() { "" } else { " ssl" };
    let _ = write!(
        text,
        "pid {place}/nginx.pid;\n\
         events {{ worker_connections 1024; }}\n\
         http {{\n\
         {}\n\
         log_format plain '$request_method $request_uri $status $body_bytes_sent $http_range';\n\
         access_log {place}/access.log plain;\n\
         default_type application/octet-stream;\n\
         sendfile on; tcp_nopush on; tcp_nodelay on; keepalive_requests 1000000;\n\
         server {{\n\
         listen 127.0.0.1:{port}{ssl} backlog=1024;\n\
         {secure}\
         root {place}/root;\n\
         location / {{ try_files $uri /{LISTINGS}$uri/index.html =404; }}\n\
         }}\n}}\n",
        temporary.join("\n")
    );
    text
}

/// The directives for TLS, and the files that they name.
fn secure(place: &Utf8Path, (server, clients, ask): (&Identity, &Authority, ClientCertificates)) -> Result<String> {
    for (name, text) in
        [("server.pem", &server.certificate), ("server.key", &server.key), ("clients.pem", &clients.pem())]
    {
        std::fs::write(place.join(name), text).with_context(|| format!("cannot write {name}"))?;
    }
    let mut text = format!("ssl_certificate {place}/server.pem;\nssl_certificate_key {place}/server.key;\n");
    if ask == ClientCertificates::Needed {
        let _ = write!(text, "ssl_client_certificate {place}/clients.pem;\nssl_verify_client on;\n");
    }
    Ok(text)
}
