//! Declared places as text for users.

use super::{Places, Platform};

/// The place of a new file as text for users.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct DescribedPlace {
    pub(crate) path: String,
    /// The variable that names another folder.
    pub(crate) moved_by: Option<String>,
    /// A place of earlier versions that still counts.
    pub(crate) previous: Option<String>,
}

impl DescribedPlace {
    /// A remark in parentheses about the variable, or nothing.
    pub(crate) fn remark(&self) -> String {
        self.moved_by.as_ref().map_or(String::new(), |variable| {
            format!(" (in `{variable}` if that is set)")
        })
    }
}

impl Places {
    /// The place of a new file as text for users; `None` if no place is declared.
    pub(crate) fn described(&self) -> Option<DescribedPlace> {
        self.described_on(Platform::CURRENT)
    }

    pub(super) fn described_on(&self, platform: Platform) -> Option<DescribedPlace> {
        let in_home = |path: &str| format!("~/{path}");
        let Some(path) = self.by_convention else {
            return self.in_home.map(|path| DescribedPlace {
                path: in_home(path),
                moved_by: None,
                previous: None,
            });
        };
        let folder = platform.folder(self.purpose);
        let by_default = format!("{}/{path}", folder.default_in_home);
        Some(DescribedPlace {
            path: in_home(&by_default),
            moved_by: folder.variable.map(|variable| platform.shown(variable)),
            previous: self.in_home.filter(|path| *path != by_default).map(in_home),
        })
    }
}
