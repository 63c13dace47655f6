//! Files that are edited.

#![no_main]

use libfuzzer_sys::fuzz_target;
use syncline_testkit::laws::edits_change_what_they_name;

fuzz_target!(|bytes: &[u8]| edits_change_what_they_name(bytes));
