//! A hand-off of any bytes, and a name of any bytes: nothing outside is read, and what is written is
//! read back.
#![no_main]

use libfuzzer_sys::fuzz_target;
use xsendfile::{Backend, Config, Name};

fuzz_target!(|input: (&[u8], &[u8])| {
    let (value, name) = input;
    for backend in Backend::all() {
        let Some(dialect) = backend.dialect() else { continue };
        let config = Config::builder().backend(dialect.name).root("/srv/files").url("/private");
        let config = config.check_file_exists(false).build().expect("the settings are right");
        let locations = config.locations();
        if let Ok(found) = dialect.read(value, locations) {
            assert!(found.path().starts_with("/srv/files"));
            assert_eq!(Name::parse(found.name.as_bytes()).as_ref(), Ok(&found.name));
        }
        let Ok(name) = Name::parse(name) else { continue };
        if let Ok(hand_off) = dialect.write(locations.first(), &name) {
            assert_eq!(dialect.read(hand_off.wire(), locations).expect("it is ours").name, name);
        }
    }
});
