//! Bodies, while files change.

use super::*;

#[test]
fn a_file_that_shrinks_ends_the_body_with_an_error() {
    let site = Site::new("simple");
    let response = site.get(&[]);
    File::options().write(true).open(site.root.path().join("digits.txt")).unwrap().set_len(4).unwrap();
    let mut reader = response.body.reader();
    let mut content = Vec::new();
    assert_eq!(reader.read_to_end(&mut content).unwrap_err().kind(), ErrorKind::UnexpectedEof);
    assert_eq!(content, b"0123");
}

#[test]
fn a_file_that_is_replaced_is_sent_as_it_was() {
    let site = Site::new("simple");
    let response = site.get(&[]);
    site.write("new", b"abcdefghij");
    std::fs::rename(site.root.path().join("new"), site.root.path().join("digits.txt")).unwrap();
    assert_eq!(content(&response), b"0123456789");
}

#[test]
fn readers_of_one_body_do_not_disturb_each_other() {
    let site = Site::new("simple");
    let response = site.get(&[("range", "bytes=1-8")]);
    let (mut one, mut two) = (response.body.reader(), response.body.reader());
    let mut byte = [0];
    for expected in b"12345678" {
        for reader in [&mut one, &mut two] {
            reader.read_exact(&mut byte).unwrap();
            assert_eq!(byte[0], *expected);
        }
    }
    assert_eq!((one.remaining(), one.read(&mut byte).unwrap()), (0, 0));
}
