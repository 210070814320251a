//! Tables of the workspace's Markdown pages.

/// The section of a page below the heading `title`, such as `## Keys`, up to the next heading of
/// the same level.
///
/// # Panics
///
/// When the page lacks the heading.
#[must_use]
pub fn section<'t>(page: &'t str, title: &str) -> &'t str {
    let (_, rest) = page
        .split_once(&format!("\n{title}\n"))
        .unwrap_or_else(|| panic!("no heading {title:?}"));
    let level = title.split(' ').next().unwrap_or_default();
    let end = format!("\n{level} ");
    rest.split(&end).next().unwrap_or_default()
}

/// The rows of all tables of a text, as cells: without heads and without the lines below them.
pub fn rows(text: &str) -> impl Iterator<Item = Vec<&str>> {
    let mut lines = text.lines().peekable();
    std::iter::from_fn(move || {
        loop {
            let line = lines.next()?;
            let is_head = lines.peek().is_some_and(|next| next.starts_with("| ---"));
            if line.starts_with("| ") && !line.starts_with("| ---") && !is_head {
                let inside = line.trim_start_matches('|').trim_end_matches('|');
                return Some(inside.split(" |").map(str::trim).collect());
            }
        }
    })
}

/// The words of a cell that are in backticks.
pub fn code(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# Page\n\n## One\n| a | b |\n| --- | --- |\n| 1 | `x` `y` |\n| 2 | |\n\n\
                        ### Below\n\n| c |\n| --- |\n| 3 |\n\n## Two\n| d |\n| --- |\n| 4 |\n";

    #[test]
    fn a_section_ends_at_the_next_heading_of_its_level() {
        let found: Vec<_> = rows(section(PAGE, "## One")).collect();
        assert_eq!(found, [vec!["1", "`x` `y`"], vec!["2", ""], vec!["3"]]);
        assert_eq!(rows(PAGE).count(), 4);
    }

    #[test]
    fn code_is_inside_backticks() {
        assert_eq!(code("`x` or `y`").collect::<Vec<_>>(), ["x", "y"]);
        assert_eq!(code("none").count(), 0);
    }
}
