//! Files that are read.

#![no_main]

use libfuzzer_sys::fuzz_target;
use syncline_testkit::laws::files_are_read_as_they_are;

fuzz_target!(|bytes: &[u8]| files_are_read_as_they_are(bytes));
