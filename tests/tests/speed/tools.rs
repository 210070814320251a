//! The versions of everything outside this repository that changes the numbers.

use std::{env, fs, process::Command};

use serde_json::{Map, Value};

/// Tools that the numbers of a section depend on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tools {
    Compiler,
    /// Also the C library and its choice of `memcpy`, which depends on the processor.
    Valgrind,
}

impl Tools {
    /// Names and versions; an error says what is missing.
    pub(crate) fn versions(self) -> Result<Map<String, Value>, String> {
        let mut versions = Map::new();
        versions.insert("rustc".into(), version("rustc", &["--version"])?.into());
        let platform = format!("{} {}", env::consts::ARCH, env::consts::OS);
        versions.insert("platform".into(), platform.into());
        if self == Self::Valgrind {
            versions.insert(
                "valgrind".into(),
                version("valgrind", &["--version"])?.into(),
            );
            versions.insert(
                "libc".into(),
                version("getconf", &["GNU_LIBC_VERSION"])?.into(),
            );
            versions.insert("AVX2".into(), has_avx2().into());
        }
        Ok(versions)
    }
}

fn version(program: &str, arguments: &[&str]) -> Result<String, String> {
    let found = Command::new(program).args(arguments).output();
    let found = found.map_err(|error| format!("{program} does not start: {error}"))?;
    Ok(String::from_utf8_lossy(&found.stdout).trim().to_owned())
}

/// Valgrind emulates a processor with AVX2 only on one that has it.
fn has_avx2() -> bool {
    let flags = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    flags.split_whitespace().any(|flag| flag == "avx2")
}
