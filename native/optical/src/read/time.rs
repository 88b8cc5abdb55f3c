//! The times of discs as Unix seconds.

use super::fields::{le16, u8_at};

/// Days from 1970-01-01 to a date of the proleptic Gregorian calendar, or `None` if there is no such date.
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    const BEFORE: [i64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let before = *BEFORE.get(usize::try_from(month - 1).ok()?)?;
    let length = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    if !(1..=length).contains(&day) {
        return None;
    }
    let past = year - 1;
    let leap_days = past.div_euclid(4) - past.div_euclid(100) + past.div_euclid(400);
    Some(past * 365 + leap_days + before + i64::from(leap && month > 2) + day - 1 - 719_162)
}

fn seconds(days: i64, hour: i64, minute: i64, second: i64) -> Option<i64> {
    let valid = (0..24).contains(&hour) && (0..60).contains(&minute) && (0..=60).contains(&second);
    valid.then_some(days * 86_400 + hour * 3600 + minute * 60 + second)
}

/// Date and time of a directory record (ECMA-119 9.1.5); the offset counts quarters of an hour.
pub(super) fn record(data: &[u8]) -> Option<i64> {
    let field = |at| i64::from(u8_at(data, at));
    let local = seconds(days(1900 + field(0), field(1), field(2))?, field(3), field(4), field(5))?;
    Some(local - i64::from(u8_at(data, 6) as i8) * 900)
}

/// Timestamp of UDF (ECMA-167 1/7.3); the offset counts minutes, -2047 means that none is given.
pub(super) fn timestamp(data: &[u8]) -> Option<i64> {
    let field = |at| i64::from(u8_at(data, at));
    let zone = le16(data, 0);
    let local = seconds(days(i64::from(le16(data, 2) as i16), field(4), field(5))?, field(6), field(7), field(8))?;
    let minutes = i64::from((zone << 4) as i16 >> 4);
    Some(if zone >> 12 == 1 && minutes != -2047 { local - minutes * 60 } else { local })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_moments() {
        assert_eq!(record(&[70, 1, 1, 0, 0, 0, 0]), Some(0));
        assert_eq!(record(&[123, 11, 14, 23, 13, 20, 4]), Some(1_700_000_000));
        assert_eq!(record(&[100, 2, 29, 0, 0, 0, 0]), Some(951_782_400));
        assert_eq!(record(&[101, 2, 29, 0, 0, 0, 0]), None);
        assert_eq!(record(&[0; 7]), None);
    }

    #[test]
    fn udf_offsets_are_twelve_bits_with_a_sign() {
        let stamp = |zone: u16| [zone as u8, (zone >> 8) as u8, 0xE7, 0x07, 11, 14, 22, 13, 20, 0, 0, 0];
        assert_eq!(timestamp(&stamp(0x1000)), Some(1_700_000_000));
        assert_eq!(timestamp(&stamp(0x1000 | 60)), Some(1_700_000_000 - 3600));
        assert_eq!(timestamp(&stamp(0x1000 | (0xFFF & -60i16 as u16))), Some(1_700_000_000 + 3600));
        assert_eq!(timestamp(&stamp(0x1801)), Some(1_700_000_000));
    }
}
