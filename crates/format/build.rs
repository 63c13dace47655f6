//! Descriptions are TOML for people, and JSON in the binary: that is read ten times as fast, and each start
//! of the program reads some. What it takes to recognise a file is apart from the rest, which few starts need.

use std::error::Error;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=formats");
    let out = env::var("OUT_DIR")?;
    let out = Path::new(&out);
    let files: Result<Vec<_>, _> = fs::read_dir("formats")?.map(|entry| entry.map(|it| it.path())).collect();
    let mut descriptions = files?;
    descriptions.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    descriptions.sort();
    let mut all = DefaultHasher::new();
    for path in descriptions {
        fs::read(&path)?.hash(&mut all);
        translate(&path, out).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    fs::write(out.join("fingerprint"), format!("{:016x}", all.finish()))?;
    Ok(())
}

fn translate(description: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    let mut value: serde_json::Value = toml::from_str(&fs::read_to_string(description)?)?;
    let shapes = value.as_object_mut().and_then(|keys| keys.remove("shape")).ok_or("it has no shapes")?;
    let file = out.join(description.file_name().ok_or("it has no name")?);
    fs::write(file.with_extension("json"), value.to_string())?;
    fs::write(file.with_extension("shapes.json"), shapes.to_string())?;
    Ok(())
}
