//! No output may replace a file that the run reads: nothing that somebody wrote is lost (promise E2).

use crate::args::DecideArgs;
use crate::exit::Failure;
use revplay_ir::program::Program;
use std::path::{Path, PathBuf};

/// Refuses outputs (option and path) that are also read, or that are one file.
pub fn refuse(program: &Program, args: &DecideArgs, outputs: &[(&str, Option<&str>)]) -> Result<(), Failure> {
    let data = args.data.iter().filter_map(|d| d.split_once('=').map(|(_, path)| path));
    let read = std::iter::once(args.leads.as_str()).chain(data).chain(program.files.iter().map(String::as_str));
    let read: Vec<(PathBuf, &str)> = read.filter(|p| *p != "-").map(|p| (real(p), p)).collect();
    let mut written: Vec<(PathBuf, &str)> = Vec::new();
    for (option, path) in outputs {
        let Some(path) = path.filter(|p| *p != "-" && !Path::new(p).starts_with("/dev")) else { continue };
        let place = real(path);
        if let Some((_, input)) = read.iter().find(|(p, _)| *p == place) {
            return Err(Failure::new("E0817", format!("{option} would overwrite `{input}`, which this run reads"))
                .about(path)
                .help("name another file for the output"));
        }
        if let Some((_, other)) = written.iter().find(|(p, _)| *p == place) {
            return Err(Failure::new("E0817", format!("{option} and {other} name the same file"))
                .about(path)
                .help("give each a file of its own"));
        }
        written.push((place, option));
    }
    Ok(())
}

/// The path without links and detours; of a file that is not there yet, its folder's.
fn real(path: &str) -> PathBuf {
    let path = Path::new(path);
    if let Ok(real) = path.canonicalize() {
        return real;
    }
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match (folder.canonicalize(), path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path.to_path_buf(),
    }
}
