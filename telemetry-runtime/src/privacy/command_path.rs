//! Which command a person gave, in names of the program only.
//!
//! Words of a command line can be anything: paths, names, questions. A word leaves only as the name
//! of a registered command that stands where commands stand.

/// The names of the commands that `words` go through below `root`, deepest last.
///
/// Goes down the tree word by word and stops at the first word that is no command there; the names are
/// those of the tree, never the words. `child` finds the command of a name below another. The words
/// are best those of a parser, which tells the value of an option from a command: for clap,
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
