//! A boot sector that says that it is a stand-in, and halts.

/// `length` bytes that begin with real-mode code for address 0x7C00: it prints a text through the BIOS (`int 10h`) and halts.
/// Bytes 510 and 511 are the boot signature.
#[must_use]
pub fn boot_sector(length: usize, name: &str) -> Vec<u8> {
    const TEXT: u8 = 0x20;
    #[rustfmt::skip]
    let code = [
        0x31, 0xc0,             // 00 xor ax, ax
        0x8e, 0xd8,             // 02 mov ds, ax
        0xfc,                   // 04 cld
        0xbe, TEXT, 0x7c,       // 05 mov si, text
        0xac,                   // 08 lodsb
        0x08, 0xc0,             // 09 or al, al
        0x74, 0x09,             // 0b jz 16
        0xb4, 0x0e,             // 0d mov ah, 0eh
        0xbb, 0x07, 0x00,       // 0f mov bx, 7
        0xcd, 0x10,             // 12 int 10h
        0xeb, 0xf2,             // 14 jmp 08
        0xf4,                   // 16 hlt
        0xeb, 0xfd,             // 17 jmp 16
    ];
    let mut sector = code.to_vec();
    sector.resize(usize::from(TEXT), 0);
    sector.extend_from_slice(format!("stand-in boot sector of the sample site: {name}\r\n\0").as_bytes());
    sector.resize(length.max(512), 0);
    sector[510..512].copy_from_slice(&[0x55, 0xaa]);
    sector
}
