//! `make bench`: Syncline next to git, on the same data in the same run, as one table.
//!
//! Each thing is done by both in turns, several times; the table has the medians. `--quick` takes only
//! small workspaces.

mod agent;
mod bare;
mod corpus;
mod data;
mod driver;
mod folder;
mod lab;
mod machine;
mod measure;
mod merge;
mod monorepo;
mod remote;
mod report;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::lab::Lab;
use crate::report::Report;

/// Numbers of resources, one file each.
const SIZES: [usize; 3] = [1_000, 10_000, 100_000];

const USAGE: &str = "usage: syncline-benches [--quick] [--size RESOURCES]... [--only PART]...\n\
     parts: folder, bare, sync, agent, merge, corpus, driver, monorepo";

/// What was asked for on the command line.
struct Asked {
    sizes: Vec<usize>,
    parts: Vec<String>,
    is_quick: bool,
}

impl Asked {
    fn parse(arguments: impl Iterator<Item = String>) -> Option<Self> {
        let mut asked = Self { sizes: Vec::new(), parts: Vec::new(), is_quick: false };
        let mut arguments = arguments;
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--quick" => {
                    asked.sizes.push(SIZES[0]);
                    asked.is_quick = true;
                }
                "--size" => asked.sizes.push(arguments.next()?.parse().ok()?),
                "--only" => asked.parts.push(arguments.next()?),
                _ => return None,
            }
        }
        if asked.sizes.is_empty() {
            asked.sizes = SIZES.to_vec();
        }
        Some(asked)
    }

    fn wants(&self, part: &str) -> bool {
        let by_itself = self.parts.is_empty() && !(self.is_quick && part == "monorepo");
        by_itself || self.parts.iter().any(|asked| asked == part)
    }
}

fn main() -> io::Result<ExitCode> {
    let Some(asked) = Asked::parse(std::env::args().skip(1)) else {
        writeln!(io::stderr(), "{USAGE}")?;
        return Ok(ExitCode::from(2));
    };
    let binary = binary()?;
    let mut report = Report::default();
    for size in &asked.sizes {
        if !["folder", "bare", "sync", "agent"].iter().any(|part| asked.wants(part)) {
            break;
        }
        tell(&format!("{} resources: preparing", report::grouped(*size)))?;
        let lab = Lab::new(*size, &binary);
        for (part, run) in [
            ("folder", folder::run as fn(&Lab, &mut Report)),
            ("bare", bare::run),
            ("sync", remote::run),
            ("agent", agent::run),
        ] {
            if asked.wants(part) {
                tell(&format!("{} resources: {part}", report::grouped(*size)))?;
                run(&lab, &mut report);
            }
        }
    }
    for (part, what, run) in [
        ("merge", "merge of a large file", merge::run as fn(&Path, &mut Report)),
        ("corpus", "merges of real files", corpus::run),
        ("driver", "merges by git with our driver", driver::run),
        ("monorepo", "a folder of a big repository", monorepo::run),
    ] {
        if asked.wants(part) {
            tell(what)?;
            run(&binary, &mut report);
        }
    }
    writeln!(io::stdout(), "{}\n{}", machine::describe(), report.table())?;
    Ok(ExitCode::SUCCESS)
}

/// How far it is, for whoever waits.
fn tell(what: &str) -> io::Result<()> {
    writeln!(io::stderr(), "… {what}")
}

/// The `syncline` that was built beside this program.
fn binary() -> io::Result<PathBuf> {
    let binary = std::env::current_exe()?.with_file_name("syncline");
    if binary.is_file() {
        Ok(binary)
    } else {
        Err(io::Error::new(io::ErrorKind::NotFound, format!("{} is not built", binary.display())))
    }
}
