//! Programs that do nothing: minimal valid PE files ("PE Format", Microsoft Learn) that say that they are stand-ins.

/// Processor of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Machine {
    /// 32-bit x86.
    X86,
    /// 64-bit x86.
    X64,
    /// 64-bit ARM.
    Arm64,
}

/// `IMAGE_SUBSYSTEM_WINDOWS_GUI`.
pub const WINDOWS: u16 = 2;
/// `IMAGE_SUBSYSTEM_EFI_APPLICATION`.
pub const EFI_APPLICATION: u16 = 10;
/// `IMAGE_SUBSYSTEM_WINDOWS_BOOT_APPLICATION`.
pub const BOOT_APPLICATION: u16 = 16;

const PE_OFFSET: usize = 0x80;
const FILE_ALIGNMENT: u32 = 0x200;
const SECTION_ALIGNMENT: u32 = 0x1000;

/// A program of one section. An x64 EFI application prints `stand-in of the sample site: <name>` and returns "unsupported";
/// every other returns at once.
#[must_use]
pub fn program(machine: Machine, subsystem: u16, name: &str) -> Vec<u8> {
    let section = code_and_text(machine, subsystem, name);
    let mut file = headers(machine, subsystem, u32_len(section.len()));
    file.resize(FILE_ALIGNMENT as usize, 0);
    file.extend_from_slice(&section);
    file.resize(file.len().next_multiple_of(FILE_ALIGNMENT as usize), 0);
    file
}

fn u32_len(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn code_and_text(machine: Machine, subsystem: u16, name: &str) -> Vec<u8> {
    let message = format!("stand-in of the sample site: {name}");
    let mut section: Vec<u8> = match (machine, subsystem) {
        (Machine::X64, EFI_APPLICATION) => vec![
            0x48, 0x83, 0xec, 0x28, // sub rsp, 28h
            0x48, 0x8b, 0x4a, 0x40, // mov rcx, [rdx+40h]: ConOut of the EFI system table
            0x48, 0x8d, 0x15, 0x19, 0, 0, 0, // lea rdx, [rip+19h]: the text at 28h
            0xff, 0x51, 0x08, // call [rcx+8]: OutputString
            0x48, 0x83, 0xc4, 0x28, // add rsp, 28h
            0x48, 0xb8, 3, 0, 0, 0, 0, 0, 0, 0x80, // mov rax, EFI_UNSUPPORTED
            0xc3, // ret
        ],
        // mov x0, 0; ret
        (Machine::Arm64, _) => vec![0x00, 0x00, 0x80, 0xd2, 0xc0, 0x03, 0x5f, 0xd6],
        // xor eax, eax; ret
        _ => vec![0x31, 0xc0, 0xc3],
    };
    section.resize(0x28, 0x90);
    section.extend(format!("{message}\r\n\0").encode_utf16().flat_map(u16::to_le_bytes));
    section.extend_from_slice(message.as_bytes());
    section.push(0);
    section
}

/// DOS header, PE header and section table.
fn headers(machine: Machine, subsystem: u16, section_length: u32) -> Vec<u8> {
    let wide = machine != Machine::X86;
    let mut out = Vec::with_capacity(FILE_ALIGNMENT as usize);
    out.extend_from_slice(b"MZ");
    out.resize(0x3c, 0);
    push32(&mut out, u32_len(PE_OFFSET));
    out.extend_from_slice(b"This is a stand-in of the sample site.\r\n$");
    out.resize(PE_OFFSET, 0);
    out.extend_from_slice(b"PE\0\0");
    // COFF header.
    push16(
        &mut out,
        match machine {
            Machine::X86 => 0x014c,
            Machine::X64 => 0x8664,
            Machine::Arm64 => 0xaa64,
        },
    );
    push16(&mut out, 1); // sections
    push32(&mut out, 0); // time stamp
    push32(&mut out, 0); // symbol table
    push32(&mut out, 0); // symbols
    push16(&mut out, if wide { 240 } else { 224 });
    // EXECUTABLE_IMAGE with LARGE_ADDRESS_AWARE or 32BIT_MACHINE.
    push16(&mut out, if wide { 0x0022 } else { 0x0102 });
    optional_header(&mut out, wide, subsystem, section_length);
    // Section table.
    out.extend_from_slice(b".text\0\0\0");
    push32(&mut out, section_length);
    push32(&mut out, SECTION_ALIGNMENT);
    push32(&mut out, section_length.next_multiple_of(FILE_ALIGNMENT));
    push32(&mut out, FILE_ALIGNMENT);
    out.extend_from_slice(&[0; 12]);
    push32(&mut out, 0x6000_0020); // code, execute, read
    out
}

fn optional_header(out: &mut Vec<u8>, wide: bool, subsystem: u16, section_length: u32) {
    let word = |out: &mut Vec<u8>, value: u32| {
        push32(out, value);
        if wide {
            push32(out, 0);
        }
    };
    push16(out, if wide { 0x20b } else { 0x10b });
    push16(out, 0x0e); // linker version
    push32(out, section_length.next_multiple_of(FILE_ALIGNMENT));
    push32(out, 0); // initialised data
    push32(out, 0); // uninitialised data
    push32(out, SECTION_ALIGNMENT); // entry point
    push32(out, SECTION_ALIGNMENT); // base of code
    if !wide {
        push32(out, 0); // base of data
    }
    word(out, 0x0040_0000); // image base
    push32(out, SECTION_ALIGNMENT);
    push32(out, FILE_ALIGNMENT);
    // Versions of operating system, image and subsystem.
    for number in [6, 0, 0, 0, 6, 0] {
        push16(out, number);
    }
    push32(out, 0);
    push32(out, SECTION_ALIGNMENT + section_length.next_multiple_of(SECTION_ALIGNMENT)); // size of image
    push32(out, FILE_ALIGNMENT); // size of headers
    push32(out, 0); // checksum
    push16(out, subsystem);
    push16(out, 0x0140); // dynamic base, no-execute compatible
    for size in [0x10_0000, 0x1000, 0x10_0000, 0x1000] {
        word(out, size); // stack and heap
    }
    push32(out, 0); // loader flags
    push32(out, 16); // data directories
    out.extend_from_slice(&[0; 128]);
}

fn push16(out: &mut Vec<u8>, value: u16) {
    out.extend_from_slice(&value.to_le_bytes());
}

fn push32(out: &mut Vec<u8>, value: u32) {
    out.extend_from_slice(&value.to_le_bytes());
}

#[cfg(test)]
mod tests {
    use tsm_formats::pe;

    use super::*;

    #[test]
    fn machine_and_subsystem_are_read_back() {
        for (machine, expected) in
            [(Machine::X86, pe::Machine::X86), (Machine::X64, pe::Machine::X64), (Machine::Arm64, pe::Machine::Arm64)]
        {
            let head = pe::read(&program(machine, EFI_APPLICATION, "a")).unwrap();
            assert_eq!((head.machine, head.subsystem), (expected, pe::Subsystem::EfiApplication));
            let head = pe::read(&program(machine, BOOT_APPLICATION, "a")).unwrap();
            assert_eq!(head.subsystem, pe::Subsystem::WindowsBootApplication);
        }
    }

    #[test]
    fn a_program_says_what_it_is() {
        let bytes = program(Machine::Arm64, WINDOWS, "x.exe");
        let text = b"stand-in of the sample site: x.exe\0";
        assert!(bytes.windows(text.len()).any(|window| window == text));
        assert_eq!(bytes.len() % 512, 0);
    }
}
