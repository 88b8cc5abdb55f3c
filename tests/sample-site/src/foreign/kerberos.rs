//! A Kerberos realm of its own (MIT), so that Negotiate can be tried: a key distribution center, a user with a ticket, and
//! an Apache that lets in only those who have one.
use anyhow::{Context as _, Result};
use camino::{Utf8Path, Utf8PathBuf};
use std::process::Command;

use super::{Apache, Server, at_free_port, open_folder, program, run, utf8};
use crate::site::Site;

const REALM: &str = "CONTOSO.TEST";
/// Who asks.
const USER: &str = "admin";
/// For what: the service of a web server at this name.
const SERVICE: &str = "HTTP/localhost";

/// A realm whose key distribution center runs on the loopback address.
pub struct Realm {
    // First, so that it ends before its folder goes.
    _center: Server,
    folder: tempfile::TempDir,
}

impl Realm {
    /// Starts a realm, and gets the user a ticket.
    ///
    /// # Errors
    /// The Debian packages `krb5-kdc`, `krb5-admin-server` or `krb5-user` are not installed, or something does not start.
    pub fn start() -> Result<Self> {
        let folder = open_folder()?;
        let place = utf8(folder.path())?.to_owned();
        let center = at_free_port(|port| start_center(&place, port))?;
        let realm = Self { _center: center, folder };
        let mut ticket = realm.command("kinit")?;
        ticket.args(["-k", "-t", place.join("user.keytab").as_str(), &format!("{USER}@{REALM}")]);
        run(ticket)?;
        Ok(realm)
    }

    /// Serves a site to those who have a ticket of this realm.
    ///
    /// # Errors
    /// Apache or its module for Negotiate are not installed, or it does not start.
    pub fn apache(&self, site: &Site) -> Result<Apache> {
        let place = self.place()?;
        Apache::start_negotiate(site, &place.join("service.keytab"), &place.join("krb5.conf"))
    }

    /// A program that acts as the user with the ticket.
    ///
    /// # Errors
    /// The program is not installed.
    pub fn command(&self, name: &str) -> Result<Command> {
        let place = self.place()?;
        let mut command = program(name)?;
        for (name, value) in environment(place) {
            command.env(name, value);
        }
        command.env("KRB5CCNAME", format!("FILE:{place}/ticket"));
        Ok(command)
    }

    fn place(&self) -> Result<&Utf8Path> {
        utf8(self.folder.path())
    }
}

/// Where Kerberos finds everything of this realm, and nothing of another.
fn environment(place: &Utf8Path) -> [(&'static str, Utf8PathBuf); 2] {
    [("KRB5_CONFIG", place.join("krb5.conf")), ("KRB5_KDC_PROFILE", place.join("kdc.conf"))]
}

fn start_center(place: &Utf8Path, port: u16) -> Result<Server> {
    let write = |name: &str, text: String| {
        std::fs::write(place.join(name), text).with_context(|| format!("cannot write {name}"))
    };
    write(
        "krb5.conf",
        format!(
            "[libdefaults]\ndefault_realm = {REALM}\ndns_lookup_kdc = false\ndns_lookup_realm = false\n\
             dns_canonicalize_hostname = false\nrdns = false\nudp_preference_limit = 1\n\
             [realms]\n{REALM} = {{\nkdc = 127.0.0.1:{port}\n}}\n\
             [domain_realm]\nlocalhost = {REALM}\n"
        ),
    )?;
    write(
        "kdc.conf",
        format!(
            "[kdcdefaults]\nkdc_listen = 127.0.0.1:{port}\nkdc_tcp_listen = 127.0.0.1:{port}\n\
             [realms]\n{REALM} = {{\ndatabase_name = {place}/principal\nkey_stash_file = {place}/stash\n\
             acl_file = {place}/acl\n}}\n\
             [logging]\nkdc = FILE:{place}/kdc.log\n"
        ),
    )?;
    let tool = |name: &str, arguments: &[&str]| -> Result<Command> {
        let mut command = program(name)?;
        command.args(arguments).envs(environment(place));
        Ok(command)
    };
    if !place.join("principal").exists() {
        // The database is encrypted with a key that lies beside it.
        run(tool("kdb5_util", &["create", "-s", "-r", REALM, "-P", "sample-site"])?)?;
        for (name, keytab) in [(USER, "user.keytab"), (SERVICE, "service.keytab")] {
            run(tool("kadmin.local", &["-q", &format!("addprinc -randkey {name}")])?)?;
            run(tool("kadmin.local", &["-q", &format!("ktadd -k {place}/{keytab} {name}")])?)?;
            open_to_all(&place.join(keytab))?;
        }
    }
    Server::start(tool("krb5kdc", &["-n"])?, port, place.join("words.log"))
}

/// Apache reads the key of its service under another account. The keys are worth nothing outside of this folder.
fn open_to_all(path: &Utf8Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644))
        .with_context(|| format!("cannot open {path} to all"))
}
