//! A file for each resource: Insomnia's folder layout.

use super::library::{ACTIONS, Action, Entity, SERVICES};
use super::yaml::Writer;
use crate::seeded::Seeded;

/// One file of a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceFile {
    /// Relative to the workspace's root, with `/`.
    pub path: String,
    /// The file's text.
    pub text: String,
}

/// At most this many resources are in one `.insomnia` folder: the tool keeps a workspace in one, and a
/// repository of many resources is one of many workspaces.
const IN_ONE: usize = 800;

/// A workspace of this many resources, each in its own file: Insomnia workspaces with an environment,
/// folders and requests. Up to 800 they are one `.insomnia` folder at the top, beyond that several.
pub fn resource_files(resources: usize) -> impl Iterator<Item = ResourceFile> {
    let workspaces = resources.div_ceil(IN_ONE);
    (0..workspaces).flat_map(move |number| {
        let folder = if workspaces == 1 { String::new() } else { format!("apis/{number:04}/") };
        let count = IN_ONE.min(resources - number * IN_ONE);
        Files::new(number, folder).all().take(count).collect::<Vec<_>>()
    })
}

struct Files {
    number: usize,
    folder: String,
    seeded: Seeded,
    workspace: String,
}

impl Files {
    fn new(number: usize, folder: String) -> Self {
        let mut seeded = Seeded::new(4_000 + number as u64);
        let workspace = seeded.id("wrk");
        Self { number, folder, seeded, workspace }
    }

    /// Endless; the caller takes what it needs.
    fn all(mut self) -> impl Iterator<Item = ResourceFile> {
        let first = [self.workspace(), self.environment()];
        let entities = (1..).flat_map(|round| {
            SERVICES.iter().flat_map(move |it| it.entities.iter().map(move |e| (round, e)))
        });
        first.into_iter().chain(entities.flat_map(move |(round, entity)| self.entity(entity, round)))
    }

    fn file(&self, kind: &str, id: &str, writer: Writer) -> ResourceFile {
        ResourceFile { path: format!("{}.insomnia/{kind}/{id}.yml", self.folder), text: writer.text }
    }

    fn start(&mut self, kind: &str, id: &str, parent: Option<&str>) -> (Writer, u64) {
        let created = self.seeded.created();
        let mut writer = Writer::default();
        writer.string("_id", id);
        writer.string("type", kind);
        match parent {
            Some(parent) => writer.string("parentId", parent),
            None => writer.raw("parentId", "null"),
        }
        writer.raw("modified", created + self.seeded.below(50_000_000));
        writer.raw("created", created);
        (writer, created)
    }

    fn workspace(&mut self) -> ResourceFile {
        let id = self.workspace.clone();
        let (mut writer, _) = self.start("Workspace", &id, None);
        writer.string("name", &format!("Hollowmere Libraries {}", self.number + 1));
        writer.string("description", "");
        writer.string("scope", "collection");
        self.file("Workspace", &id, writer)
    }

    fn environment(&mut self) -> ResourceFile {
        let (id, parent) = (self.seeded.id("env"), self.workspace.clone());
        let (mut writer, created) = self.start("Environment", &id, Some(&parent));
        writer.string("name", "Base Environment");
        writer.under("data", |w| {
            w.string("base_url", "https://api.hollowmere.example");
            w.string("branch", "harbour-street");
        });
        writer.raw("dataPropertyOrder", "null");
        writer.raw("color", "null");
        writer.raw("isPrivate", false);
        writer.raw("metaSortKey", created);
        self.file("Environment", &id, writer)
    }

    fn entity(&mut self, entity: &'static Entity, round: usize) -> Vec<ResourceFile> {
        let (id, parent) = (self.seeded.id("fld"), self.workspace.clone());
        let (mut writer, created) = self.start("RequestGroup", &id, Some(&parent));
        writer.string("name", entity.plural);
        writer.string("description", "");
        writer.raw("environment", "{}");
        writer.raw("environmentPropertyOrder", "null");
        writer.raw("metaSortKey", format!("-{created}"));
        let mut files = vec![self.file("RequestGroup", &id, writer)];
        files.extend(ACTIONS.iter().map(|action| self.request(entity, action, &id, round)));
        files
    }

    fn request(&mut self, entity: &Entity, action: &Action, folder: &str, round: usize) -> ResourceFile {
        let id = self.seeded.id("req");
        let (mut writer, created) = self.start("Request", &id, Some(folder));
        writer.string("url", &action.url_for(entity, round));
        writer.string("name", &action.name_for(entity));
        writer.string("description", "");
        writer.string("method", action.method);
        if action.body {
            writer.under("body", |w| {
                w.string("mimeType", "application/json");
                w.string("text", &entity.body());
            });
        } else {
            writer.raw("body", "{}");
        }
        writer.raw("parameters", "[]");
        writer.under("headers", |w| {
            for (name, value) in [("User-Agent", "insomnia/8.6.0"), ("Accept", "application/json")] {
                w.item(|w| {
                    w.string("name", name);
                    w.string("value", value);
                });
            }
        });
        writer.under("authentication", |w| {
            w.string("type", "bearer");
            w.string("token", "{{ _.token }}");
        });
        writer.raw("metaSortKey", format!("-{created}"));
        writer.raw("isPrivate", false);
        for (name, value) in [
            ("settingStoreCookies", true),
            ("settingSendCookies", true),
            ("settingDisableRenderRequestBody", false),
            ("settingEncodeUrl", true),
            ("settingRebuildPath", true),
        ] {
            writer.raw(name, value);
        }
        writer.string("settingFollowRedirects", "global");
        self.file("Request", &id, writer)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};
    use std::path::Path;

    use super::*;

    #[test]
    fn there_are_as_many_files_as_asked_for_and_no_folder_is_large() {
        for resources in [0, 1, 30, 800, 801, 5000] {
            let files: Vec<_> = resource_files(resources).collect();
            let paths: HashSet<_> = files.iter().map(|file| &file.path).collect();
            assert_eq!((files.len(), paths.len()), (resources, resources));
            let mut folders: HashMap<_, usize> = HashMap::new();
            for path in paths {
                *folders.entry(path.rsplit_once('/').map(|(folder, _)| folder)).or_default() += 1;
            }
            assert!(folders.values().all(|files| *files < 1000));
        }
    }

    #[test]
    fn the_sample_is_what_is_written_here() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/insomnia-v4");
        for file in resource_files(24) {
            let sample = std::fs::read_to_string(root.join(&file.path)).expect(&file.path);
            assert!(sample == file.text, "run `cargo run -p syncline-testkit --example write_samples`");
        }
    }
}
