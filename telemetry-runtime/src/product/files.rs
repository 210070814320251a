//! The files of a product: its marker file, its audit log and its spool.

use super::Product;

impl Product {
    /// Sets a file below the home directory whose presence opts out; its content is ignored. A link to
    /// a file counts, a folder does not.
    #[must_use]
    pub const fn marker_file(mut self, path_in_home: &'static str) -> Self {
        self.marker = self.marker.in_home(path_in_home);
        self
    }

    /// Sets a marker file in the user's folder for settings. `telemetry disable` creates it there, and a
    /// [`marker_file`](Self::marker_file) of an earlier version still opts out.
    ///
    /// | platform | settings | state |
    /// | --- | --- | --- |
    /// | Linux, BSD | `$XDG_CONFIG_HOME`, by default `~/.config` | `$XDG_STATE_HOME`, by default `~/.local/state` |
    /// | macOS | `~/Library/Application Support` | the same |
    /// | Windows | `%APPDATA%` | `%LOCALAPPDATA%` |
    ///
    /// A variable that is empty or not an absolute path is ignored. A marker file in the default folder
    /// opts out even if the variable names another folder.
    ///
    /// ```
    /// use telemetry_runtime::{Client, Product};
    ///
    /// static MY_TOOL: Product = Product::new("my-tool")
    ///     .marker_in_config_dir("my-tool/do_not_track")
    ///     // Where earlier versions looked.
    ///     .marker_file(".my-tool/do_not_track")
    ///     .default_on(true);
    ///
    /// # #[cfg(all(unix, not(target_vendor = "apple")))] {
    /// # let folder = std::env::temp_dir().join(format!("marker-{}", fastrand::u64(..)));
    /// std::fs::create_dir_all(folder.join("my-tool"))?;
    /// std::fs::write(folder.join("my-tool/do_not_track"), "")?;
    /// # let settings = folder.clone();
    /// let lookup = move |name: &str| (name == "XDG_CONFIG_HOME").then(|| settings.clone().into());
    /// let decision = Client::builder(&MY_TOOL).env(lookup).build().decision();
    /// assert_eq!(
    ///     decision.to_string(),
    ///     "off: the file $XDG_CONFIG_HOME/my-tool/do_not_track exists",
    /// );
    /// # std::fs::remove_dir_all(folder)?;
    /// # }
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub const fn marker_in_config_dir(mut self, path: &'static str) -> Self {
        self.marker = self.marker.by_convention(path);
        self
    }

    /// Sets a file below the home directory that logs every accepted event before it is sent, with its
    /// backup beside it; see [`AuditLog`](crate::AuditLog). Without a home directory, events are not
    /// logged. Default: none.
    #[cfg(feature = "audit")]
    #[must_use]
    pub const fn audit_file(mut self, path_in_home: &'static str) -> Self {
        self.audit = self.audit.in_home(path_in_home);
        self
    }

    /// Sets the audit log in the user's folder for the state of programs, see
    /// [`marker_in_config_dir`](Self::marker_in_config_dir). `telemetry purge` also removes an
    /// [`audit_file`](Self::audit_file) of an earlier version. Default: none.
    ///
    /// ```
    /// use telemetry_runtime::Product;
    ///
    /// // On Linux: ~/.local/state/my-tool/usage.jsonl
    /// static MY_TOOL: Product =
    ///     Product::new("my-tool").audit_in_state_dir("my-tool/usage.jsonl");
    /// ```
    #[cfg(feature = "audit")]
    #[must_use]
    pub const fn audit_in_state_dir(mut self, path: &'static str) -> Self {
        self.audit = self.audit.by_convention(path);
        self
    }

    /// Sets a folder in the user's folder for the state of programs, see
    /// [`marker_in_config_dir`](Self::marker_in_config_dir). Clients with
    /// [`Durability::Process`](crate::Durability::Process) hold events there for at most 7 days, in files of at
    /// most 16 MiB in all. Only the user can read them. The disclosure names the folder, and its digest covers
    /// that events are held in files. `telemetry status` and `telemetry show` report what is held, and every
    /// refusal and `telemetry purge` remove it. Default: none, and events are held in memory.
    ///
    /// ```
    /// use telemetry_runtime::Product;
    ///
    /// // On Linux: ~/.local/state/my-tool/events
    /// static MY_TOOL: Product = Product::new("my-tool").spool_in_state_dir("my-tool/events");
    /// ```
    #[cfg(feature = "spool")]
    #[must_use]
    pub const fn spool_in_state_dir(mut self, path: &'static str) -> Self {
        self.spool = self.spool.by_convention(path);
        self
    }
}
