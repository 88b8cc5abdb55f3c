//! Times in the three forms of the standards. All are UTC with offset 0.

/// Year, month, day, hour, minute, second in UTC.
#[derive(Clone, Copy)]
struct Civil {
    year: i64,
    month: u8,
    day: u8,
    hour: u8,
    minute: u8,
    second: u8,
}

/// 1900-01-01 and 2155-12-31 23:59:59: what a directory record can hold (ECMA-119 9.1.5).
const RECORD_RANGE: (i64, i64) = (-2_208_988_800, 5_869_583_999);
/// 0001-01-01 and 9999-12-31 23:59:59 (ECMA-119 8.4.26.1, ECMA-167 1/7.3.2).
const DESCRIPTOR_RANGE: (i64, i64) = (-62_135_596_800, 253_402_300_799);

/// The proleptic Gregorian date of a Unix time. Years are counted from March, so that the leap day is the last day of a
/// year.
fn civil(unix: i64) -> Civil {
    let (days, seconds) = (unix.div_euclid(86_400), unix.rem_euclid(86_400));
    let days = days + 719_468; // 0000-03-01 to 1970-01-01
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    Civil {
        year,
        month: month as u8,
        day: day as u8,
        hour: (seconds / 3600) as u8,
        minute: (seconds / 60 % 60) as u8,
        second: (seconds % 60) as u8,
    }
}

/// Date and time of a directory record: 7 bytes (ECMA-119 9.1.5).
pub(super) fn record(unix: i64) -> [u8; 7] {
    let t = civil(unix.clamp(RECORD_RANGE.0, RECORD_RANGE.1));
    [(t.year - 1900) as u8, t.month, t.day, t.hour, t.minute, t.second, 0]
}

/// Date and time of a volume descriptor: 17 bytes, digits and an offset (ECMA-119 8.4.26.1).
pub(super) fn digits(unix: i64) -> [u8; 17] {
    let t = civil(unix.clamp(DESCRIPTOR_RANGE.0, DESCRIPTOR_RANGE.1));
    let text = format!("{:04}{:02}{:02}{:02}{:02}{:02}00", t.year, t.month, t.day, t.hour, t.minute, t.second);
    let mut field = [0; 17];
    field[..16].copy_from_slice(&text.as_bytes()[..16]);
    field
}

/// A date that is not given (ECMA-119 8.4.26.1).
pub(super) fn no_digits() -> [u8; 17] {
    let mut field = [b'0'; 17];
    field[16] = 0;
    field
}

/// Timestamp of UDF: 12 bytes, type 1 (local time) with offset 0 (ECMA-167 1/7.3, UDF 2.1.4.1).
pub(super) fn timestamp(unix: i64) -> [u8; 12] {
    let t = civil(unix.clamp(DESCRIPTOR_RANGE.0, DESCRIPTOR_RANGE.1));
    let year = (t.year as i16).to_le_bytes();
    [0, 0x10, year[0], year[1], t.month, t.day, t.hour, t.minute, t.second, 0, 0, 0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_moments() {
        assert_eq!(&digits(0), b"1970010100000000\0");
        assert_eq!(&digits(951_782_400), b"2000022900000000\0");
        assert_eq!(&digits(1_700_000_000), b"2023111422132000\0");
        assert_eq!(record(1_700_000_000), [123, 11, 14, 22, 13, 20, 0]);
        assert_eq!(timestamp(1_700_000_000), [0, 0x10, 0xE7, 0x07, 11, 14, 22, 13, 20, 0, 0, 0]);
    }

    #[test]
    fn times_beyond_a_field_become_the_nearest_it_can_hold() {
        assert_eq!(record(i64::MIN), [0, 1, 1, 0, 0, 0, 0]);
        assert_eq!(record(i64::MAX), [255, 12, 31, 23, 59, 59, 0]);
        assert_eq!(&digits(i64::MAX), b"9999123123595900\0");
        assert_eq!(&digits(i64::MIN), b"0001010100000000\0");
    }
}
