//! A setting that cannot work is refused at start, by name, with its value and what to write.

use std::collections::BTreeSet;
use std::process::Command;

use http::{HeaderMap, Method};
use xsendfile::{Config, ConfigBuilder, InternalUrl, Request, Sendfile};

/// Enough to start with; `/` is a directory everywhere.
fn builder() -> ConfigBuilder {
    Config::builder().backend("nginx").root("/").url("/private")
}

#[test]
fn each_wrong_setting_says_what_to_write() {
    #[rustfmt::skip]
    let cases: &[(ConfigBuilder, &str)] = &[
        (Config::builder().backend("nginx"),
            "SENDFILE_ROOT = unset: it must be set; write the directory that holds the files"),
        (Config::builder().root("/"),
            "SENDFILE_BACKEND = unset: it must be set; write a backend such as \"simple\""),
        (builder().backend("ngnix"),
            "SENDFILE_BACKEND = \"ngnix\": there is no such backend; write one of development, simple, nginx, xsendfile, mod_xsendfile, mod_wsgi, lighttpd, caddy"),
        (builder().backend("mysite.backends.nginx"),
            "SENDFILE_BACKEND = \"mysite.backends.nginx\": there is no such backend; write one of development, simple, nginx, xsendfile, mod_xsendfile, mod_wsgi, lighttpd, caddy"),
        (builder().backend("h2o"),
            "SENDFILE_BACKEND = \"h2o\": the URL that it is told is one that every client may ask for too, h2o knows no internal ones; write \"simple\", or put nginx or Caddy in front"),
        (builder().backend("django_sendfile.backends.thruster"),
            "SENDFILE_BACKEND = \"django_sendfile.backends.thruster\": it sends whatever path a response names, and has no root to keep it beneath; write \"simple\", or put nginx or Caddy in front"),
        (builder().backend("frankenphp"),
            "SENDFILE_BACKEND = \"frankenphp\": FrankenPHP is Caddy; write \"caddy\""),
        (builder().root(""),
            "SENDFILE_ROOT = \"\": cannot make an empty path absolute; write the absolute path of the directory that holds the files"),
        (builder().root("/nowhere/at all"),
            "SENDFILE_ROOT = \"/nowhere/at all\": it cannot be used: No such file or directory (os error 2); write the absolute path of the directory that holds the files"),
        (builder().root("/dev/null"),
            "SENDFILE_ROOT = \"/dev/null\": it is not a directory; write the absolute path of the directory that holds the files"),
        (builder().url("private"),
            "SENDFILE_URL = \"private\": an internal URL starts with a slash; write \"/private\""),
        (builder().url("https://example.com/private"),
            "SENDFILE_URL = \"https://example.com/private\": an internal URL has no scheme and no host; write its path only, such as \"/private\""),
        (builder().url("/private/../x"),
            "SENDFILE_URL = \"/private/../x\": it holds \"..\" or a control character; write a plain path such as \"/private\""),
        (builder().location("/usr", Some("/private/")),
            "SENDFILE_LOCATIONS = \"/private\": with \"/private\" it makes URLs that could mean files of two roots; give each root an internal URL that lies beneath no other"),
        (builder().location("/usr", Some("/Private")),
            "SENDFILE_LOCATIONS = \"/Private\": with \"/private\" it makes URLs that could mean files of two roots; give each root an internal URL that lies beneath no other"),
        (builder().location("/usr", Some("/private/inner")),
            "SENDFILE_LOCATIONS = \"/private/inner\": with \"/private\" it makes URLs that could mean files of two roots; give each root an internal URL that lies beneath no other"),
        (builder().url("/private/inner").location("/usr", Some("/private")),
            "SENDFILE_LOCATIONS = \"/private\": with \"/private/inner\" it makes URLs that could mean files of two roots; give each root an internal URL that lies beneath no other"),
        (builder().url("/").location("/usr", Some("/inner")),
            "SENDFILE_LOCATIONS = \"/inner\": with \"/\" it makes URLs that could mean files of two roots; give each root an internal URL that lies beneath no other"),
        (Config::builder().backend("nginx").root("/"),
            "SENDFILE_URL = unset: nginx is told a URL for each file in \"/\", and there is none; write a URL path that the site does not use itself, such as \"/private\""),
        (builder().location("/usr", None),
            "SENDFILE_LOCATIONS = unset: nginx is told a URL for each file in \"/usr\", and there is none; write a URL path that the site does not use itself, such as \"/private\""),
        (builder().paths_as_urls(true).url("/usr").location("/usr/bin", None),
            "SENDFILE_LOCATIONS = \"/usr/bin\": with \"/usr\" it makes URLs that could mean files of two roots; give each root an internal URL that lies beneath no other"),
        (builder().paths_as_urls(true).root("/usr/bin").url("/other").location("/usr", None).location("/etc", Some("/usr/bin/x")),
            "SENDFILE_LOCATIONS = \"/usr/bin/x\": with \"/usr\" it makes URLs that could mean files of two roots; give each root an internal URL that lies beneath no other"),
        (builder().media_type(".step", "model\n/step"),
            "media_type = \"model\\n/step\" for .step: it holds a control character; write a type and a subtype, such as \"model/step\""),
        (builder().location("/usr", Some("usr")),
            "SENDFILE_LOCATIONS = \"usr\": an internal URL starts with a slash; write \"/usr\""),
    ];
    for (builder, message) in cases {
        assert_eq!(builder.clone().build().unwrap_err().to_string(), *message);
    }
}

