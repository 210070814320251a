//! The variable with which a program passes its session on to the programs that it starts.

use super::{Product, enable_variable};

impl Product {
    /// Sets a variable with which the program passes its session id to programs that it starts; see
    /// [`Client::child_env`](crate::Client::child_env). The recipient can then connect the events of both
    /// programs. The disclosure says so, and its digest covers it. Default: none, and each program has a
    /// session of its own.
    ///
    /// A program whose product declares the variable uses the id in it, after its own
    /// [prefix](Self::session_prefix). It ignores a value that is not a random id: a UUID of version 4 in
    /// lower case. An id that the program sets with
    /// [`ClientBuilder::session_id`](crate::ClientBuilder::session_id) takes precedence. A product with
    /// [`no_session`](Self::no_session) neither passes nor reads an id.
    ///
    /// ```
    /// use telemetry_runtime::{Client, Product, transport::NullTransport};
    ///
    /// static MY_TOOL: Product = Product::new("my-tool")
    ///     .session_variable("MY_TOOL_SESSION_ID")
    ///     .default_on(true);
    ///
    /// let parent = Client::builder(&MY_TOOL).env(|_| None).transport(NullTransport).build();
    /// let variables = parent.child_env();
    /// // The child looks the variables up in its environment.
    /// let child = Client::builder(&MY_TOOL)
    ///     .env(move |name| {
    ///         let found = variables.iter().find(|(key, _)| *key == name);
    ///         found.map(|(_, value)| value.into())
    ///     })
    ///     .build();
    /// assert_eq!(child.session_id(), parent.session_id());
    /// ```
    #[must_use]
    pub const fn session_variable(mut self, name: &'static str) -> Self {
        self.session_variable = Some(name);
        self
    }

    /// The variables that turn telemetry of this product off with `0`.
    pub(crate) fn refusing_variables(&self) -> impl Iterator<Item = &'static str> + use<> {
        let enable = enable_variable(self);
        let family = self.family.map(|family| family.variable);
        enable
            .into_iter()
            .chain(family.filter(|it| Some(*it) != enable))
    }
}
