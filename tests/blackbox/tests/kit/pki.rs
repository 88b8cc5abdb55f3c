//! A public key infrastructure made by openssl: a root, an authority below it, and clients of every kind, each as a PKCS #12
//! file with the password [`PASSWORD`]. It is made once in a test program.

use super::lasting;
use super::tools;
use camino::{Utf8Path, Utf8PathBuf};
use std::sync::LazyLock;
use tsm_media::Secret;

/// The password of all files.
pub const PASSWORD: &str = "pfx pa55";

/// One client: name, key, extensions, begin and end, and what `openssl pkcs12` gets besides.
type Client = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str);

const CLIENTS: &[Client] = &[
    ("good", "rsa:2048", "client", "20260101000000Z", "20450101000000Z", "-certfile chain.pem"),
    ("other-length", "rsa:3072", "client", "20260101000000Z", "20450101000000Z", "-certfile chain.pem"),
    ("alone", "rsa:2048", "client", "20260101000000Z", "20450101000000Z", ""),
    ("expired", "rsa:2048", "client", "20200101000000Z", "20210101000000Z", "-certfile chain.pem"),
    ("early", "rsa:2048", "client", "20440101000000Z", "20450101000000Z", "-certfile chain.pem"),
    ("short", "rsa:1024", "client", "20260101000000Z", "20450101000000Z", "-certfile chain.pem"),
    ("server", "rsa:2048", "server", "20260101000000Z", "20450101000000Z", "-certfile chain.pem"),
    ("broken", "rsa:2048", "client", "20260101000000Z", "20450101000000Z", "-certfile false.pem"),
    ("curve", "ec", "client", "20260101000000Z", "20450101000000Z", "-certfile chain.pem"),
    ("without-key", "rsa:2048", "client", "20260101000000Z", "20450101000000Z", "-nokeys"),
    (
        "cng",
        "rsa:2048",
        "client",
        "20260101000000Z",
        "20450101000000Z",
        "-certfile chain.pem -CSP Microsoft~Software~Key~Storage~Provider",
    ),
];

const SETTINGS: &str = "\
[ca]
default_ca = issuing
[issuing]
database = index.txt
serial = serial.txt
new_certs_dir = .
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
[client]
basicConstraints = CA:FALSE
keyUsage = digitalSignature
extendedKeyUsage = clientAuth
[server]
basicConstraints = CA:FALSE
extendedKeyUsage = serverAuth
[authority]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
";

/// The made infrastructure.
pub struct Pki(Utf8PathBuf);

static MADE: LazyLock<Pki> = LazyLock::new(|| {
    let folder = lasting::folder("pki");
    std::fs::create_dir_all(&folder).unwrap();
    make(&folder);
    Pki(folder)
});

impl Pki {
    /// The one of this test program. Needs openssl.
    pub fn get() -> &'static Self {
        &MADE
    }

    /// The file of a client.
    pub fn file(&self, client: &str) -> String {
        self.0.join(format!("{client}.pfx")).into_string()
    }

    /// The certificate of a client, an authority or the root: DER.
    pub fn der(&self, name: &str) -> Vec<u8> {
        tools::bytes("openssl", &["x509", "-outform", "DER", "-in", self.0.join(format!("{name}.pem")).as_str()])
    }

    /// The password, as secrets have it.
    pub fn password() -> Option<Secret> {
        Some(Secret::new(PASSWORD.to_owned()))
    }
}

/// Runs openssl in a folder. `~` stands for a space within an argument.
fn openssl(folder: &Utf8Path, arguments: &str) {
    let arguments: Vec<String> = arguments.split_whitespace().map(|a| a.replace('~', " ")).collect();
    let output = std::process::Command::new("openssl").current_dir(folder).args(&arguments).output().unwrap();
    assert!(output.status.success(), "openssl {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn make(folder: &Utf8Path) {
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    write("ca.cnf", SETTINGS);
    write("index.txt", "");
    write("serial.txt", "1000");
    openssl(folder, "req -x509 -newkey rsa:2048 -nodes -keyout root.key -out root.pem -subj /CN=Root -days 9000");
    openssl(folder, "req -x509 -newkey rsa:2048 -nodes -keyout false.key -out false.pem -subj /CN=Issuing -days 9000");
    openssl(folder, "req -newkey rsa:2048 -nodes -keyout issuing.key -out issuing.csr -subj /CN=Issuing");
    openssl(
        folder,
        "x509 -req -in issuing.csr -CA root.pem -CAkey root.key -CAcreateserial -days 8000 -extfile ca.cnf -extensions \
         authority -out issuing.pem",
    );
    let chain = ["issuing.pem", "root.pem"].map(|name| std::fs::read_to_string(folder.join(name)).unwrap()).concat();
    write("chain.pem", &chain);
    CLIENTS.iter().for_each(|client| issue(folder, client));
    openssl(
        folder,
        "req -x509 -newkey rsa:2048 -nodes -keyout self.key -out self.pem -subj /CN=Self -days 900 \
         -addext extendedKeyUsage=clientAuth",
    );
    openssl(
        folder,
        &format!("pkcs12 -export -legacy -inkey self.key -in self.pem -out self.pfx -passout {}", passing()),
    );
    let whole = std::fs::read(folder.join("good.pfx")).unwrap();
    std::fs::write(folder.join("damaged.pfx"), &whole[..whole.len() / 2]).unwrap();
}

fn passing() -> String {
    format!("pass:{}", PASSWORD.replace(' ', "~"))
}

fn issue(folder: &Utf8Path, (name, key, extensions, from, to, more): &Client) {
    let curve = if *key == "ec" { "-pkeyopt ec_paramgen_curve:P-256" } else { "" };
    openssl(folder, &format!("req -newkey {key} {curve} -nodes -keyout {name}.key -out {name}.csr -subj /CN={name}"));
    openssl(
        folder,
        &format!(
            "ca -batch -notext -config ca.cnf -cert issuing.pem -keyfile issuing.key -in {name}.csr -out {name}.pem \
             -extensions {extensions} -startdate {from} -enddate {to}"
        ),
    );
    let key = if more.contains("-nokeys") { String::new() } else { format!("-inkey {name}.key") };
    openssl(
        folder,
        &format!("pkcs12 -export -legacy {key} -in {name}.pem {more} -out {name}.pfx -passout {}", passing()),
    );
}
