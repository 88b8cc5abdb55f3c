//! What the packages hold.
use crate::boot::program::{Machine, WINDOWS, program};
use crate::chance::Chance;
use crate::tree::{ARCHIVE, Data, HIDDEN_SYSTEM, Tree};

/// The library that three packages have in common.
pub(crate) const SHARED_FILE: &str = "Common/shared.dll";

fn shared(seed: u64) -> Vec<u8> {
    Chance::new(seed, SHARED_FILE).bytes(10_000)
}

/// The package with everything that is hard to list, transfer or name; `version` 2 differs from 1 in one file more and
/// one changed.
pub(crate) fn hard_package(seed: u64, version: u32, modified: i64) -> Tree {
    let mut tree = Tree::new(modified);
    tree.file("Setup.exe", program(Machine::X64, WINDOWS, &format!("Setup.exe of version {version}")));
    tree.file(SHARED_FILE, shared(seed));
    if version > 1 {
        tree.file("new in 2.txt", "new in version 2\r\n");
    }
    // Folders, and what is easily lost.
    tree.file("One/Two/Three/deep.txt", "three folders deep\r\n");
    tree.folder("Empty");
    tree.folder("One/Also empty");
    tree.file("zero.dat", "");
    tree.file_with("Hidden/desktop.ini", Data::Bytes(b"[.ShellClassInfo]\r\n".to_vec()), HIDDEN_SYSTEM);
    // Equal bytes under two names.
    tree.file("Twins/first.bin", vec![7; 3000]);
    tree.file("Twins/second.bin", vec![7; 3000]);
    names(&mut tree);
    tree
}

/// Names that trouble URLs, INI files, web servers and sorting.
fn names(tree: &mut Tree) {
    let odd = [
        "with blank.txt",
        "number #1.txt",
        "percent %41.txt",
        "a+b.txt",
        "salt & pepper.txt",
        "semi;colon.txt",
        "equal=sign.txt",
        "[x].txt",
        ".leading dot",
        "a.ini",
        "web.config",
        "ä.txt",
        "caf\u{e9}.txt",
        "cafe\u{301}.txt",
        "rocket \u{1f680}.txt",
    ];
    for name in odd {
        tree.file(&format!("Names/{name}"), format!("I am {name}\r\n"));
    }
    for (name, text) in [("a_b", "1"), ("aB", "2"), ("a-b", "3"), ("a b", "4"), ("A1", "5")] {
        tree.file(&format!("Order/{name}"), text);
    }
    tree.file(&format!("Long/{}", "n".repeat(200)), "a name of 200 characters\r\n");
    let deep = format!("Long/{}/{}/{}.txt", "d".repeat(95), "e".repeat(95), "f".repeat(99));
    tree.file(&deep, "a path of 300 characters\r\n");
}

/// A small package that shares a file with the others; `version` is in its own file.
pub(crate) fn sharing_package(seed: u64, name: &str, modified: i64) -> Tree {
    let mut tree = Tree::new(modified);
    tree.file(SHARED_FILE, shared(seed));
    tree.file("readme.txt", format!("{name}\r\n"));
    tree.file("Scripts/start.cmd", format!("@echo {name}\r\n"));
    tree
}

/// The content of a deployment type.
pub(crate) fn application(seed: u64, modified: i64) -> Tree {
    let mut tree = Tree::new(modified);
    tree.file("app.msi", Chance::new(seed, "app.msi").bytes(50_000));
    tree.file("transforms/en.mst", Chance::new(seed, "en.mst").bytes(500));
    tree
}

/// One driver: three files, of which one is the same in every driver.
pub(crate) fn driver(seed: u64, number: u32, modified: i64) -> Tree {
    let mut tree = Tree::new(modified);
    let name = format!("tsm{number:02}");
    tree.file(&format!("{name}.inf"), format!("[Version]\r\nSignature=\"$Windows NT$\"\r\n; driver {number}\r\n"));
    tree.file(&format!("{name}.sys"), program(Machine::X64, WINDOWS, &format!("{name}.sys")));
    tree.file("WdfCoInstaller.dll", Chance::new(seed, "WdfCoInstaller.dll").bytes(2000));
    tree
}

/// What an operating system image holds, very roughly.
pub(crate) fn operating_system(seed: u64, modified: i64) -> Tree {
    let mut tree = Tree::new(modified);
    for name in ["ntoskrnl.exe", "winload.efi", "winload.exe", "notepad.exe"] {
        tree.file(&format!("Windows/System32/{name}"), program(Machine::X64, WINDOWS, name));
    }
    tree.file("Windows/System32/drivers/big.sys", Chance::new(seed, "big.sys").bytes(200_000));
    // Enough pieces of data to be put into several parts.
    for name in ["net.sys", "disk.sys", "video.sys"] {
        tree.file(&format!("Windows/System32/drivers/{name}"), Chance::new(seed, name).bytes(120_000));
    }
    tree.folder("Program Files");
    tree.folder("Users/Public");
    tree
}

/// `count` files of 4 KiB, a thousand in a folder.
pub(crate) fn many(seed: u64, count: u32, modified: i64) -> Tree {
    let mut tree = Tree::new(modified);
    for number in 0..count {
        let path = format!("{:03}/{number:06}.dat", number / 1000);
        tree.file_with(&path, Data::Bytes(Chance::new(seed, &path).bytes(4096)), ARCHIVE);
    }
    tree
}