#[test]
fn a_backend_has_a_short_name_and_a_dotted_one() {
    for backend in xsendfile::Backend::all() {
        for name in [backend.to_string(), format!("django_sendfile.backends.{backend}")] {
            let config = builder().backend(name).build().unwrap();
            assert_eq!(config.backend().name(), backend.name());
        }
    }
}

#[test]
fn slashes_around_an_internal_url_do_not_matter() {
    for (url, prefix) in
        [("/private", "/private"), ("/private/", "/private"), ("//a/./b//", "/a/b"), ("/", "")]
    {
        let config = builder().url(url).build().unwrap();
        assert_eq!(config.locations().first().url().unwrap().as_str(), prefix, "{url:?}");
    }
}

#[test]
fn a_root_need_not_exist_where_files_are_not_looked_at() {
    assert!(builder().root("/nowhere").check_file_exists(false).build().is_ok());
}

/// The settings of the environment are this process's own, so each case is a process.
#[test]
fn the_environment_has_the_same_settings() {
    const CASE: &str = "XSENDFILE_TEST_FROM_ENVIRONMENT";
    if std::env::var_os(CASE).is_some() {
        match Config::from_env() {
            Ok(config) => {
                let locations: Vec<_> = config
                    .locations()
                    .iter()
                    .map(|l| (l.root().path(), l.url().map(InternalUrl::as_str)))
                    .collect();
                println!(
                    "is {} {locations:?} {:?}",
                    config.backend(),
                    config.locations().first().root().symlinks()
                );
            }
            Err(error) => println!("is {error}"),
        }
        return;
    }
    let base = [("SENDFILE_BACKEND", "nginx"), ("SENDFILE_ROOT", "/"), ("SENDFILE_URL", "/private")];
    #[rustfmt::skip]
    let cases: &[(&[(&str, &str)], &str)] = &[
        (&[], "nginx [(\"/\", Some(\"/private\"))] Beneath"),
        (&[("SENDFILE_SYMLINKS", "never")], "nginx [(\"/\", Some(\"/private\"))] Never"),
        (&[("SENDFILE_LOCATIONS", "/usr=/usr,/etc=/e")],
            "nginx [(\"/\", Some(\"/private\")), (\"/usr\", Some(\"/usr\")), (\"/etc\", Some(\"/e\"))] Beneath"),
        (&[("SENDFILE_BACKEND", "simple"), ("SENDFILE_URL", ""), ("SENDFILE_LOCATIONS", ""), ("SENDFILE_CHECK_FILE_EXISTS", ""),
           ("SENDFILE_SYMLINKS", ""), ("SENDFILE_LIMIT_RATE", ""), ("SENDFILE_BUFFERING", ""), ("SENDFILE_CHARSET", ""), ("SENDFILE_EXPIRES", ""),
           ("SENDFILE_CACHE_CONTROL", ""), ("SENDFILE_SANDBOX", "")],
            "simple [(\"/\", None)] Beneath"),
        (&[("SENDFILE_URL", "")],
            "SENDFILE_URL = unset: nginx is told a URL for each file in \"/\", and there is none; write a URL path that the site does not use itself, such as \"/private\""),
        (&[("SENDFILE_ROOT", "")], "SENDFILE_ROOT = unset: it must be set; write the directory that holds the files"),
        (&[("SENDFILE_BACKEND", "")], "SENDFILE_BACKEND = unset: it must be set; write a backend such as \"simple\""),
        (&[("SENDFILE_ROOT", "/nowhere"), ("SENDFILE_CHECK_FILE_EXISTS", "no")], "nginx [(\"/nowhere\", Some(\"/private\"))] Beneath"),
        (&[("SENDFILE_SYMLINKS", "some")], "SENDFILE_SYMLINKS = \"some\": there is no such policy; write one of never, beneath, anywhere"),
        (&[("SENDFILE_CHECK_FILE_EXISTS", "maybe")], "SENDFILE_CHECK_FILE_EXISTS = \"maybe\": it is neither yes nor no; write true or false"),
        (&[("SENDFILE_LOCATIONS", "/usr")], "SENDFILE_LOCATIONS = \"/usr\": it is not a root and an internal URL; write root=url, several separated by commas: \"/srv/invoices=/invoices\""),
    ];
    for (variables, expected) in cases {
        let said = in_a_process("the_environment_has_the_same_settings", CASE, &[&base, variables]);
        assert_eq!(said, *expected, "{variables:?}");
    }
}

