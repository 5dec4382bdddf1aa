//! Playbooks with mistakes, and files that are not there.

use super::{DEMO, NOW};
use revplay_runtime::playbook::{Error, Playbook, Settings, Sources};

fn mistakes(sources: Sources) -> revplay_runtime::playbook::CompileError {
    match Playbook::compile(sources, Settings::new()) {
        Err(Error::Playbook(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_mistake_comes_as_data_and_as_text() {
    let text = DEMO.replace("+30 \"Enterprise\"      when employees", "+30 \"Enterprise\"      when employes")
        + "output x = countri\n";
    let error = mistakes(Sources::new("a/demo.play", text));
    let places: Vec<(&str, &str, u32)> = error.findings.iter().map(|f| (f.code, f.file.as_str(), f.line)).collect();
    assert_eq!(places.len(), 2, "{error}");
    assert!(places.iter().all(|(code, file, line)| code.starts_with("E02") && *file == "a/demo.play" && *line > 30));
    let said = format!("{} {}", error.findings[0].message, error.findings[0].help.clone().unwrap_or_default());
    assert!(said.contains("employees"), "{said}");
    assert!(error.to_string().contains("demo.play") && error.to_string().contains("employes"), "{error}");
    assert!(!error.rendered.contains('\u{1b}'), "no colours");
    assert!(Error::from(error).to_json().contains("\"findings\":[{\"code\":\"E02"));
}

#[test]
fn files_come_from_memory() {
    let root = "playbook p for lead\nuse \"../shared/crm.play\"\nlist dach from \"lists/dach.txt\"\n\
                score fit { +5 \"Home\" when country in dach }\n";
    let sources = Sources::new("plays/p.play", root);
    assert_eq!(sources.needed(), ["shared/crm.play", "plays/lists/dach.txt"]);
    let error = mistakes(sources.clone());
    assert!(error.findings.iter().any(|f| f.message.contains("crm.play")), "{error}");
    let sources = sources
        .with("shared/crm.play", "record lead { id text key, country text? }\n")
        .with_bytes("plays/lists/dach.txt", "\u{feff}DE\nAT\n".as_bytes());
    assert!(sources.needed().is_empty());
    let playbook = Playbook::compile(sources, Settings::new()).unwrap();
    assert_eq!(playbook.decide_json(r#"{"id": 1, "country": "AT"}"#, NOW).unwrap(), r#"{"fit":5}"#);
}

#[test]
fn files_come_from_the_disk() {
    let inbound = concat!(env!("CARGO_MANIFEST_DIR"), "/../playbooks/inbound/inbound.play");
    let playbook = Playbook::open(inbound, Settings::new()).unwrap();
    assert_eq!(playbook.name(), "inbound");
    let error = Playbook::open("no/such.play", Settings::new()).unwrap_err();
    assert!(error.to_string().contains("there is no such file"), "{error}");
    assert!(Playbook::open(env!("CARGO_MANIFEST_DIR"), Settings::new()).is_err(), "a folder");
}

#[test]
fn e3_no_text_brings_the_process_down() {
    for odd in
        ["", "\u{0}", "playbook", "playbook p for lead", "record lead { id text key }", "{{{{", "play\u{202e}book"]
    {
        mistakes(Sources::new("odd.play", odd));
    }
    mistakes(Sources::new("deep.play", format!("playbook p for lead\noutput x = {}1", "(".repeat(50_000))));
    mistakes(Sources::new("self.play", "playbook p for lead\nuse \"self.play\"\n"));
    let error = mistakes(Sources::new("shared.play", "record lead { id text key }\n"));
    assert_eq!(error.findings[0].code, "E0804", "{error}");
}

#[test]
fn warnings_are_told() {
    let quiet = Playbook::compile(
        Sources::new("q.play", "playbook p for lead\nrecord lead { id text key }\noutput x = id\n"),
        Settings::new(),
    );
    assert_eq!(quiet.unwrap().findings(), []);
    let text = "playbook p for lead\nrecord lead { id text key, n int? }\nscore s { +1 \"a\" when n != 3 }\n";
    let playbook = Playbook::compile(Sources::new("w.play", text), Settings::new()).unwrap();
    assert_eq!(playbook.findings()[0].severity, "warning");
    assert_eq!(playbook.findings()[0].line, 3);
}
