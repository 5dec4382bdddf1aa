//! `revplay schema`: proposes records, mappings and links for files of data.

mod guess;
mod names;
mod profile;
mod propose;

use crate::args::{FileFormat, SchemaArgs};
use crate::exit::{Exit, Stop};
use crate::output::terminal;
use crate::session;
use names::{singular, snake_case, written};
use profile::Profile;
use propose::Proposal;
use std::collections::BTreeSet;
use std::path::Path;

/// Prints a proposal for each file, ready to paste.
pub fn schema(args: &SchemaArgs) -> Result<Exit, Stop> {
    let options = session::read_options(args.encoding.as_deref(), args.sheet.as_deref(), false)?;
    let mut taken = BTreeSet::new();
    let mut done: Vec<(Profile, Proposal)> = Vec::new();
    for (index, path) in args.files.iter().enumerate() {
        let profile = profile::profile(path, args.format.map(FileFormat::format), &options)?;
        let stem = stem(path);
        let given = args.name.as_deref().filter(|_| index == 0);
        let record = given.map_or_else(|| singular(&stem), snake_case);
        let record = names::free(if record.is_empty() { "record" } else { &record }, &mut taken);
        let mut proposal = Proposal::of(&profile, &record, &stem);
        proposal.settle(&profile, &options)?;
        done.push((profile, proposal));
    }
    let mut text = done.iter().map(|(_, proposal)| proposal.text()).collect::<Vec<_>>().join("\n");
    let links = links(&done);
    if !links.is_empty() {
        text.push_str(&format!("\n{}", links.join("")));
    }
    terminal::print(&text)?;
    Ok(Exit::Good)
}

/// `exports/Leads 2026.csv.gz` gives `leads_2026`.
fn stem(path: &str) -> String {
    let file = Path::new(path).file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let stem = snake_case(file.split('.').next().unwrap_or_default());
    if stem.is_empty() || path == "-" { "export".into() } else { stem }
}

/// The name of a link; a field may have it already.
fn link_name(record: &Proposal, name: &str) -> String {
    let taken = record.fields.iter().any(|f| f.name == name);
    written(&if taken { format!("{name}_record") } else { name.to_string() })
}

/// Links from each text column whose values are all keys of another file.
fn links(done: &[(Profile, Proposal)]) -> Vec<String> {
    let mut links = Vec::new();
    for (at, (many_side, from)) in done.iter().enumerate() {
        for (other, (one_side, to)) in done.iter().enumerate().filter(|(other, _)| *other != at) {
            let Some(key) = to.fields.iter().find(|f| f.key && f.is_text()) else { continue };
            let Some(keys) = one_side.columns.get(key.column) else { continue };
            for field in from.fields.iter().filter(|f| f.is_text()) {
                let Some(column) = many_side.columns.get(field.column).filter(|c| c.known > 0) else { continue };
                // Names decide among columns that happen to hold the same values.
                let named = field.name.contains(&to.record) || (field.name == key.name && !field.key);
                let found = column.hashes.intersection(&keys.hashes).count();
                if !named || found * 2 < column.hashes.len() {
                    continue;
                }
                let share = match column.hashes.len() {
                    all if all == found => String::new(),
                    all => format!("  # {found} of {all} values are there"),
                };
                let (a, b) = (written(&from.record), written(&to.record));
                let (f, k) = (written(&field.name), written(&key.name));
                // The first file holds what is decided: it has many of the others.
                links.push(if other == 0 {
                    // A file is named for many: `activities`.
                    let many =
                        if from.mapping == from.record { format!("{}s", from.record) } else { from.mapping.clone() };
                    let name = link_name(to, &many);
                    format!("link {b}.{name} to many {a} by {a}.{f} = {b}.{k}{share}\n")
                } else {
                    let name = link_name(from, &to.record);
                    format!("link {a}.{name} to one {b} by {b}.{k} = {a}.{f}{share}\n")
                });
                break;
            }
        }
    }
    links
}
