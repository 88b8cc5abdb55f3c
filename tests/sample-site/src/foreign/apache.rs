//! Apache with mod_dav: files, ranges, and PROPFIND instead of pages; behind Kerberos where wanted.
use std::fmt::Write as _;

use anyhow::{Context as _, Result};
use camino::{Utf8Path, Utf8PathBuf};

use super::web_root;
use super::{Server, at_free_port, is_root, open_folder, program, utf8};
use crate::site::Site;

/// Where Debian has the modules.
const MODULES: &str = "/usr/lib/apache2/modules";

/// A running Apache.
pub struct Apache {
    // First, so that it ends before its folder goes.
    _server: Server,
    _folder: tempfile::TempDir,
    url: String,
}

impl Apache {
    /// Serves a site over HTTP to everybody.
    ///
    /// # Errors
    /// Apache is not installed, or does not start.
    pub fn start(site: &Site) -> Result<Self> {
        at_free_port(|port| Self::at(port, site, None))
    }

    /// Serves a site over HTTP to those who have a ticket for `HTTP/localhost`; `keytab` holds the key of that name.
    pub(super) fn start_negotiate(site: &Site, keytab: &Utf8Path, realm: &Utf8Path) -> Result<Self> {
        at_free_port(|port| Self::at(port, site, Some((keytab, realm))))
    }

    fn at(port: u16, site: &Site, kerberos: Option<(&Utf8Path, &Utf8Path)>) -> Result<Self> {
        let folder = open_folder()?;
        let place = utf8(folder.path())?;
        let host = if kerberos.is_some() { "localhost" } else { "127.0.0.1" };
        web_root::write(&site.libraries(), &place.join("root"), &format!("{host}:{port}"))?;
        let path = place.join("apache.conf");
        let text = configuration(place, port, kerberos.map(|(keytab, _)| keytab));
        std::fs::write(&path, text).with_context(|| format!("cannot write {path}"))?;
        let mut command = program("apache2")?;
        // One process that is easily ended.
        command.args(["-X", "-d", place.as_str(), "-f", path.as_str()]);
        if let Some((_, realm)) = kerberos {
            command.env("KRB5_CONFIG", realm);
        }
        let server = Server::start(command, port, place.join("words.log"))?;
        Ok(Self { _server: server, _folder: folder, url: format!("http://{host}:{port}") })
    }

    /// Its address: `http://127.0.0.1:8080`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}

fn configuration(place: &Utf8Path, port: u16, keytab: Option<&Utf8Path>) -> String {
    let mut modules = vec!["mpm_event", "authz_core", "dav", "dav_fs", "unixd"];
    if keytab.is_some() {
        modules.extend(["authn_core", "authz_user", "auth_gssapi"]);
    }
    let mut text = String::new();
    for module in modules {
        let file = Utf8PathBuf::from(MODULES).join(format!("mod_{module}.so"));
        // Some are compiled in.
        if file.exists() {
            let _ = writeln!(text, "LoadModule {module}_module {file}");
        }
    }
    if is_root() {
        text.push_str("User www-data\nGroup www-data\n");
    }
    let who = match keytab {
        Some(keytab) => format!("AuthType GSSAPI\nAuthName dp\nGssapiCredStore keytab:{keytab}\nRequire valid-user"),
        None => "Require all granted".to_owned(),
    };
    let _ = write!(
        text,
        "ServerName localhost\n\
         Listen 127.0.0.1:{port}\n\
         DefaultRuntimeDir {place}\n\
         PidFile {place}/apache.pid\n\
         Mutex file:{place} default\n\
         ErrorLog {place}/error.log\n\
         DavLockDB {place}/locks\n\
         StartServers 1\nThreadsPerChild 64\nThreadLimit 64\nMaxRequestWorkers 64\nMaxKeepAliveRequests 0\n\
         DocumentRoot {place}/root\n\
         <Directory {place}/root>\n\
         Options FollowSymLinks\n\
         Dav On\n\
         {who}\n\
         </Directory>\n"
    );
    text
}
