//! Descriptions of tools, and files that are read by them.

#![no_main]

use libfuzzer_sys::fuzz_target;
use syncline_testkit::laws::descriptions_are_safe;

fuzz_target!(|bytes: &[u8]| descriptions_are_safe(bytes));
