//! From a tool's own files into the workspace, and back.

mod bad;
mod export;
mod import;
mod inso;

use serde_json::{Value as Json, json};

use crate::support::Installation;

/// Insomnia's words for the kinds, in an export and in its own data.
const KINDS: [(&str, &str); 8] = [
    ("workspace", "Workspace"),
    ("request_group", "RequestGroup"),
    ("request", "Request"),
    ("environment", "Environment"),
    ("cookie_jar", "CookieJar"),
    ("unit_test_suite", "UnitTestSuite"),
    ("unit_test", "UnitTest"),
    ("api_spec", "ApiSpec"),
];

/// The resources of a small library, as an export has them.
fn resources() -> Vec<Json> {
    vec![
        json!({"_id": "req_1", "parentId": "fld_1", "modified": 1_700_000_000_003_u64, "created": 1_700_000_000_003_u64,
            "url": "https://library.example/books", "name": "List books", "description": "", "method": "GET",
            "body": {}, "parameters": [{"name": "page", "value": "1.10"}],
            "headers": [{"name": "Accept", "value": "application/json"}], "authentication": {},
            "metaSortKey": -1_700_000_000_003_i64, "isPrivate": false, "_type": "request"}),
        json!({"_id": "fld_1", "parentId": "wrk_1", "modified": 1_700_000_000_002_u64, "created": 1_700_000_000_002_u64,
            "name": "Books", "description": "", "environment": {}, "environmentPropertyOrder": null,
            "metaSortKey": -1_700_000_000_002_i64, "_type": "request_group"}),
        json!({"_id": "wrk_1", "parentId": null, "modified": 1_700_000_000_001_u64, "created": 1_700_000_000_001_u64,
            "name": "Library", "description": "", "scope": "collection", "_type": "workspace"}),
        json!({"_id": "env_1", "parentId": "wrk_1", "modified": 1_700_000_000_004_u64, "created": 1_700_000_000_004_u64,
            "name": "Base Environment", "data": {"base": "https://library.example"}, "dataPropertyOrder": {"&": ["base"]},
            "color": null, "isPrivate": false, "metaSortKey": 1_700_000_000_004_u64, "_type": "environment"}),
        json!({"_id": "jar_1", "parentId": "wrk_1", "modified": 1, "created": 1, "name": "Default Jar", "cookies": [],
            "_type": "cookie_jar"}),
    ]
}

/// An export of some resources.
fn export(resources: &[Json]) -> Json {
    json!({"_type": "export", "__export_format": 4, "__export_date": "2026-05-04T08:15:00.000Z",
        "__export_source": "insomnia.desktop.app:v8.6.1", "resources": resources})
}

/// An empty workspace, with an export of the library beside it.
fn library() -> Installation {
    let here = Installation::new();
    here.syncline(["init"]).expect_code(0);
    here.write("../library.json", &export(&resources()).to_string());
    here
}

/// The files of the workspace that are no part of Git's.
fn files(here: &Installation) -> Vec<String> {
    let listed = here.git(["ls-files", "--cached", "--others"]);
    listed.lines().map(str::to_owned).collect()
}
