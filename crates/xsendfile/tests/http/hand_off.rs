//! Hand-offs: what the server in front is told.

use super::*;

#[test]
fn a_hand_off_names_the_file_and_carries_nothing() {
    for (backend, reference, validators) in [
        ("nginx", ("x-accel-redirect", "/private/digits.txt".to_owned()), false),
        (
            "mod_wsgi",
            (
                "location",
                "/private/digits.txt?disposition=inline%3B%20filename%3D%22digits.txt%22&type=text/plain&cache=private%2C%20no-cache"
                    .to_owned(),
            ),
            false,
        ),
        ("xsendfile", ("x-sendfile", "{root}/digits.txt".to_owned()), true),
        ("mod_xsendfile", ("x-sendfile", "{root}/digits.txt".to_owned()), true),
        ("lighttpd", ("x-sendfile", "{root}/digits.txt".to_owned()), true),
    ] {
        let site = Site::new(backend);
        // What the server in front evaluates is not evaluated here.
        for headers in
            [&[][..], &[("range", "bytes=0-0")], &[("if-none-match", "*")], &[("if-match", "\"x\"")]]
        {
            let response = site.get(headers);
            assert_eq!((response.status, response.body.length()), (StatusCode::OK, 0), "{backend}");
            let value = reference.1.replace("{root}", site.root.path().to_str().unwrap());
            assert_eq!(header(&response, reference.0), Some(value.as_str()), "{backend}");
            let mut expected =
                vec!["cache-control", "content-disposition", "content-type", "x-content-type-options", reference.0];
            expected.extend(validators.then_some(["etag", "last-modified"]).into_iter().flatten());
            expected.sort_unstable();
            assert_eq!(names(&response), expected, "{backend}");
        }
    }
}

#[test]
fn a_symlink_is_handed_off_as_what_it_leads_to() {
    let site = Site::new("nginx");
    std::os::unix::fs::symlink("digits.txt", site.root.path().join("link.pdf")).unwrap();
    let response = site.request(Method::GET, "link.pdf", &[]);
    assert_eq!(header(&response, "x-accel-redirect"), Some("/private/digits.txt"));
    assert_eq!(header(&response, "content-type"), Some("application/pdf"));
    assert_eq!(header(&response, "content-disposition"), Some("inline; filename=\"link.pdf\""));
}

#[test]
fn a_name_that_cannot_be_carried_is_streamed() {
    let site = Site::new("xsendfile");
    site.write("100%.txt", b"percent");
    let response = site.request(Method::GET, "100%.txt", &[("range", "bytes=0-2")]);
    assert_eq!(response.rule.map(|rule| rule.name), Some("percent sign"));
    assert_eq!((response.status, content(&response)), (StatusCode::PARTIAL_CONTENT, b"per".to_vec()));
    assert_eq!(header(&response, "x-sendfile"), None);
}

#[test]
fn a_file_that_is_not_looked_at_has_a_tag_that_nothing_matches() {
    let config =
        Config::builder().backend("mod_xsendfile").root("/nowhere").check_file_exists(false).build().unwrap();
    let sendfile = Sendfile::new(config);
    let (method, headers) = (Method::GET, HeaderMap::new());
    let etag = || {
        let response = sendfile.send(Request::new(&method, &headers), "missing").respond().unwrap();
        assert_eq!(header(&response, "x-sendfile"), Some("/nowhere/missing"));
        assert_eq!(header(&response, "last-modified"), None);
        header(&response, "etag").unwrap().to_owned()
    };
    assert_ne!(etag(), etag());
}
