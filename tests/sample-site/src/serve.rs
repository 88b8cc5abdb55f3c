//! `tsmedia-sample-site serve`: a distribution point to try things with.
use std::io::Write as _;

use anyhow::{Context as _, Result, bail};
use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;
use serde_json::{Value, json};
use tsm_sample_site::{Authority, Behaviour, DistributionPoint, Flaw, Identity, Site, Switch, Trouble};

/// The password of the client certificate that is written; it protects nothing.
const PASSWORD: &str = "sample-site";
/// The folder of the site that gets the certificates.
const CERTIFICATES: &str = "certificates";

/// Be a distribution point of a site, on the loopback address, until stopped.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// The folder of the site.
    dir: Utf8PathBuf,
    /// The port; 0 for one that is free.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Serve over HTTPS, with certificates that are made now and written to the folder `certificates` of the site.
    #[arg(long)]
    https: bool,
    /// Something wrong with the certificate of the distribution point.
    #[arg(long, value_enum, default_value_t, requires = "https")]
    flaw: Flaw,
    /// A habit of the distribution point; may be given several times.
    #[arg(long = "switch", value_enum, value_name = "SWITCH")]
    switches: Vec<Switch>,
    /// What happens to some requests, as WHAT[=VALUE][@PART OF PATH][*TIMES]: 503, 403.7, cut=1000@FileLib*3,
    /// stall=1000, slow-start=2000, trickle, length=-10, altered, endless, long=10737418240, no-length,
    /// redirect=http://127.0.0.1:81, new-tag. May be given several times; the first that fits happens.
    #[arg(long = "trouble", value_name = "TROUBLE")]
    troubles: Vec<Trouble>,
    /// Where the foreign links of listings lead.
    #[arg(long, value_name = "URL")]
    foreign: Option<String>,
}

impl Serve {
    /// Prints where it is as JSON, and answers until the program is ended.
    pub(crate) fn run(self) -> Result<()> {
        let site = Site::open(&self.dir)?;
        if self.switches.contains(&Switch::Certificate) && !self.https {
            bail!("client certificates need --https");
        }
        let (mut answer, tls) = (json!({}), if self.https { Some(self.certificates(&site)?) } else { None });
        if let Some((_, _, written)) = &tls {
            answer = written.clone();
        }
        let behaviour =
            Behaviour { switches: self.switches.into_iter().collect(), troubles: self.troubles, foreign: self.foreign };
        let tls = tls.as_ref().map(|(server, authority, _)| (server, authority));
        let point = DistributionPoint::start_at(self.port, &site, behaviour, tls)?;
        answer["url"] = point.url().into();
        answer["packages"] = format!("{}/SMS_DP_SMSPKG$", point.url()).into();
        writeln!(std::io::stdout().lock(), "{answer:#}").context("cannot print where it is")?;
        point.wait();
        Ok(())
    }

    /// Makes an authority, a server's and a client's certificate, and writes what clients need.
    fn certificates(&self, site: &Site) -> Result<(Identity, Authority, Value)> {
        let authority = Authority::new("Authority of the sample site")?;
        let (server, client) = (authority.server(self.flaw)?, authority.client()?);
        let folder = site.root().join(CERTIFICATES);
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {folder}"))?;
        let (trusted, own) = (folder.join("authority.pem"), folder.join("client.pfx"));
        write(&trusted, authority.pem().as_bytes())?;
        write(&own, &client.pkcs12(PASSWORD)?)?;
        let written =
            json!({ "trustedCertificate": trusted, "clientCertificate": own, "clientCertificatePassword": PASSWORD });
        Ok((server, authority, written))
    }
}

fn write(path: &Utf8Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(path, bytes).with_context(|| format!("cannot write {path}"))
}
