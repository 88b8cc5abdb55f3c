//! The command line: what can be asked of `tsmedia`, in the words of its help.

use camino::Utf8PathBuf;
use clap::{Args, Parser, Subcommand, ValueEnum};

/// What the end of `tsmedia --help` says.
const EXIT_CODES: &str = "\
Exit codes: 0 good, 1 done with warnings, 2 preflight failed (nothing was written), 3 build failed,
4 verification failed, 64 wrong command line, 130 cancelled. After 2, 3, 4 and 130 an older medium at the
same path is as it was.";

/// Make, check and show task sequence media for Microsoft Configuration Manager.
#[derive(Debug, Parser)]
#[command(name = "tsmedia", version, after_help = EXIT_CODES)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// How to speak.
    #[command(flatten)]
    pub voice: Voice,
}

/// How the program speaks. Global: may stand before or after the command.
#[derive(Debug, Clone, Copy, Args)]
pub struct Voice {
    /// Print the result, or the error, as one JSON document.
    #[arg(long, global = true)]
    pub json: bool,
    /// Print no progress, notes or warnings, only the result and errors.
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Print each step; twice: internals too.
    #[arg(long, short, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Build a medium, verify it, and put it in its place.
    New {
        /// The definition (JSON) of the medium.
        definition: Utf8PathBuf,
        /// Build only if this is still the plan (its ID, from `tsmedia plan`).
        #[arg(long, value_name = "ID")]
        plan_id: Option<String>,
        /// Secrets and the host.
        #[command(flatten)]
        host: HostArguments,
    },
    /// Check whether a definition can be built, or whether a medium is right.
    Test {
        /// A definition (a name that ends in .json), or a medium.
        subject: Utf8PathBuf,
        /// The manifest of the medium; without it, the one beside the medium, if there is one.
        #[arg(long, value_name = "FILE")]
        manifest: Option<Utf8PathBuf>,
        /// Secrets and the host.
        #[command(flatten)]
        host: HostArguments,
    },
    /// Say what a medium is, or a boot image.
    Show {
        /// The medium; with --boot-image a .wim file or a package ID; with --bcd a boot configuration, too.
        medium: Utf8PathBuf,
        /// The manifest of the medium; without it, the one beside the medium, if there is one.
        #[arg(long, value_name = "FILE")]
        manifest: Option<Utf8PathBuf>,
        /// Hold the medium against the media profile: every assumption, and what this medium shows.
        #[arg(long)]
        profile_evidence: bool,
        /// Print the boot configurations (BCD) of the medium, or a file that is one.
        #[arg(long, conflicts_with_all = ["profile_evidence", "manifest", "boot_image"])]
        bcd: bool,
        /// Say what a boot image is: architecture, versions, boot files, drivers, optional components.
        #[arg(long, conflicts_with_all = ["profile_evidence", "manifest"])]
        boot_image: bool,
        /// A content library that has the boot image package; may be given several times.
        #[arg(long, value_name = "FOLDER", requires = "boot_image")]
        distribution_point: Vec<Utf8PathBuf>,
        /// Secrets and the host.
        #[command(flatten)]
        host: HostArguments,
    },
    /// Print every file that a medium would hold. Nothing is written.
    Plan {
        /// The definition (JSON) of the medium.
        definition: Utf8PathBuf,
        /// Secrets and the host.
        #[command(flatten)]
        host: HostArguments,
    },
    /// Print what a task sequence needs, step by step.
    References {
        /// Site facts (JSON), an export file (zip), or a task sequence (XML).
        file: Utf8PathBuf,
        /// The package ID or the name of the task sequence, where there are several.
        #[arg(long, value_name = "ID")]
        task_sequence: Option<String>,
        /// Site facts beside an export file or a task sequence.
        #[arg(long, value_name = "FILE")]
        site_facts: Option<Utf8PathBuf>,
        /// Check also whether stand-alone media can run every step.
        #[arg(long)]
        stand_alone: bool,
    },
    /// Write a script and a guide with which a depot puts a prestaged medium on disks.
    ApplyScript {
        /// The prestaged medium (.wim).
        medium: Utf8PathBuf,
        /// The folder for the files.
        folder: Utf8PathBuf,
        /// The firmware to serve; all that the medium starts with, when not given.
        #[arg(long, value_enum)]
        firmware: Vec<FirmwareName>,
        /// The number of the disk.
        #[arg(long, default_value_t = 0)]
        disk: u32,
        /// MB of the EFI system partition.
        #[arg(long, default_value_t = 260, value_name = "MB")]
        efi_size: u32,
        /// Replace the files of an earlier run.
        #[arg(long)]
        force: bool,
        /// The host.
        #[command(flatten)]
        host: HostArguments,
    },
    /// Fill, show or clean the cache of content.
    #[command(subcommand)]
    Content(ContentCommand),
    /// Make, check or show a certificate for media.
    #[command(subcommand)]
    Certificate(CertificateCommand),
    /// Print the JSON schema of a format.
    Schema {
        /// The format.
        format: Format,
    },
}

