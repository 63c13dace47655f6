//! Files that are merged.

#![no_main]

use libfuzzer_sys::fuzz_target;
use syncline_testkit::laws::merges_lose_nothing;

fuzz_target!(|bytes: &[u8]| merges_lose_nothing(bytes));
