//! Signed boot programs: authorities that are made for one test, and programs signed by them with openssl and sbsign.
use std::fmt::Write as _;
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use camino::{Utf8Path, Utf8PathBuf};

use super::fat12::floppy;
use super::image::words;
use super::program::Machine;
use crate::tree::{Data, Node, Tree};

/// An authority of a test with one signer, as files in a folder. Its keys are worth nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestAuthority {
    folder: Utf8PathBuf,
}

/// Who signs the boot programs of each generation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signers {
    /// The programs in the usual folders.
    pub of_2011: TestAuthority,
    /// The programs in the folders whose names end in `_EX`.
    pub of_2023: TestAuthority,
}

impl TestAuthority {
    /// Makes an authority with the common name `name`, and a signer, in a new folder.
    ///
    /// # Errors
    /// The folder cannot be made, or openssl is not there.
    pub fn make(folder: &Utf8Path, name: &str) -> Result<Self> {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {folder}"))?;
        let path = |file: &str| folder.join(file).into_string();
        let extensions = path("signer.cnf");
        std::fs::write(&extensions, "basicConstraints=CA:FALSE\nextendedKeyUsage=codeSigning\n")?;
        let key = ["-newkey", "rsa:2048", "-nodes", "-keyout"];
        let (ca_key, ca, request) = (path("ca.key"), path("ca.pem"), path("signer.csr"));
        let name = format!("/O=Sample site/CN={name}");
        let ca_arguments = ["-x509", "-days", "3650", "-out", &ca, "-subj", &name];
        run("openssl", &[&["req"], &key[..], &[&ca_key], &ca_arguments].concat())?;
        let subject = format!("{name} signer");
        run("openssl", &[&["req"], &key[..], &[&path("signer.key")], &["-out", &request, "-subj", &subject]].concat())?;
        let signer = path("signer.pem");
        let mut sign = vec!["x509", "-req", "-days", "365", "-set_serial", "7", "-in", &request, "-out", &signer];
        sign.extend(["-CA", &ca, "-CAkey", &ca_key, "-extfile", &extensions]);
        run("openssl", &sign)?;
        run("openssl", &["x509", "-in", &ca, "-outform", "DER", "-out", &path("ca.der")])?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// The certificate of the authority, in PEM.
    #[must_use]
    pub fn certificate(&self) -> Utf8PathBuf {
        self.folder.join("ca.pem")
    }

    /// The certificate and the key of the signer, in PEM.
    #[must_use]
    pub fn signer(&self) -> (Utf8PathBuf, Utf8PathBuf) {
        (self.folder.join("signer.pem"), self.folder.join("signer.key"))
    }

    /// SHA-1 of the certificate of the authority, as openssl shows it, without colons.
    ///
    /// # Errors
    /// openssl is not there.
    pub fn thumbprint(&self) -> Result<String> {
        let certificate = self.certificate();
        let text = run("openssl", &["x509", "-in", certificate.as_str(), "-noout", "-fingerprint", "-sha1"])?;
        Ok(text.trim().rsplit('=').next().unwrap_or_default().replace(':', ""))
    }

    /// The program with one more signature, whose message carries the certificate of the authority.
    ///
    /// # Errors
    /// sbsign is not there, or refuses the program.
    pub fn sign(&self, program: &[u8]) -> Result<Vec<u8>> {
        let (plain, signed) = (self.folder.join("plain.efi"), self.folder.join("signed.efi"));
        std::fs::write(&plain, program).with_context(|| format!("cannot write {plain}"))?;
        let ((certificate, key), ca) = (self.signer(), self.certificate());
        let mut arguments = vec!["--key", key.as_str(), "--cert", certificate.as_str(), "--addcert", ca.as_str()];
        arguments.extend(["--output", signed.as_str(), plain.as_str()]);
        run("sbsign", &arguments)?;
        std::fs::read(&signed).with_context(|| format!("cannot read {signed}"))
    }
}

impl Signers {
    /// Makes both authorities below a folder.
    ///
    /// # Errors
    /// See [`TestAuthority::make`].
    pub fn make(folder: &Utf8Path) -> Result<Self> {
        Ok(Self {
            of_2011: TestAuthority::make(&folder.join("2011"), "Sample Production PCA 2011")?,
            of_2023: TestAuthority::make(&folder.join("2023"), "Sample UEFI CA 2023")?,
        })
    }

    /// A media profile that knows these authorities in place of Microsoft's, as JSON.
    ///
    /// # Errors
    /// openssl is not there.
    pub fn profile(&self) -> Result<String> {
        let mut text = String::from("{\"secureBoot\":{\"authorities\":[");
        for (authority, name, year, comma) in [
            (&self.of_2011, "Sample Production PCA 2011", "2011", ","),
            (&self.of_2023, "Sample UEFI CA 2023", "2023", "]}}"),
        ] {
            let sha1 = authority.thumbprint()?;
            let value = serde_json::json!({ "name": name, "sha1": sha1, "generation": year, "signs": "windows" });
            write!(text, "{value}{comma}")?;
        }
        Ok(text)
    }

    /// Signs every UEFI boot program in the tree of an x64 boot image, those on floppy images too.
    pub(crate) fn sign(&self, tree: &mut Tree) -> Result<()> {
        for ex in ["", "_EX"] {
            let signer = if ex.is_empty() { &self.of_2011 } else { &self.of_2023 };
            for name in ["bootmgr", "bootmgfw"] {
                let path = format!("Windows/Boot/EFI{ex}/{name}{ex}.efi");
                let signed = signer.sign(bytes(tree, &path)?)?;
                tree.file(&path, signed);
            }
            let loader = bytes(tree, &format!("Windows/Boot/EFI{ex}/bootmgfw{ex}.efi"))?.to_vec();
            let image = floppy("EFISECTOR", words(Machine::X64).efi, &loader)
                .context("the loader does not fit a floppy disk")?;
            for name in ["efisys", "efisys_noprompt"] {
                tree.file(&format!("Windows/Boot/DVD{ex}/EFI/en-US/{name}{ex}.bin"), image.clone());
            }
            if ex.is_empty() {
                tree.file("sms/bin/x64/efisys.bin", image);
            }
        }
        Ok(())
    }
}

fn bytes<'a>(tree: &'a Tree, path: &str) -> Result<&'a [u8]> {
    match tree.entries.get(path) {
        Some(Node::File { data: Data::Bytes(bytes), .. }) => Ok(bytes),
        _ => bail!("the boot image has no file {path}"),
    }
}

fn run(program: &str, arguments: &[&str]) -> Result<String> {
    let output =
        Command::new(program).args(arguments).output().with_context(|| format!("{program} is not installed"))?;
    if !output.status.success() {
        bail!("{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
