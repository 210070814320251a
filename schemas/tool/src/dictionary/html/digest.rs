//! SHA-256 for the policy of the page: browsers compare the style and the script with it.

/// `sha256-` and the digest in Base64, as a policy names it.
pub(super) fn source(text: &str) -> String {
    format!("sha256-{}", base64(&sha256(text.as_bytes())))
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let mut group = [0_u8; 3];
        for (place, byte) in group.iter_mut().zip(chunk) {
            *place = *byte;
        }
        let bits = u32::from_be_bytes([0, group[0], group[1], group[2]]);
        for digit in 0..4 {
            let index = (bits >> (18 - 6 * digit)) & 63;
            let found = DIGITS.get(index as usize).filter(|_| digit <= chunk.len());
            text.push(found.map_or('=', |it| char::from(*it)));
        }
    }
    text
}

/// The first 32 bits of the fractional part of a root of each of the first primes.
fn constants<const N: usize>(root: fn(f64) -> f64) -> [u32; N] {
    let mut found = [0; N];
    let primes = (2_u32..).filter(|it| (2..*it).all(|divisor| it % divisor != 0));
    for (constant, prime) in found.iter_mut().zip(primes) {
        let fraction = root(f64::from(prime)).fract() * f64::from(1_u32 << 16) * 65536.0;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a fraction of 2^32 is a whole number of 32 bits after it was rounded down"
        )]
        {
            *constant = fraction as u32;
        }
    }
    found
}

fn sha256(message: &[u8]) -> [u8; 32] {
    let rounds: [u32; 64] = constants(f64::cbrt);
    let mut state: [u32; 8] = constants(f64::sqrt);
    let mut padded = message.to_vec();
    padded.push(0x80);
    while padded.len() % 64 != 56 {
        padded.push(0);
    }
    padded.extend((message.len() as u64 * 8).to_be_bytes());
    for block in padded.chunks_exact(64) {
        let mut words = Vec::with_capacity(64);
        for bytes in block.chunks_exact(4) {
            let bytes = bytes.try_into().unwrap_or_default();
            words.push(u32::from_be_bytes(bytes));
        }
        let mut last: [u32; 16] = words.as_slice().try_into().unwrap_or_default();
        for _ in 16..64 {
            let [first, second, .., fifteenth, _] = last;
            let small = second.rotate_right(7) ^ second.rotate_right(18) ^ (second >> 3);
            let large = fifteenth.rotate_right(17) ^ fifteenth.rotate_right(19) ^ (fifteenth >> 10);
            let word = first
                .wrapping_add(small)
                .wrapping_add(last[9])
                .wrapping_add(large);
            words.push(word);
            last.rotate_left(1);
            last[15] = word;
        }
        state = compressed(state, &words, &rounds);
    }
    let mut digest = [0; 32];
    let bytes = state.iter().flat_map(|word| word.to_be_bytes());
    for (place, byte) in digest.iter_mut().zip(bytes) {
        *place = byte;
    }
    digest
}

fn compressed(state: [u32; 8], words: &[u32], rounds: &[u32; 64]) -> [u32; 8] {
    let mut now = state;
    for (word, round) in words.iter().zip(rounds) {
        let [a, b, c, d, e, f, g, h] = now;
        let one = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
        let choice = (e & f) ^ (!e & g);
        let first = h
            .wrapping_add(one)
            .wrapping_add(choice)
            .wrapping_add(*round)
            .wrapping_add(*word);
        let zero = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
        let majority = (a & b) ^ (a & c) ^ (b & c);
        let second = zero.wrapping_add(majority);
        now = [
            first.wrapping_add(second),
            a,
            b,
            c,
            d.wrapping_add(first),
            e,
            f,
            g,
        ];
    }
    let mut sum = state;
    for (old, new) in sum.iter_mut().zip(now) {
        *old = old.wrapping_add(new);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_the_standard() {
        assert_eq!(
            source("abc"),
            "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="
        );
        assert_eq!(
            source(""),
            "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
        );
        let two_blocks = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
        assert_eq!(
            source(two_blocks),
            "sha256-JI1qYdIGOLjlwCaTDD5gOaM85Flk/yFn9uzt1BnbBsE="
        );
    }
}
