//! `revplay init`: a small project that works.

use crate::args::InitArgs;
use crate::exit::{Exit, Failure, Stop};
use crate::output::terminal::{self, Tone};
use std::io::Write;
use std::path::Path;

/// The files of the project.
const FILES: [(&str, &str); 5] = [
    ("inbound.play", include_str!("init/inbound.play")),
    ("records.play", include_str!("init/records.play")),
    ("data/leads.csv", include_str!("init/leads.csv")),
    ("README.md", include_str!("init/README.md")),
    (".github/workflows/revplay.yml", include_str!("init/revplay.yml")),
];

/// Writes the files into the folder; a file that exists stays as it is, and then nothing is written.
pub fn init(args: &InitArgs) -> Result<Exit, Stop> {
    let folder = Path::new(&args.folder);
    let present: Vec<&str> =
        FILES.iter().map(|(name, _)| *name).filter(|name| folder.join(name).symlink_metadata().is_ok()).collect();
    if !present.is_empty() {
        return Err(Failure::new("E0816", format!("{} exists already", crate::near::listed(present)))
            .about(&args.folder)
            .help("nothing was written; name another folder: `revplay init playbooks`")
            .into());
    }
    for (name, text) in FILES {
        write(&folder.join(name), text).map_err(|error| {
            Failure::new("E0816", format!("{name} cannot be written: {error}"))
                .about(&args.folder)
                .help("name a folder in which you may write")
        })?;
    }
    let mut text = String::new();
    for (name, _) in FILES {
        text.push_str(&format!("{} {name}\n", terminal::paint(Tone::Good, "new")));
    }
    let go = if args.folder == "." { String::new() } else { format!("  cd {}\n", args.folder) };
    text.push_str(&format!(
        "\nTry it:\n{go}  revplay check .\n  revplay test .\n  revplay run inbound.play data/leads.csv --mapping crm\n"
    ));
    terminal::print(&text)?;
    Ok(Exit::Good)
}

/// Never overwrites.
fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::File::create_new(path)?.write_all(text.as_bytes())
}