/// What `test` prints behind "is ", in a process of its own with these variables.
fn in_a_process(test: &str, case: &str, variables: &[&[(&str, &str)]]) -> String {
    let output = Command::new(std::env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture"])
        .envs(variables.iter().copied().flatten().copied())
        .env(case, "1")
        .output()
        .unwrap();
    let output = String::from_utf8(output.stdout).unwrap();
    let line = output.lines().find_map(|line| Some(line.split_once("is ")?.1));
    line.unwrap_or_else(|| panic!("nothing is said: {output}")).to_owned()
}

/// What the settings do to a file that is handed off, to one that is streamed, to one that is missing, and
/// to a page; but for what protects files where no setting says otherwise.
fn effect(config: Config) -> String {
    let sendfile = Sendfile::new(config);
    let (method, headers) = (Method::GET, HeaderMap::new());
    let send = |name| sendfile.send(Request::new(&method, &headers), name);
    let page = send("a.html").respond().unwrap();
    let policy =
        page.headers.get("content-security-policy").map_or("none", |policy| policy.to_str().unwrap());
    let policy = if policy == "sandbox" { String::new() } else { format!("; a.html: {policy}") };
    let effects = ["a.txt handed off", "a.txt streamed", "missing handed off"]
        .map(|what| {
            let (name, how) = what.split_once(' ').unwrap();
            let download = if how == "streamed" { send(name).streamed() } else { send(name) };
            let said = match download.respond() {
                Ok(response) => response
                    .headers
                    .iter()
                    .filter(|(name, _)| {
                        ["content-type", "cache-control"].contains(&name.as_str())
                            || name.as_str().starts_with("x-accel-")
                    })
                    .filter(|(_, value)| **value != "private, no-cache")
                    .map(|(name, value)| format!(" {name}={}", value.to_str().unwrap()))
                    .collect::<BTreeSet<_>>(),
                Err(error) => [format!(" {}", error.status().as_u16())].into(),
            };
            format!("{what}:{}", said.into_iter().collect::<String>())
        })
        .join("; ");
    effects + &policy
}

/// A root with `a.txt` and `a.html`.
fn site() -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    std::fs::write(root.path().join("a.txt"), "a").unwrap();
    std::fs::write(root.path().join("a.html"), "a").unwrap();
    root
}

