//! The one table of codes. A number is never reused; each has a page in `docs/errors/`.

/// A code of a finding.
pub struct Code {
    /// `E0101`.
    pub code: &'static str,
    /// Readable name (`missing-brace`), also what `# allow:` takes for warnings.
    pub name: &'static str,
    /// Its page, in Markdown.
    pub page: &'static str,
}

/// All codes, sorted.
pub const CODES: &[Code] = &[];
