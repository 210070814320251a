//! Fixtures: pairs of documents, with locks where a rule needs them.

use std::path::{Path, PathBuf};

use telemetry_tool::{document, history::Released, lock};

/// The folder of the fixtures.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

#[allow(
    dead_code,
    reason = "the tests of the command line read files themselves"
)]
/// The old and the new side of a pair. Their names in messages have no folder.
pub(crate) fn fixture(name: &str, kind: &str) -> (Released, Released) {
    let side = |side: &str| {
        let read = |file: &str| {
            let path = folder().join(name).join(file);
            std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        };
        let file = format!("{kind}.{side}.json");
        let document =
            document::read(&file, &read(&file)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let file = format!("{kind}.{side}.lock.json");
        let exists = folder().join(name).join(&file).is_file();
        let lock = exists.then(|| {
            lock::read(&file, &read(&file)).unwrap_or_else(|error| panic!("{name}: {error}"))
        });
        Released { document, lock }
    };
    (side("old"), side("new"))
}