/// What each setting does, by its name and value in the environment and in JSON.
#[rustfmt::skip]
const EFFECTS: &[(&str, &[&str], &[&str], &str)] = &[
    ("SENDFILE_LIMIT_RATE", &["1000", "01000"], &["1000"],
        "a.txt handed off: content-type=text/plain x-accel-limit-rate=1000 x-accel-redirect=/private/a.txt; a.txt streamed: content-type=text/plain x-accel-limit-rate=1000; missing handed off: 404"),
    ("SENDFILE_LIMIT_RATE", &["0"], &["0"],
        "a.txt handed off: content-type=text/plain x-accel-limit-rate=0 x-accel-redirect=/private/a.txt; a.txt streamed: content-type=text/plain x-accel-limit-rate=0; missing handed off: 404"),
    ("SENDFILE_BUFFERING", &["true", "True", "1", "yes", "on"], &["true"],
        "a.txt handed off: content-type=text/plain x-accel-redirect=/private/a.txt; a.txt streamed: content-type=text/plain x-accel-buffering=yes; missing handed off: 404"),
    ("SENDFILE_BUFFERING", &["false", "FALSE", "0", "no", "off"], &["false"],
        "a.txt handed off: content-type=text/plain x-accel-redirect=/private/a.txt; a.txt streamed: content-type=text/plain x-accel-buffering=no; missing handed off: 404"),
    ("SENDFILE_CHARSET", &["utf-8"], &["\"utf-8\""],
        "a.txt handed off: content-type=text/plain; charset=utf-8 x-accel-redirect=/private/a.txt; a.txt streamed: content-type=text/plain; charset=utf-8; missing handed off: 404"),
    ("SENDFILE_EXPIRES", &["3600"], &["3600"],
        "a.txt handed off: cache-control=private, max-age=3600 content-type=text/plain x-accel-redirect=/private/a.txt; a.txt streamed: cache-control=private, max-age=3600 content-type=text/plain; missing handed off: 404"),
    ("SENDFILE_CACHE_CONTROL", &["no-store"], &["\"no-store\""],
        "a.txt handed off: cache-control=no-store content-type=text/plain x-accel-redirect=/private/a.txt; a.txt streamed: cache-control=no-store content-type=text/plain; missing handed off: 404"),
    ("SENDFILE_SANDBOX", &["true", "sandbox"], &["true", "null", "\"sandbox\""],
        "a.txt handed off: content-type=text/plain x-accel-redirect=/private/a.txt; a.txt streamed: content-type=text/plain; missing handed off: 404"),
    ("SENDFILE_SANDBOX", &["false", "no"], &["false", "\"\""],
        "a.txt handed off: content-type=text/plain x-accel-redirect=/private/a.txt; a.txt streamed: content-type=text/plain; missing handed off: 404; a.html: none"),
    ("SENDFILE_SANDBOX", &["sandbox allow-scripts"], &["\"sandbox allow-scripts\""],
        "a.txt handed off: content-type=text/plain x-accel-redirect=/private/a.txt; a.txt streamed: content-type=text/plain; missing handed off: 404; a.html: sandbox allow-scripts"),
    ("SENDFILE_CHECK_FILE_EXISTS", &["true", "yes"], &["true", "null"],
        "a.txt handed off: content-type=text/plain x-accel-redirect=/private/a.txt; a.txt streamed: content-type=text/plain; missing handed off: 404"),
    ("SENDFILE_CHECK_FILE_EXISTS", &["false", "no"], &["false"],
        "a.txt handed off: content-type=text/plain x-accel-redirect=/private/a.txt; a.txt streamed: content-type=text/plain; missing handed off: content-type=application/octet-stream x-accel-redirect=/private/missing"),
    // Refused.
    ("SENDFILE_LIMIT_RATE", &["fast"], &[],
        "SENDFILE_LIMIT_RATE = \"fast\": it is not a whole number; write a number of bytes in a second"),
    ("SENDFILE_LIMIT_RATE", &["-1"], &[],
        "SENDFILE_LIMIT_RATE = \"-1\": it is not a whole number; write a number of bytes in a second"),
    ("SENDFILE_BUFFERING", &["maybe"], &[],
        "SENDFILE_BUFFERING = \"maybe\": it is neither yes nor no; write true or false"),
    ("SENDFILE_CHARSET", &["utf 8"], &["\"utf 8\""],
        "SENDFILE_CHARSET = \"utf 8\": it is not the name of a charset; write one such as \"utf-8\""),
    ("SENDFILE_SANDBOX", &["maybe"], &["\"maybe\""],
        "SENDFILE_SANDBOX = \"maybe\": it has no directive sandbox; write True, False, or a policy such as \"sandbox allow-scripts\""),
    ("SENDFILE_EXPIRES", &["1.5"], &[],
        "SENDFILE_EXPIRES = \"1.5\": it is not a whole number; write a number of seconds"),
    ("SENDFILE_EXPIRES", &["18446744073709551616"], &[],
        "SENDFILE_EXPIRES = \"18446744073709551616\": it is not a whole number; write a number of seconds"),
];

