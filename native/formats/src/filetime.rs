//! Windows FILETIME: 100-nanosecond ticks since 1601-01-01T00:00:00Z.

use jiff::Timestamp;

/// Ticks from 1601-01-01 to 1970-01-01.
const UNIX_EPOCH_TICKS: i128 = 116_444_736_000_000_000;

/// The instant of a FILETIME; `None` behind what [`Timestamp`] holds (the year 9999).
#[must_use]
pub fn to_timestamp(filetime: u64) -> Option<Timestamp> {
    let ticks = i128::from(filetime) - UNIX_EPOCH_TICKS;
    Timestamp::from_nanosecond(ticks * 100).ok()
}

/// The FILETIME of an instant, cut to whole ticks; `None` before the year 1601.
#[must_use]
pub fn from_timestamp(timestamp: Timestamp) -> Option<u64> {
    let ticks = timestamp.as_nanosecond().div_euclid(100) + UNIX_EPOCH_TICKS;
    u64::try_from(ticks).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_known_pair() {
        let instant = Timestamp::from_second(1_700_000_000).unwrap();
        assert_eq!(from_timestamp(instant), Some(133_444_736_000_000_000));
        assert_eq!(to_timestamp(133_444_736_000_000_000), Some(instant));
    }

    #[test]
    fn limits() {
        assert_eq!(to_timestamp(0).unwrap().to_string(), "1601-01-01T00:00:00Z");
        assert_eq!(from_timestamp("1600-12-31T23:59:59Z".parse().unwrap()), None);
        assert_eq!(from_timestamp("1601-01-01T00:00:00Z".parse().unwrap()), Some(0));
        assert_eq!(to_timestamp(u64::MAX), None);
        assert!(from_timestamp(Timestamp::MAX).is_some());
    }
}