/// The firmware of a computer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FirmwareName {
    /// UEFI: a disk with GPT.
    Uefi,
    /// BIOS: a disk with MBR.
    Bios,
}

/// What to do with the cache of content.
#[derive(Debug, Subcommand)]
pub enum ContentCommand {
    /// Fetch all content that a medium needs from distribution points.
    Save {
        /// The definition (JSON) of the medium.
        definition: Utf8PathBuf,
        /// The host.
        #[command(flatten)]
        host: HostArguments,
    },
    /// Write everything that a medium is made from into a bundle, for a computer without connection.
    Export {
        /// The definition (JSON) of the medium.
        definition: Utf8PathBuf,
        /// The bundle: a file when its name ends in .iso, else a folder.
        bundle: Utf8PathBuf,
        /// Secrets and the host.
        #[command(flatten)]
        host: HostArguments,
    },
    /// Check a bundle, and print the definition of its medium, ready to be built here.
    Import {
        /// The bundle: a folder or a file.
        bundle: Utf8PathBuf,
        /// The medium that is to be made.
        medium: Utf8PathBuf,
        /// The folder into which a bundle that is one file is unpacked.
        #[arg(long, value_name = "FOLDER")]
        destination: Option<Utf8PathBuf>,
        /// Write the definition to this file, too.
        #[arg(long, value_name = "FILE")]
        definition: Option<Utf8PathBuf>,
    },
    /// Say what is in the cache.
    List {
        /// The folder of the cache; the user's own, when absent.
        #[arg(long, value_name = "FOLDER")]
        cache: Option<Utf8PathBuf>,
    },
    /// Remove from the cache what the options name; everything, without any.
    Clear {
        /// The folder of the cache; the user's own, when absent.
        #[arg(long, value_name = "FOLDER")]
        cache: Option<Utf8PathBuf>,
        /// Files that were not used for so many days.
        #[arg(long, value_name = "DAYS")]
        older_than: Option<u32>,
        /// The files used least recently, until the rest has at most so many bytes.
        #[arg(long, value_name = "BYTES")]
        maximum_size: Option<u64>,
        /// The files of this package that no other package has; may be given several times.
        #[arg(long, value_name = "ID")]
        package: Vec<String>,
        /// Only say what would be removed.
        #[arg(long)]
        dry_run: bool,
    },
}

