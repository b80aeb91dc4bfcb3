//! A file's name of any characters: a header value of visible ASCII with a name that is not empty.
#![no_main]

use libfuzzer_sys::fuzz_target;
use xsendfile::Disposition;

fuzz_target!(|filename: &str| {
    let value = Disposition::Attachment.to_header(Some(filename));
    let value = value.to_str().expect("it is visible ASCII");
    if filename.chars().any(|c| !c.is_control()) {
        assert!(value.starts_with("attachment; filename=\""));
        assert!(!value.contains("filename=\"\""));
    } else {
        assert_eq!(value, "attachment");
    }
});
