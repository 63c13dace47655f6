//! Where secrets may be, by the settings: `policy.secret:GLOB` and `policy.secret:GLOB#/POINTER`, set to `allow`.

use globset::GlobMatcher;
use syncline_document::Pointer;
use syncline_format::RepoPath;

use crate::settings::place::{Files, glob};

/// What the names of these settings begin with, behind `policy.`.
pub(crate) const PREFIX: &str = "secret:";

/// The value that allows.
pub(crate) const ALLOW: &str = "allow";

/// The places where secrets may be.
#[derive(Clone, Debug, Default)]
pub(crate) struct AllowedSecrets(Vec<Place>);

#[derive(Clone, Debug)]
struct Place {
    files: Files,
    field: Option<GlobMatcher>,
}

impl AllowedSecrets {
    /// From names that [`check_name`] found good; others count for nothing.
    pub(crate) fn new<'n>(names: impl Iterator<Item = &'n str>) -> Self {
        Self(names.filter_map(|name| place(name).ok()).collect())
    }

    /// Whether a secret may be in some field of this file.
    pub(crate) fn has_some_of(&self, path: &RepoPath) -> bool {
        self.0.iter().any(|place| place.files.has(path))
    }

    /// Whether a secret may be in this field of this file.
    pub(crate) fn has(&self, path: &RepoPath, field: &Pointer) -> bool {
        let field = field.to_string();
        self.0.iter().any(|place| {
            place.files.has(path) && place.field.as_ref().is_none_or(|glob| glob.is_match(&field))
        })
    }
}

/// Fails with what a value has to be.
pub(crate) fn is_allow(value: &str) -> Result<(), &'static str> {
    if value == ALLOW { Ok(()) } else { Err(ALLOW) }
}

/// Fails with what the name of such a setting, without `policy.`, has to look like.
pub(crate) fn check_name(name: &str) -> Result<(), &'static str> {
    place(name).map(drop)
}

fn place(name: &str) -> Result<Place, &'static str> {
    let expected = "secrets are allowed by `secret:GLOB` or `secret:GLOB#/POINTER`";
    let place = name.strip_prefix(PREFIX).filter(|place| !place.is_empty()).ok_or(expected)?;
    let (path, field) = match place.split_once("#/") {
        Some((path, field)) => (path, Some(format!("/{field}"))),
        None => (place, None),
    };
    let no_glob = "`secret:` takes a glob of paths";
    Ok(Place {
        files: Files::new(path).ok_or(no_glob)?,
        field: field.map(|field| glob(&field).ok_or(no_glob)).transpose()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_file_a_folder_a_glob_or_a_field_in_it() {
        let names = ["secret:tests", "secret:*.yaml#/env/*", "secret:a[1].json"];
        let allowed = AllowedSecrets::new(names.into_iter());
        let has = |path: &str, field: &str| {
            let path = RepoPath::new(path).expect("a path");
            allowed.has(&path, &Pointer::parse(field).expect("a pointer"))
        };
        assert!(has("tests/deep/a.yaml", "/x") && has("a.yaml", "/env/token") && has("a[1].json", ""));
        assert!(!has("a.yaml", "/token") && !has("deep/a.yaml", "/env/token") && !has("testsuite.txt", ""));
        for name in ["secret:", "secret", "secret:["] {
            check_name(name).expect_err(name);
        }
    }
}
