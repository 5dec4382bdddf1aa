#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| revplay_tests::fuzzing::engines(bytes));