#[test]
fn each_setting_of_the_environment_does_what_it_says() {
    const CASE: &str = "XSENDFILE_TEST_EFFECT";
    if std::env::var_os(CASE).is_some() {
        let said = Config::from_env().map_or_else(|error| error.to_string(), effect);
        return println!("is {said}");
    }
    let site = site();
    let root = site.path().to_str().unwrap();
    let base = [("SENDFILE_BACKEND", "nginx"), ("SENDFILE_ROOT", root), ("SENDFILE_URL", "/private")];
    for (setting, values, _, expected) in EFFECTS {
        for value in *values {
            let said = in_a_process(
                "each_setting_of_the_environment_does_what_it_says",
                CASE,
                &[&base, &[(setting, value)]],
            );
            assert_eq!(said, *expected, "{setting}={value}");
        }
    }
}

#[cfg(feature = "serde")]
#[test]
fn serde_reads_them_under_both_names() {
    let read = |json: &str| serde_json::from_str::<Config>(json);
    for json in [
        r#"{"backend": "nginx", "root": "/", "url": "/private", "symlinks": "never"}"#,
        r#"{"SENDFILE_BACKEND": "django_sendfile.backends.nginx", "SENDFILE_ROOT": "/", "SENDFILE_URL": "/private/", "SENDFILE_SYMLINKS": "never", "SENDFILE_BUFFERING": false}"#,
    ] {
        let config = read(json).unwrap();
        assert_eq!(config.backend().name(), "nginx");
        assert_eq!(config.locations().first().root().symlinks(), xsendfile::Symlinks::Never);
    }
    let site = site();
    for (setting, _, values, expected) in EFFECTS {
        let short = setting.strip_prefix("SENDFILE_").unwrap().to_lowercase();
        for (name, value) in values.iter().flat_map(|value| [(*setting, value), (&*short, value)]) {
            let base = format!("\"backend\": \"nginx\", \"root\": {:?}, \"url\": \"/private\"", site.path());
            let said = read(&format!("{{{base}, \"{name}\": {value}}}"));
            let said = said.map_or_else(|error| error.to_string(), effect);
            assert_eq!(said, *expected, "{name} = {value}");
        }
    }
    for name in ["locations", "SENDFILE_LOCATIONS"] {
        let json =
            format!(r#"{{"backend": "simple", "root": "/dev", "{name}": [["/usr", "/u"], ["/etc", null]]}}"#);
        let config = read(&json).unwrap();
        let locations: Vec<_> = config
            .locations()
            .iter()
            .map(|location| (location.root().path().to_str(), location.url().map(InternalUrl::as_str)))
            .collect();
        assert_eq!(locations, [(Some("/dev"), None), (Some("/usr"), Some("/u")), (Some("/etc"), None)]);
    }
    for (wrong, said) in [
        (r#""limit_rate": "fast""#, "expected u64"),
        (r#""limit_rate": -1"#, "expected u64"),
        (r#""expires": 1.5"#, "expected u64"),
        (r#""charset": 8"#, "expected a string"),
        (r#""buffering": "no""#, "expected a boolean"),
        (r#""sandbox": 8"#, "true, false or a policy"),
        (r#""check_file_exists": 1"#, "expected a boolean"),
        (r#""locations": ["/usr"]"#, "expected a tuple"),
        (r#""symlinks": "some""#, "unknown variant `some`"),
    ] {
        let error = read(&format!(r#"{{"backend": "simple", "root": "/", {wrong}}}"#)).unwrap_err();
        assert!(error.to_string().contains(said), "{wrong}: {error}");
    }
    let wrong = read(r#"{"backend": "nginx", "root": "/", "url": "private"}"#).unwrap_err().to_string();
    assert_eq!(wrong, "SENDFILE_URL = \"private\": an internal URL starts with a slash; write \"/private\"");
    assert!(
        read(r#"{"backend": "nginx", "root": "/", "uri": "/private"}"#)
            .unwrap_err()
            .to_string()
            .contains("uri")
    );
}
