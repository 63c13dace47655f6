//! The whole collection in one file: Insomnia's format 5.

use super::library::{ACTIONS, Action, Entity, SERVICES, Service};
use super::yaml::Writer;
use crate::seeded::Seeded;

/// A collection with this many HTTP requests in folders, with environments, a cookie jar and tests, as
/// `insomnia.wrk_….yaml`. About 36 lines a request; every id is there once.
pub fn insomnia_v5(requests: usize) -> String {
    let mut writer = Writer::default();
    Collection { seeded: Seeded::new(5), left: requests }.write(&mut writer);
    writer.text
}

struct Collection {
    seeded: Seeded,
    left: usize,
}

impl Collection {
    fn write(&mut self, w: &mut Writer) {
        w.string("type", "collection.insomnia.rest/5.0");
        w.string("schema_version", "5.1");
        w.string("name", "Hollowmere Libraries");
        self.meta(w, "wrk", "The API of a library that nobody runs.", false, false);
        w.under("collection", |w| {
            for round in 1.. {
                for service in &SERVICES {
                    if self.left == 0 {
                        return;
                    }
                    self.service(w, service, round);
                }
            }
        });
        self.cookie_jar(w);
        self.environments(w);
        self.test_suites(w);
    }

    fn meta(&mut self, w: &mut Writer, prefix: &str, about: &str, private: bool, sorted: bool) {
        let (id, created) = (self.seeded.id(prefix), self.seeded.created());
        let edited = if self.seeded.below(3) == 0 { self.seeded.below(90_000_000) } else { 0 };
        // The exporter writes a folder's description last and a request's before its place.
        let sort_key_first = prefix == "fld";
        w.under("meta", |w| {
            w.string("id", &id);
            w.raw("created", created);
            w.raw("modified", created + edited);
            if private {
                w.raw("isPrivate", false);
            }
            if sorted && sort_key_first {
                w.raw("sortKey", format!("-{created}"));
            }
            if matches!(prefix, "wrk" | "fld" | "req") {
                w.string("description", about);
            }
            if sorted && !sort_key_first {
                w.raw("sortKey", format!("-{created}"));
            }
        });
    }

    fn service(&mut self, w: &mut Writer, service: &Service, version: usize) {
        w.item(|w| {
            w.string("name", &numbered(service.name, version));
            self.meta(w, "fld", service.about, false, true);
            w.under("children", |w| {
                for entity in &service.entities {
                    if self.left > 0 {
                        self.entity(w, entity, version);
                    }
                }
            });
        });
    }

    fn entity(&mut self, w: &mut Writer, entity: &Entity, version: usize) {
        w.item(|w| {
            w.string("name", entity.plural);
            self.meta(w, "fld", "", false, true);
            w.under("children", |w| {
                for action in &ACTIONS {
                    if self.left > 0 {
                        self.left -= 1;
                        self.request(w, entity, action, version);
                    }
                }
            });
        });
    }

    fn request(&mut self, w: &mut Writer, entity: &Entity, action: &Action, version: usize) {
        w.item(|w| {
            w.string("url", &action.url_for(entity, version));
            w.string("name", &action.name_for(entity));
            self.meta(w, "req", "", true, true);
            let client = format!("insomnia/11.{}.0", self.seeded.below(7));
            w.string("method", action.method);
            if action.body {
                w.under("body", |w| {
                    w.string("mimeType", "application/json");
                    w.string("text", &entity.body());
                });
            }
            parameters(w, action);
            headers(w, action, &client);
            authentication(w);
            if action.method == "POST" && action.body {
                scripts(w, entity);
            }
            settings(w);
            if action.route.contains(":id") {
                path_parameter(w, entity);
            }
        });
    }

    fn cookie_jar(&mut self, w: &mut Writer) {
        w.under("cookieJar", |w| {
            w.string("name", "Default Jar");
            self.meta(w, "jar", "", false, false);
            w.under("cookies", |w| {
                for (key, value) in [("session", "not-a-real-session"), ("theme", "dark")] {
                    w.item(|w| {
                        w.string("id", &format!("{key}-cookie"));
                        w.string("key", key);
                        w.string("value", value);
                        w.string("domain", "api.hollowmere.example");
                        w.string("path", "/");
                        w.raw("secure", true);
                        w.raw("httpOnly", key == "session");
                    });
                }
            });
        });
    }

