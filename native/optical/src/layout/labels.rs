//! One Unicode label, as each descriptor can hold it.

/// The volume label as the descriptors hold it.
///
/// * ISO 9660: 32 characters A-Z, 0-9, `_` (ECMA-119 8.4.7); other letters of ASCII become upper case, everything else
///   `_`.
/// * Joliet: 16 units of UCS-2; `* / : ; ? \`, control characters and characters beyond the Basic Multilingual Plane
///   become `_`.
/// * UDF logical volume (what Windows and Linux show): 126 characters of Latin-1, or 63 UTF-16 units (UDF 2.1.3,
///   2.2.4.4).
/// * UDF primary volume descriptor: 30 or 15 of the same.
///
/// A longer label is cut; a pair of surrogates is not torn apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labels {
    /// Volume identifier of the primary volume descriptor of ISO 9660.
    pub iso: String,
    /// Volume identifier of the Joliet descriptor.
    pub joliet: String,
    /// Logical volume identifier of UDF.
    pub udf: String,
    /// Volume identifier of the UDF primary volume descriptor.
    pub udf_volume: String,
}

impl Labels {
    pub(crate) fn new(label: &str) -> Self {
        Self {
            iso: iso_label(label),
            joliet: joliet_text(label, 16),
            udf: cut_cs0(label, 128),
            udf_volume: cut_cs0(label, 32),
        }
    }
}

fn iso_label(label: &str) -> String {
    label.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).take(32).collect()
}

/// Text for a Joliet field of `units` UCS-2 units.
pub(crate) fn joliet_text(text: &str, units: usize) -> String {
    let fits = |c: char| !c.is_control() && c.len_utf16() == 1 && !matches!(c, '*' | '/' | ':' | ';' | '?' | '\\');
    text.chars().map(|c| if fits(c) { c } else { '_' }).take(units).collect()
}

/// The longest beginning of `text` that a `dstring` of `field` bytes holds (ECMA-167 1/7.2.12, UDF 2.1.1): one byte is
/// for the compression, one for the length.
pub(crate) fn cut_cs0(text: &str, field: usize) -> String {
    let bytes = field - 2;
    if text.chars().take(bytes).all(|c| u32::from(c) < 0x100) {
        return text.chars().take(bytes).collect();
    }
    let mut room = bytes / 2;
    let fits = |c: &char| room.checked_sub(c.len_utf16()).map(|rest| room = rest).is_some();
    text.chars().take_while(fits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_descriptor_gets_what_it_can_hold() {
        let labels = Labels::new("Configuration Manager 2026 (Zürich)");
        assert_eq!(labels.iso, "CONFIGURATION_MANAGER_2026__Z_RI");
        assert_eq!(labels.joliet, "Configuration Ma");
        assert_eq!(labels.udf, "Configuration Manager 2026 (Zürich)");
        assert_eq!(labels.udf_volume, "Configuration Manager 2026 (Zü");
    }

    #[test]
    fn sixteen_bit_labels_are_cut_between_characters() {
        let labels = Labels::new(&"\u{1F600}".repeat(40));
        assert_eq!(labels.udf.chars().count(), 31);
        assert_eq!(labels.udf_volume.chars().count(), 7);
        assert_eq!(labels.joliet, "_".repeat(16));
        assert_eq!(Labels::new("").udf, "");
    }

    #[test]
    fn a_wide_character_behind_the_cut_does_not_cost_room() {
        let label = format!("{}Ж", "x".repeat(30));
        assert_eq!(Labels::new(&label).udf_volume, "x".repeat(30));
    }
}
