//! JSON numbers: integers in decimal, floats in the shortest form that reads back to the same bits,
//! spelled as serde_json spells them.

use super::escape::put;

/// Writes `value` to the start of `window`; returns what is left of it.
pub(super) fn write_integer(value: i64, window: &mut [u8]) -> Option<&mut [u8]> {
    put(itoa::Buffer::new().format(value).as_bytes(), window)
}

/// Writes the finite `value` to the start of `window`; returns what is left of it.
pub(super) fn write_number(value: f64, window: &mut [u8]) -> Option<&mut [u8]> {
    put(zmij::Buffer::new().format_finite(value).as_bytes(), window)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl Fn(&mut [u8]) -> Option<usize>) -> String {
        let mut buffer = [0; 64];
        let left = write(&mut buffer).expect("64 bytes hold any number");
        String::from_utf8_lossy(&buffer[..64 - left]).into_owned()
    }

    #[test]
    fn integers_are_written_as_serde_json_writes_them() {
        let edges = [i64::MIN, i64::MAX, 0, -1, -2, 9, 10, 11, 99, 100, -10];
        let powers = (0..63).flat_map(|bit| [1_i64 << bit, -(1_i64 << bit), (1_i64 << bit) - 1]);
        for value in edges.into_iter().chain(powers) {
            assert_eq!(
                written(|w| write_integer(value, w).map(|w| w.len())),
                value.to_string()
            );
        }
    }

    #[test]
    fn numbers_are_written_as_serde_json_writes_them() {
        let edges = [
            0.0,
            -0.0,
            1.0,
            -1.0,
            0.1,
            1e15,
            -1e15,
            999_999_999_999_999.0,
            1e16,
            1e21,
            1e-7,
            5e-324,
            f64::MAX,
            f64::MIN,
            f64::MIN_POSITIVE,
            9_007_199_254_740_993.0,
        ];
        let mut random = fastrand::Rng::with_seed(7);
        let mut values: Vec<f64> = (0..100_000)
            .map(|_| f64::from_bits(random.u64(..)))
            .collect();
        let around = 2_000_000_000_000_000;
        values.extend((0..10_000).map(|_| random.i64(-around..around) as f64));
        for value in edges
            .into_iter()
            .chain(values)
            .filter(|value| value.is_finite())
        {
            let expected = serde_json::to_string(&value).expect("a finite float is JSON");
            assert_eq!(
                written(|w| write_number(value, w).map(|w| w.len())),
                expected
            );
        }
    }
}