    fn environments(&mut self, w: &mut Writer) {
        w.under("environments", |w| {
            w.string("name", "Base Environment");
            self.meta(w, "env", "", true, false);
            w.under("data", |w| {
                w.string("branch", "harbour-street");
                for name in ["book", "item", "reader", "loan", "fine", "payment", "event", "supplier"] {
                    w.string(&format!("{name}_id"), &format!("{name}-1001"));
                }
            });
            w.under("subEnvironments", |w| {
                for (name, url) in [
                    ("Local", "http://localhost:8080"),
                    ("Staging", "https://staging.hollowmere.example"),
                    ("Production", "https://api.hollowmere.example"),
                ] {
                    w.item(|w| {
                        w.string("name", name);
                        self.meta(w, "env", "", true, true);
                        w.under("data", |w| {
                            w.string("base_url", url);
                            w.string("token", "");
                        });
                    });
                }
            });
        });
    }

    fn test_suites(&mut self, w: &mut Writer) {
        w.under("testSuites", |w| {
            for suite in ["Smoke", "Lending rules"] {
                w.item(|w| {
                    w.string("name", suite);
                    self.meta(w, "uts", "", false, true);
                    w.under("tests", |w| {
                        for test in ["Answers 200", "Answers in time", "Has a body"] {
                            w.item(|w| self.test(w, test));
                        }
                    });
                });
            }
        });
    }

    fn test(&mut self, w: &mut Writer, name: &str) {
        w.string("name", name);
        self.meta(w, "ut", "", false, true);
        w.raw("requestId", "null");
        let code = "const response = await insomnia.send();\nexpect(response.status).to.equal(200);";
        w.string("code", code);
    }
}

fn numbered(name: &str, version: usize) -> String {
    if version == 1 { name.to_owned() } else { format!("{name} v{version}") }
}

fn parameters(writer: &mut Writer, action: &Action) {
    if action.parameters.is_empty() {
        return;
    }
    writer.under("parameters", |w| {
        for (name, value, off) in action.parameters {
            w.item(|w| {
                w.string("name", name);
                w.string("value", value);
                w.raw("disabled", off);
            });
        }
    });
}

fn headers(writer: &mut Writer, action: &Action, client: &str) {
    let kind = action.body.then_some(("Content-Type", "application/json"));
    writer.under("headers", |w| {
        for (name, value) in kind.into_iter().chain([("User-Agent", client), ("Accept", "application/json")])
        {
            w.item(|w| {
                w.string("name", name);
                w.string("value", value);
            });
        }
    });
}

fn authentication(writer: &mut Writer) {
    writer.under("authentication", |w| {
        w.string("type", "bearer");
        w.string("token", "{{ _.token }}");
    });
}

fn scripts(writer: &mut Writer, entity: &Entity) {
    let script = format!(
        "const made = insomnia.response.json();\ninsomnia.environment.set(\"{}_id\", made.id);",
        entity.singular
    );
    writer.under("scripts", |w| w.string("afterResponse", &script));
}

fn settings(writer: &mut Writer) {
    writer.under("settings", |w| {
        w.raw("renderRequestBody", true);
        w.raw("encodeUrl", true);
        w.string("followRedirects", "global");
        w.under("cookies", |w| {
            w.raw("send", true);
            w.raw("store", true);
        });
        w.raw("rebuildPath", true);
    });
}

fn path_parameter(writer: &mut Writer, entity: &Entity) {
    writer.under("pathParameters", |w| {
        w.item(|w| {
            w.string("name", "id");
            w.string("value", &format!("{{{{ _.{}_id }}}}", entity.singular));
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_has_as_many_requests_as_asked_for() {
        for requests in [0, 1, 9, 240, 241, 1000] {
            let text = insomnia_v5(requests);
            assert_eq!(text.matches("id: req_").count(), requests);
        }
    }

    #[test]
    fn every_id_is_there_once() {
        let text = insomnia_v5(1000);
        let mut ids: Vec<_> = text.lines().filter(|line| line.trim_start().starts_with("id: ")).collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all);
    }

    #[test]
    fn the_sample_is_what_is_written_here() {
        let sample = include_str!("../../../../examples/insomnia-v5/hollowmere.yaml");
        assert!(sample == insomnia_v5(240), "run `cargo run -p syncline-testkit --example write_samples`");
    }
}