/// What to do with a certificate.
#[derive(Debug, Subcommand)]
pub enum CertificateCommand {
    /// Make a self-signed certificate (RSA 2048, SHA-256) and write it, with its key, as a PKCS #12 file.
    New {
        /// The file to make (.pfx).
        file: Utf8PathBuf,
        /// The common name; a new GUID, when absent.
        #[arg(long, value_name = "NAME")]
        subject: Option<String>,
        /// When it begins, as 2027-01-31T00:00:00Z or with another offset; now, when absent.
        #[arg(long, value_name = "TIME")]
        start_time: Option<jiff::Timestamp>,
        /// When it ends; a year after its beginning, when absent.
        #[arg(long, value_name = "TIME")]
        expire_time: Option<jiff::Timestamp>,
        /// How the file is encrypted.
        #[arg(long, value_enum, default_value = "classic")]
        encryption: Encryption,
        /// Replace the file, if it is there.
        #[arg(long)]
        force: bool,
        /// The password of the file.
        #[command(flatten)]
        password: CertificatePassword,
    },
    /// Check whether media can use a certificate that a PKI issued. Fails when they cannot.
    Import {
        /// A PKCS #12 file, or on Windows cert:CurrentUser/My/THUMBPRINT.
        certificate: String,
        /// The password of the file.
        #[command(flatten)]
        password: CertificatePassword,
    },
    /// Say what a certificate is. What media cannot use is told as a warning.
    Show {
        /// A PKCS #12 file, or on Windows cert:CurrentUser/My/THUMBPRINT.
        certificate: String,
        /// The password of the file.
        #[command(flatten)]
        password: CertificatePassword,
    },
}

/// How a PKCS #12 file is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Encryption {
    /// Triple DES and SHA-1: every Windows PE reads it.
    Classic,
    /// AES-256 and SHA-256: newer Windows PE only.
    Pbes2,
}

/// Where the password of a PKCS #12 file is.
#[derive(Debug, Default, Args)]
pub struct CertificatePassword {
    /// Read the password of the file from the first line of standard input.
    #[arg(long, conflicts_with = "certificate_password")]
    pub secret_stdin: bool,
    /// Where the password of the file is: env:NAME, or file:PATH that only its owner can read. Never the password itself.
    #[arg(long, value_name = "REFERENCE")]
    pub certificate_password: Option<String>,
}

/// A format with a JSON schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// What a medium shall be.
    Definition,
    /// What a site says about itself and its packages.
    Facts,
    /// What a medium holds, beside the medium.
    Manifest,
}

impl Format {
    /// The name under which `tsm-media` knows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Definition => "definition",
            Self::Facts => "facts",
            Self::Manifest => "manifest",
        }
    }
}

/// Secrets, and what the computer provides.
#[derive(Debug, Default, Args)]
pub struct HostArguments {
    /// Read the media password from the first line of standard input.
    #[arg(long, conflicts_with = "media_password")]
    pub secret_stdin: bool,
    /// Where the media password is: env:NAME, or file:PATH that only its owner can read. Never the password itself.
    #[arg(long, value_name = "REFERENCE")]
    pub media_password: Option<String>,
    /// Where the password of the definition's certificate file is, in the same forms.
    #[arg(long, value_name = "REFERENCE")]
    pub certificate_password: Option<String>,
    /// Where the password of the client certificate for distribution points is, in the same forms.
    #[arg(long, value_name = "REFERENCE")]
    pub distribution_point_certificate_password: Option<String>,
    /// A JSON file with values of the media profile that shall differ from the built-in ones.
    #[arg(long, value_name = "FILE")]
    pub media_profile: Option<Utf8PathBuf>,
    /// libwim, or the folder that holds it; may be given several times. Also: environment variable TSM_LIBWIM.
    #[arg(long, value_name = "PATH")]
    pub wim_library: Vec<Utf8PathBuf>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definition_of_the_command_line_has_no_contradiction() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn global_options_may_stand_on_either_side() {
        let before = Arguments::try_parse_from(["tsmedia", "--json", "show", "boot.iso"]).unwrap();
        let after = Arguments::try_parse_from(["tsmedia", "show", "boot.iso", "--json"]).unwrap();
        assert!(before.voice.json && after.voice.json);
    }

    #[test]
    fn a_password_comes_from_one_place_only() {
        let both = ["tsmedia", "new", "x.json", "--secret-stdin", "--media-password", "env:X"];
        assert!(Arguments::try_parse_from(both).is_err());
    }
}
