//! Writes the sample data under `examples/` anew.

use std::fs;
use std::io;
use std::path::Path;

use syncline_testkit::collection::{insomnia_v5, resource_files};

fn main() -> io::Result<()> {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    write(&examples.join("insomnia-v5/hollowmere.yaml"), &insomnia_v5(240))?;
    for file in resource_files(24) {
        write(&examples.join("insomnia-v4").join(file.path), &file.text)?;
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    fs::write(path, text)
}
