//! Deliberate differences from the recorded outcomes.

/// A reason why an outcome differs from the recorded one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Difference {
    /// A file that is not valid or cannot be read is a no. The original takes it for never asked,
    /// and then Enter at the prompt or a variable opts in a user who may have declined.
    NotValid,
    /// Any refusal wins. In the original the enable variable overrules a stored no.
    NoOverruled,
    /// Text that is neither a yes nor a no is asked about once more and then not stored. The original
    /// stores a no for good, also after a typing error.
    Unclear,
}

/// The files of [`Difference::NotValid`].
pub(super) const NOT_VALID: [&str; 23] = [
    "file_array",
    "file_bool_false",
    "file_bool_true",
    "file_capital_disabled",
    "file_cr_only",
    "file_directory",
    "file_empty_string",
    "file_enabled_version_float",
    "file_enabled_version_int",
    "file_int_1",
    "file_json_not_toml",
    "file_malformed",
    "file_malformed_after_disabled",
    "file_malformed_value",
    "file_never_asked",
    "file_nul_byte",
    "file_section_is_array",
    "file_section_is_string",
    "file_spaces",
    "file_unknown",
    "file_upper_case",
    "file_utf16",
    "file_yes",
];

/// The vectors with [`Difference::Unclear`]. The recorded input ends after the answer, which both take
/// for a no; the difference shows if the user gives the answer again.
pub(super) const UNCLEAR: [&str; 8] = [
    "maybe\n",
    "ye\n",
    "yep\n",
    "1\n",
    "true\n",
    "\"y\"\n",
    "ye\u{17f}\n",
    "\u{200b}\n",
];
