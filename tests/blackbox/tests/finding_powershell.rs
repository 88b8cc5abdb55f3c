//! Where `build.sh` finds PowerShell: `TSM_PWSH`, `PATH`, a .NET tool, a pinned download; shown with a `dotnet` and a
//! server that are not the real ones.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

struct Machine {
    folder: tempfile::TempDir,
}

impl Machine {
    /// A machine with the tools of every Debian, and no PowerShell.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("bin")).unwrap();
        for tool in
            ["bash", "curl", "sha256sum", "cut", "tar", "gzip", "mktemp", "mkdir", "rm", "mv", "chmod", "uname", "cp"]
        {
            let found = ["/usr/bin", "/bin"].iter().map(|d| Path::new(d).join(tool)).find(|p| p.exists());
            let found = found.unwrap_or_else(|| panic!("no {tool} on this machine"));
            std::os::unix::fs::symlink(found, folder.path().join("bin").join(tool)).unwrap();
        }
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn program(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, format!("#!/bin/bash\n{text}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    /// What is found; `before` is set in the shell first.
    fn find(&self, before: &str) -> Output {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
        let script = format!(
            "set -euo pipefail; . '{root}/build/prerequisites.sh'; . '{root}/build/powershell.sh'; {before}\nfind_powershell",
            root = root.display()
        );
        Command::new(self.path("bin/bash"))
            .args(["-c", &script])
            .env_clear()
            .env("PATH", self.path("bin"))
            .env("HOME", self.path("home"))
            .env("CARGO_TARGET_DIR", self.path("target"))
            .output()
            .unwrap()
    }

    fn found(&self, before: &str) -> String {
        let output = self.find(before);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }
}

/// No server: a port that was free a moment ago.
const NO_DOWNLOAD: &str = "pinned_url=http://127.0.0.1:9/none;";

#[test]
fn the_variable_goes_before_everything() {
    let machine = Machine::new();
    machine.program("bin/pwsh", "");
    assert_eq!(machine.found("TSM_PWSH=/opt/my/pwsh;"), "/opt/my/pwsh");
    assert_eq!(machine.found("TSM_PWSH=none;"), "");
}

#[test]
fn the_path_goes_before_the_net_tool() {
    let machine = Machine::new();
    let pwsh = machine.program("bin/pwsh", "");
    machine.program("home/.dotnet/tools/pwsh", "");
    assert_eq!(machine.found(""), pwsh.to_str().unwrap());
}

#[test]
fn a_net_tool_that_is_there_is_used() {
    let machine = Machine::new();
    let pwsh = machine.program("home/.dotnet/tools/pwsh", "");
    assert_eq!(machine.found(""), pwsh.to_str().unwrap());
}

#[test]
fn dotnet_installs_the_pinned_version_into_our_own_folder() {
    let machine = Machine::new();
    machine.program(
        "bin/dotnet",
        r#"echo "$@" >"$CARGO_TARGET_DIR/../asked"; mkdir -p "${@: -1}"; printf '#!/bin/bash\n' >"${@: -1}/pwsh"; chmod +x "${@: -1}/pwsh""#,
    );
    std::fs::create_dir(machine.path("target")).unwrap();
    assert_eq!(machine.found(""), machine.path("target/tools/dotnet/pwsh").to_str().unwrap());
    let asked = std::fs::read_to_string(machine.path("asked")).unwrap();
    assert!(asked.contains("tool install PowerShell --version 7.6.5"), "{asked}");
}

#[test]
fn a_dotnet_that_fails_is_not_the_end() {
    let machine = Machine::new();
    machine.program("bin/dotnet", "exit 1");
    assert_eq!(machine.found(NO_DOWNLOAD), "");
}

/// Serves `bytes` once on loopback.
fn serve(bytes: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/powershell.tar.gz", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]).unwrap();
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", bytes.len());
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(&bytes).unwrap();
    });
    url
}

fn archive(machine: &Machine) -> (Vec<u8>, String) {
    machine.program("made/pwsh", "echo made");
    let path = machine.path("powershell.tar.gz");
    let made = machine.path("made");
    assert!(Command::new("tar").arg("-czf").arg(&path).arg("-C").arg(made).arg("pwsh").status().unwrap().success());
    let bytes = std::fs::read(path).unwrap();
    let hash = <sha2::Sha256 as sha2::Digest>::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect();
    (bytes, hash)
}

#[test]
fn the_download_is_used_when_its_hash_is_the_pinned_one_and_only_once() {
    let machine = Machine::new();
    let (bytes, hash) = archive(&machine);
    let before = format!("pinned_url={}; pinned_sha256={hash};", serve(bytes));
    let expected = machine.path("target/tools/powershell-7.6.5/pwsh");
    assert_eq!(machine.found(&before), expected.to_str().unwrap());
    // The server has gone: the second run needs none.
    assert_eq!(machine.found(&before), expected.to_str().unwrap());
}

#[test]
fn a_download_with_another_hash_is_thrown_away_and_said() {
    let machine = Machine::new();
    let (bytes, _) = archive(&machine);
    let output = machine.find(&format!("pinned_url={};", serve(bytes)));
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "");
    assert!(String::from_utf8_lossy(&output.stderr).contains("it is not used"));
    assert_eq!(std::fs::read_dir(machine.path("target/tools")).unwrap().count(), 0);
}

#[test]
fn without_any_of_them_nothing_is_found_and_nothing_stays() {
    let machine = Machine::new();
    assert_eq!(machine.found(NO_DOWNLOAD), "");
    assert_eq!(std::fs::read_dir(machine.path("target/tools")).unwrap().count(), 0);
}
