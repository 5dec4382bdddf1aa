#![no_main]

use std::panic::{set_hook, take_hook};

// The reader catches what the crates that unpack files do with damaged ones. The fuzzer's hook would end the process before
// that, so it is left to our own panics; whatever nobody catches still ends it.
fn leave_panics_of_others() {
    let ours = take_hook();
    set_hook(Box::new(move |info| {
        let of_others = |file: &str| file.contains("/registry/") || file.starts_with("/rustc/");
        if !info.location().is_some_and(|place| of_others(place.file())) {
            ours(info);
        }
    }));
}

libfuzzer_sys::fuzz_target!(init: leave_panics_of_others(), |bytes: &[u8]| revplay_tests::fuzzing::parquet(bytes));
