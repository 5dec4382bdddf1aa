//! Documents are tests: what they show compiles, what they promise happens, what they name is there.
//! (What they show of the command line is tested in `cli/tests/cli/documents.rs`, where the program is.)

mod builtins;
mod codes;
mod paths;
mod playbooks;
