//! Where events are held until they are delivered.

/// Where events are held until they are delivered, set with
/// [`ClientBuilder::durability`](crate::ClientBuilder::durability).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Durability {
    /// In memory. They are lost if the process ends before they are delivered.
    #[default]
    Memory,
    /// Also in files, so that a process that is killed does not lose them: a later run, or the
    /// [background sender](crate::sender) of the program, delivers them. Needs a
    /// product that declares [`spool_in_state_dir`](crate::Product::spool_in_state_dir), and an endpoint
    /// that is a URL; otherwise they are held in memory.
    ///
    /// The call that records an event writes it to a file. If the file system does not respond, that one call
    /// waits, and later calls do not. No call waits for another thread: while one uses the files, an event is
    /// held in memory only, and refused as
    /// [`QueueFull`](crate::health::RecordError::QueueFull) if the memory is full, too. A loss of power can lose
    /// events.
    Process,
}
