//! The folder of the administrator's file, by which an administrator forbids telemetry on a machine.

use super::{Product, family::Family};

impl Product {
    /// Sets the folder of the administrator's file: `/etc/<folder>/telemetry.toml`, on Windows
    /// `%ProgramData%\<folder>\telemetry.toml`. With it, an administrator forbids telemetry for all users of
    /// a machine. Default: none.
    ///
    /// The name must be a relative path without `..`, such as `my-tool` or `example/my-tool`. Otherwise
    /// telemetry is off, because no file of an administrator can be found.
    ///
    /// | file | meaning |
    /// | --- | --- |
    /// | no file | the other signals decide |
    /// | the line `telemetry = "user"` | the other signals decide |
    /// | any other content, such as `telemetry = "off"` or nothing | telemetry is off |
    /// | a file that cannot be read, a folder or another object that is not a regular file, a link without a target, a file of more than 64 KiB | telemetry is off |
    ///
    /// The file never turns telemetry on. Empty lines, and comments that start with `#`, are allowed beside
    /// the line; other TOML counts as any other content. On Windows, telemetry is also off if `ProgramData`
    /// is not an absolute path.
    ///
    /// The file is read before all other signals when a client is built, and again as the marker file is:
    /// before each request, and at least every 60 s while events are held or a heartbeat runs. A file that
    /// appears drops the held events, which are counted as
    /// [`OptedOut`](crate::health::DropReason::OptedOut). After the file is removed, the next
    /// [`recheck`](crate::Client::recheck) evaluates the user's signals again. If the process has no file
    /// descriptor left to read the file, events are held until it has one.
    ///
    /// Tests replace `/etc` through the [lookup](crate::env::process_env):
    ///
    /// ```
    /// # fn main() -> std::io::Result<()> {
    /// use std::fs;
    /// use telemetry_runtime::{Client, Product, transport::NullTransport};
    ///
    /// static MY_TOOL: Product = Product::new("My Tool")
    ///     .administrator_folder("my-tool")
    ///     .default_on(true);
    ///
    /// # let root = std::env::temp_dir().join(format!("administrator-{}", fastrand::u64(..)));
    /// // `root` is an empty folder of the test.
    /// fs::create_dir_all(root.join("my-tool"))?;
    /// let is_on = || {
    ///     let root = root.clone();
    ///     let lookup = move |name: &str| (name == "=administrator-root").then(|| root.clone().into());
    ///     Client::builder(&MY_TOOL).env(lookup).transport(NullTransport).build().is_on()
    /// };
    /// assert!(is_on());
    /// fs::write(root.join("my-tool/telemetry.toml"), "telemetry = \"off\"\n")?;
    /// assert!(!is_on());
    /// fs::write(root.join("my-tool/telemetry.toml"), "telemetry = \"user\"\n")?;
    /// assert!(is_on());
    /// # fs::remove_dir_all(&root)
    /// # }
    /// ```
    #[must_use]
    pub const fn administrator_folder(mut self, folder: &'static str) -> Self {
        self.administrator_folder = Some(folder);
        self
    }

    /// The folders of the administrator's files: that of the product, then that of its family.
    pub(crate) fn administrator_folders(&self) -> impl Iterator<Item = &'static str> {
        let of_family = self.family.and_then(|family| family.administrator_folder);
        self.administrator_folder.into_iter().chain(of_family)
    }
}

impl Family {
    /// Sets the folder of an administrator's file for all products of the family, like
    /// [that of one product](Product::administrator_folder). Each of the two files can forbid telemetry.
    /// Default: none.
    ///
    /// ```
    /// use telemetry_runtime::{Family, Product};
    ///
    /// // An administrator can write `/etc/example/telemetry.toml` for the family, and
    /// // `/etc/example/my-tool/telemetry.toml` for this product.
    /// const EXAMPLE: Family = Family::new("EXAMPLE_TELEMETRY").administrator_folder("example");
    /// static MY_TOOL: Product = Product::new("My Tool")
    ///     .family(EXAMPLE)
    ///     .administrator_folder("example/my-tool");
    /// ```
    #[must_use]
    pub const fn administrator_folder(mut self, folder: &'static str) -> Self {
        self.administrator_folder = Some(folder);
        self
    }
}
