//! The path of a command, by the names that the program registers.
//!
//! Words of a command line can be paths, names or questions.
//!
//! **Invariants.** Only registered names are returned, never a word of the command line.

/// The names of the commands below `root` that `words` select, deepest last.
///
/// Descends word by word and stops at the first word that is not a command at that level. `child`
/// finds a command by name below another one; its names are returned, never the words. Take the words
/// from a parser, which distinguishes the value of an option from a command. For clap,
/// `command_path` (feature `clap`) does that.
///
/// ```
/// use telemetry_runtime::privacy::registered_path;
///
/// struct Command(&'static str, &'static [Command]);
/// static TOOL: Command = Command("tool", &[Command("list", &[Command("files", &[])])]);
///
/// let path = |words: &[&'static str]| {
///     registered_path(&TOOL, words.iter().copied(), |command, word| {
///         let child = command.1.iter().find(|child| child.0 == word)?;
///         Some((child.0, child))
///     })
/// };
/// assert_eq!(path(&["list", "files"]), ["list", "files"]);
/// assert_eq!(path(&["list", "/home/alice", "files"]), ["list"]);
/// ```
#[must_use]
pub fn registered_path<'t, 'w, N: ?Sized>(
    root: &'t N,
    words: impl IntoIterator<Item = &'w str>,
    child: impl Fn(&'t N, &str) -> Option<(&'t str, &'t N)>,
) -> Vec<&'t str> {
    let mut node = root;
    let mut path = Vec::new();
    for word in words {
        let Some((name, below)) = child(node, word) else {
            break;
        };
        path.push(name);
        node = below;
    }
    path
}
