//! `revplay init`: a small project that works.

use crate::args::InitArgs;
use crate::exit::{Exit, Failure, Stop};
use crate::output::terminal::{self, Tone};
use std::io::Write;
use std::path::{Path, PathBuf};

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
    let mut made = Vec::new();
    for (name, text) in FILES {
        if let Err(error) = write(&folder.join(name), text, &mut made) {
            // Half a project would be in the way of the next try.
            made.iter().rev().for_each(take_back);
            return Err(Failure::new("E0816", format!("{name} cannot be written: {error}"))
                .about(&args.folder)
                .help("nothing was left behind; name a folder in which you may write, on a disk with room")
                .into());
        }
    }
    let mut text = String::new();
    for (name, _) in FILES {
        text.push_str(&format!("{} {name}\n", terminal::paint(Tone::Good, "new")));
    }
    let go = if args.folder == "." { String::new() } else { format!("  cd {}\n", args.folder) };
    text.push_str(&format!(
        "\nTry it:\n{go}  revplay check .\n  revplay test .\n  revplay run inbound.play data/leads.csv --mapping crm --now 2026-12-01\n"
    ));
    terminal::print(&text)?;
    Ok(Exit::Good)
}

/// Never overwrites. Notes what it makes: folders, then the file.
fn write(path: &Path, text: &str, made: &mut Vec<PathBuf>) -> std::io::Result<()> {
    let folders = path.ancestors().skip(1).take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists());
    let folders: Vec<PathBuf> = folders.map(Path::to_path_buf).collect();
    for folder in folders.into_iter().rev() {
        std::fs::create_dir(&folder)?;
        made.push(folder);
    }
    let mut file = std::fs::File::create_new(path)?;
    made.push(path.to_path_buf());
    file.write_all(text.as_bytes())
}

/// Removes a file, or a folder if nothing is in it.
fn take_back(path: &PathBuf) {
    let _ = if path.is_dir() { std::fs::remove_dir(path) } else { std::fs::remove_file(path) };
}
