//! Where secrets may be, by the settings `policy.secret:GLOB`, `policy.secret:GLOB#/POINTER` and, in a resource that
//! is one of many in its file, `policy.secret:GLOB#KIND:ID#/POINTER`, set to `allow`.

use globset::GlobMatcher;
use syncline_format::RepoPath;
use syncline_secret::Place;

use crate::settings::place::{Files, glob};

/// What the names of these settings begin with, behind `policy.`.
pub(crate) const PREFIX: &str = "secret:";

/// The value that allows.
pub(crate) const ALLOW: &str = "allow";

/// The places where secrets may be.
#[derive(Clone, Debug, Default)]
pub(crate) struct AllowedSecrets(Vec<Allowed>);

#[derive(Clone, Debug)]
struct Allowed {
    files: Files,
    resource: Option<String>,
    field: Option<Field>,
}

/// A pointer, or a glob of some. The text counts as it stands, too: a key may have letters that mean something in a
/// glob.
#[derive(Clone, Debug)]
struct Field {
    text: String,
    glob: GlobMatcher,
}

impl Allowed {
    /// Whether it means what was found. The number of an item that has an identity says nothing: it may be another
    /// item's by now.
    fn has(&self, found: &Place) -> bool {
        let Some(field) = &self.field else { return true };
        let here = match &self.resource {
            Some(_) if self.resource != found.resource => return false,
            Some(_) => found.field.to_string(),
            None => found.from_top.to_string(),
        };
        field.text == here || field.glob.is_match(&here)
    }
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

    /// Whether this secret may be in this file.
    pub(crate) fn has(&self, path: &RepoPath, found: &Place) -> bool {
        self.0.iter().any(|place| place.files.has(path) && place.has(found))
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

fn place(name: &str) -> Result<Allowed, &'static str> {
    let expected =
        "secrets are allowed by `secret:GLOB`, `secret:GLOB#/POINTER` or `secret:GLOB#KIND:ID#/POINTER`";
    let place = name.strip_prefix(PREFIX).filter(|place| !place.is_empty()).ok_or(expected)?;
    let (path, field) = match place.split_once("#/") {
        Some((path, field)) => (path, Some(format!("/{field}"))),
        None => (place, None),
    };
    let (path, resource) = match path.rsplit_once('#') {
        Some((path, resource)) if field.is_some() && resource.contains(':') => {
            (path, Some(resource.to_owned()))
        }
        _ => (path, None),
    };
    let no_glob = "`secret:` takes a glob of paths";
    let field = field.map(|text| Some(Field { glob: glob(&text)?, text }));
    Ok(Allowed {
        files: Files::new(path).ok_or(no_glob)?,
        resource,
        field: field.map(|field| field.ok_or(no_glob)).transpose()?,
    })
}

#[cfg(test)]
mod tests {
    use syncline_document::Pointer;

    use super::*;

    fn has(allowed: &AllowedSecrets, path: &str, field: &str) -> bool {
        let path = RepoPath::new(path).expect("a path");
        let field = Pointer::parse(field).expect("a pointer");
        allowed.has(&path, &Place { resource: None, from_top: field.clone(), field })
    }

    #[test]
    fn a_place_is_a_file_a_folder_a_glob_or_a_field_in_it() {
        let names = ["secret:tests", "secret:*.yaml#/env/*", "secret:a[1].json", "secret:b.yaml#/a[1]"];
        let allowed = AllowedSecrets::new(names.into_iter());
        let has = |path, field| has(&allowed, path, field);
        assert!(has("tests/deep/a.yaml", "/x") && has("a.yaml", "/env/token") && has("a[1].json", ""));
        assert!(!has("a.yaml", "/token") && !has("deep/a.yaml", "/env/token") && !has("testsuite.txt", ""));
        assert!(has("b.yaml", "/a[1]") && has("b.yaml", "/a1"));
        for name in ["secret:", "secret", "secret:["] {
            check_name(name).expect_err(name);
        }
    }

    #[test]
    fn a_number_means_no_item_that_has_an_identity() {
        let names = [
            "secret:a.yaml#/list/0/token",
            "secret:a.yaml#Request:req_1#/token",
            "secret:b.yaml#/list/*/token",
        ];
        let allowed = AllowedSecrets::new(names.into_iter());
        assert!(has(&allowed, "a.yaml", "/list/0/token"));
        assert!(
            !has(&allowed, "a.yaml", "/list/=req_2/token") && has(&allowed, "b.yaml", "/list/=req_2/token")
        );
        let path = RepoPath::new("a.yaml").expect("a path");
        let of = |resource: &str, from_top: &str| {
            let pointer = |text: &str| Pointer::parse(text).expect("a pointer");
            let place = Place {
                resource: Some(resource.to_owned()),
                field: pointer("/token"),
                from_top: pointer(from_top),
            };
            allowed.has(&path, &place)
        };
        assert!(
            of("Request:req_1", "/list/=req_1/token")
                && of("Request:req_1", "/folders/=fld_1/list/=req_1/token")
        );
        assert!(!of("Request:req_2", "/list/=req_2/token") && !of("Folder:req_1", "/list/=req_1/token"));
    }
}
