//! What a configuration says, and what it refuses to say. That servers accept it is tested on them, in
//! `tests/servers/test_config.py`.

use std::path::Path;

use xsendfile::{Config, Locations};
use xsendfile_cli::Configuration;
use xsendfile_cli::configure::{Listen, ModWsgi, Server, Upstream, Whole};

fn locations(root: &str, url: Option<&str>) -> Locations {
    let mut builder = Config::builder().backend("simple").root(root).check_file_exists(false);
    if let Some(url) = url {
        builder = builder.url(url);
    }
    builder.build().unwrap().locations().clone()
}

fn configuration(server: Server) -> Configuration {
    let configuration = Configuration::new(server, locations("/srv/files", Some("/private")));
    match server {
        Server::ModWsgi => configuration.mod_wsgi(mod_wsgi("site")),
        _ => configuration,
    }
}

fn mod_wsgi(group: &str) -> ModWsgi {
    ModWsgi {
        file: "/srv/site/example/wsgi.py".into(),
        python_home: None,
        python_path: None,
        group: group.into(),
        processes: 2,
        threads: 16,
    }
}

const SERVERS: [Server; 5] =
    [Server::Nginx, Server::ModXsendfile, Server::ModWsgi, Server::Lighttpd, Server::Caddy];

#[test]
fn every_configuration_ends_with_one_line_feed_and_has_no_tab() {
    for server in SERVERS {
        let text = configuration(server).render().unwrap();
        assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{text}");
        assert!(!text.contains('\t') && !text.contains("\n\n\n") && !text.contains(" \n"), "{text}");
        assert!(text.lines().all(|line| !line.contains("{{") && !line.contains("{%")), "{text}");
    }
}

#[test]
fn every_location_is_published() {
    let locations = Config::builder()
        .backend("simple")
        .root("/srv/files")
        .url("/private")
        .location("/srv/invoices", Some("/invoices"))
        .check_file_exists(false)
        .build()
        .unwrap()
        .locations()
        .clone();
    for server in SERVERS {
        let mut configuration = Configuration::new(server, locations.clone());
        if server == Server::ModWsgi {
            configuration = configuration.mod_wsgi(mod_wsgi("site"));
        }
        let text = configuration.render().unwrap();
        let code: Vec<_> = text.lines().filter(|line| !line.trim_start().starts_with('#')).collect();
        for root in ["/srv/files", "/srv/invoices"] {
            assert!(code.iter().any(|line| line.contains(root)), "{root} is not in {text}");
        }
    }
}

/// The names of a site, and how nginx, Apache, lighttpd and Caddy are told them.
type Named = (&'static [&'static str], [&'static str; 4]);

#[test]
fn a_name_with_a_dot_before_it_is_that_name_and_all_beneath() {
    #[rustfmt::skip]
    let cases: &[Named] = &[
        (&["a.com"], [
            "server_name a.com;",
            "ServerName a.com",
            r#"$HTTP["host"] =~ "^(a\.com)(:[0-9]+)?$" {"#,
            "a.com {",
        ]),
        (&[".a.com"], [
            "server_name a.com *.a.com;",
            "ServerName a.com|ServerAlias *.a.com",
            r#"$HTTP["host"] =~ "^(([^.]+\.)*a\.com)(:[0-9]+)?$" {"#,
            "a.com, *.a.com {",
        ]),
        (&["a.com", ".b.com"], [
            "server_name a.com b.com *.b.com;",
            "ServerName a.com|ServerAlias b.com|ServerAlias *.b.com",
            r#"$HTTP["host"] =~ "^(a\.com|([^.]+\.)*b\.com)(:[0-9]+)?$" {"#,
            "a.com, b.com, *.b.com {",
        ]),
        (&["a.com", ".A.com"], [
            "server_name a.com *.A.com;",
            "ServerName a.com|ServerAlias *.A.com",
            r#"$HTTP["host"] =~ "^(a\.com|([^.]+\.)*A\.com)(:[0-9]+)?$" {"#,
            "a.com, *.A.com {",
        ]),
    ];
    let servers = [Server::Nginx, Server::ModXsendfile, Server::Lighttpd, Server::Caddy];
    for (names, expected) in cases {
        for (server, expected) in servers.into_iter().zip(expected) {
            let text = configuration(server).server_names(names.iter().copied()).render().unwrap();
            let told = ["server_name ", "ServerName ", "ServerAlias ", "$HTTP[\"host\"]"];
            let told = |line: &&str| match server {
                Server::Caddy => line.ends_with(" {") && !line.starts_with(' '),
                _ => told.iter().any(|start| line.trim_start().starts_with(start)),
            };
            let lines: Vec<_> = text.lines().filter(told).map(str::trim).collect();
            assert_eq!(lines.join("|"), *expected, "{names:?} {server:?}");
        }
    }
}

/// Apache sends plain requests on to the first name, which has to be one.
#[test]
fn a_redirect_to_tls_names_the_site() {
    let site = configuration(Server::ModXsendfile).server_names([".a.com", "b.com"]);
    let text = site.tls("/etc/ssl/a.pem", "/etc/ssl/a.key").render().unwrap();
    assert!(text.contains("    Redirect permanent / https://a.com/\n"), "{text}");
    assert_eq!(text.matches("    ServerAlias *.a.com\n    ServerAlias b.com\n").count(), 2, "{text}");
}

#[test]
fn an_argument_wins_over_its_setting() {
    let mut settings = xsendfile_cli::Settings::default();
    settings.sendfile = Ok(Config::builder()
        .root("/set/files")
        .url("/set")
        .location("/set/invoices", Some("/set-invoices"))
        .symlinks(xsendfile::Symlinks::Anywhere));
    settings.hosts = vec!["set.com".into()];
    settings.static_files =
        xsendfile_cli::settings::Published::new(Some("/set-static/".into()), Some("/set/static".into()));
    for (arguments, set, given) in [
        (&["--root", "/given"][..], "alias /set/files/;", "alias /given/;"),
        (&["--url", "/given"], "location ^~ /set/ {", "location ^~ /given/ {"),
        (&["--location", "/given=/given"], "location ^~ /set-invoices/ {", "location ^~ /given/ {"),
        (&["--symlinks", "never"], "disable_symlinks off;", "disable_symlinks on from=/set/files;"),
        (&["--server-name", "given.com"], "set.com", "server_name given.com;"),
        (&["--static", "/given=/given"], "/set-static/", "location ^~ /given/ {"),
    ] {
        let printed = |arguments: &[&str]| {
            let line = ["xsendfile", "config", "nginx"].iter().chain(arguments).map(Into::into);
            let outcome = xsendfile_cli::run(line, &settings);
            assert_eq!((outcome.status, outcome.error.as_str()), (0, ""), "{arguments:?}");
            outcome.output
        };
        let (by_settings, text) = (printed(&[]), printed(arguments));
        assert!(by_settings.contains(set) && !by_settings.contains(given), "{arguments:?}: {by_settings}");
        assert!(text.contains(given), "{arguments:?}: {text}");
        assert!(!text.contains(set), "{arguments:?}: {text}");
    }
}

#[test]
fn addresses_to_listen_on() {
    for (text, read) in
        [("80", "*:80"), ("*:80", "*:80"), ("127.0.0.1:8080", "127.0.0.1:8080"), ("[::1]:1", "[::1]:1")]
    {
        assert_eq!(text.parse::<Listen>().unwrap().to_string(), read);
    }
    for wrong in ["", "x", "80x", "65536", "1.2.3.4:", "a b:80", "[::x]:80", "::1:80;", "a;b:80"] {
        wrong.parse::<Listen>().expect_err(wrong);
    }
}

#[test]
fn addresses_of_the_application() {
    let tcp = |host: &str, port| Upstream::Tcp { host: host.into(), port };
    let unix = |path: &str| Upstream::Unix(path.into());
    for (text, read) in [
        ("127.0.0.1:8000", tcp("127.0.0.1", 8000)),
        ("http://app:8000/", tcp("app", 8000)),
        ("[::1]:8000", tcp("::1", 8000)),
        ("unix:/run/a.sock", unix("/run/a.sock")),
        ("/run/a.sock", unix("/run/a.sock")),
    ] {
        assert_eq!(text.parse::<Upstream>().unwrap(), read, "{text}");
    }
    for wrong in ["", "app", "app:", "app:x", "unix:a.sock", "/run/a b.sock", "/run/a:b", "/run/a|b", "a;b:1"]
    {
        wrong.parse::<Upstream>().expect_err(wrong);
    }
}

#[test]
fn what_cannot_be_said_names_its_option() {
    let nginx = || configuration(Server::Nginx);
    let with_root = |server, root, url| Configuration::new(server, locations(root, url));
    for (option, problem) in [
        ("SENDFILE_ROOT", with_root(Server::Nginx, "/srv/$files", Some("/private"))),
        ("SENDFILE_ROOT", with_root(Server::Caddy, "/srv/{files}", Some("/private"))),
        ("SENDFILE_ROOT", with_root(Server::Lighttpd, "/srv/files\n", None)),
        ("SENDFILE_URL", with_root(Server::Nginx, "/srv/files", None)),
        ("SENDFILE_URL", with_root(Server::Nginx, "/srv/files", Some("/"))),
        ("SENDFILE_URL", with_root(Server::Nginx, "/srv/files", Some("/private files"))),
        ("SENDFILE_URL", with_root(Server::Caddy, "/srv/files", Some("/*"))),
        ("--static", nginx().static_files("/", "/srv/static")),
        ("--static", nginx().static_files("/static", "relative")),
        ("--static", nginx().static_files("/static/;", "/srv/static")),
        ("--server-name", nginx().server_names(["a b"])),
        ("--server-name", nginx().server_names(["a;b"])),
        ("--server-name", nginx().server_names([""])),
        ("--server-name", nginx().server_names(["."])),
        ("--tls-key", nginx().tls("/srv/certificate.pem", "/srv/key\n.pem")),
        ("--access-log", nginx().access_log("access.log")),
        ("--process-group", configuration(Server::ModWsgi).mod_wsgi(mod_wsgi("a' || true || '"))),
        ("--wsgi-file", nginx().mod_wsgi(mod_wsgi("site"))),
        ("--wsgi-file", configuration(Server::ModWsgi).upstream(Upstream::default())),
    ] {
        let problem = problem.render().expect_err(option);
        assert_eq!(problem.setting, option, "{problem}");
        assert_eq!(problem.to_string().lines().count(), 1);
    }
}

#[test]
fn what_is_published_holds_nothing_that_is_private() {
    let top = std::env::temp_dir().canonicalize().unwrap();
    let top = top.join(format!("xsendfile-published-{}", std::process::id()));
    let at = |path: &str| top.join(path);
    std::fs::create_dir_all(at("public/in")).unwrap();
    std::fs::create_dir_all(at("tls")).unwrap();
    for (target, link) in [("public", "link"), ("../tls/site.key", "public/key"), ("public/in", "deep")] {
        std::os::unix::fs::symlink(target, at(link)).unwrap();
    }
    let site =
        |root: &str| Configuration::new(Server::Nginx, locations(at(root).to_str().unwrap(), Some("/p")));
    let nginx = || site("files");
    let apache = |wsgi: ModWsgi| {
        Configuration::new(Server::ModWsgi, locations(at("files").to_str().unwrap(), Some("/p")))
            .mod_wsgi(wsgi)
    };
    let whole = |state_dir: &str| Whole {
        state_dir: at(state_dir),
        user: None,
        group: None,
        apache_modules: "/usr/lib/apache2/modules".into(),
    };
    let wsgi = |file: &str| ModWsgi { file: at(file), ..mod_wsgi("site") };
    #[rustfmt::skip]
    let cases = [
        ("public", Some("SENDFILE_ROOT"), site("public")),
        ("public", Some("SENDFILE_ROOT"), site("public/in")),
        ("public", Some("SENDFILE_ROOT"), site("deep")),
        // Neither is there yet.
        ("link/new", Some("SENDFILE_ROOT"), site("public/new/files")),
        ("public/new", Some("SENDFILE_ROOT"), site("link/new")),
        ("public", Some("--tls-key"), nginx().tls(at("tls/site.pem"), at("public/site.key"))),
        // By the link in it.
        ("public", Some("--tls-key"), nginx().tls(at("tls/site.pem"), at("link/key"))),
        ("public", Some("--tls-certificate"), nginx().tls(at("link/site.pem"), at("tls/site.key"))),
        ("public", Some("--access-log"), nginx().access_log(at("public/logs/access.log"))),
        ("public", Some("--error-log"), nginx().error_log(at("public/error.log"))),
        ("public", Some("--state-dir"), nginx().whole(whole("link/state"))),
        ("state/client-body", Some("--state-dir"), nginx().whole(whole("state"))),
        ("public", Some("--wsgi-file"), apache(wsgi("public/wsgi.py"))),
        ("public", Some("--python-path"), apache(ModWsgi { python_path: Some(at("link")), ..wsgi("code/wsgi.py") })),
        ("public", Some("--python-home"), apache(ModWsgi { python_home: Some(at("link/venv")), ..wsgi("code/wsgi.py") })),
        ("code", Some("--wsgi-file"), apache(wsgi("code/site/wsgi.py"))),
        ("public/../public", Some("\"..\""), nginx()),
        ("public", None, nginx().tls(at("tls/site.pem"), at("tls/site.key")).whole(whole("state"))),
        ("code/static", None, apache(wsgi("code/site/wsgi.py"))),
        ("files-for-all", None, nginx()),
    ];
    for (directory, named, configuration) in cases {
        let made = configuration.static_files("/static/", at(directory)).render();
        match (named, made) {
            (None, made) => drop(made.unwrap()),
            (Some(named), made) => {
                let error = made.expect_err(directory);
                assert_eq!((error.setting, error.value), ("--static", format!("{:?}", at(directory))));
                assert!(error.problem.contains(named), "{directory}: {}", error.problem);
                assert!(error.advice.starts_with("write "), "{}", error.advice);
            }
        }
    }
    std::fs::remove_dir_all(top).unwrap();
}

/// As the server would match them: by whole components, whatever the case.
#[test]
fn each_url_is_one_directorys() {
    let beside = |server, internal: &str, published: &[&str]| {
        let configuration = Configuration::new(server, locations("/srv/files", Some(internal)));
        let configuration = match server {
            Server::ModWsgi => configuration.mod_wsgi(mod_wsgi("site")),
            _ => configuration,
        };
        let mut places = published.iter().zip(["/srv/static", "/srv/more"]);
        places
            .try_fold(configuration, |made, (url, path)| Ok(made.static_files(*url, path)))
            .and_then(|made: Configuration| made.render().map_err(|error| (error.setting, error.problem)))
    };
    for (internal, published, named) in [
        ("/private", &["/private/"][..], Some("SENDFILE_URL = \"/private\"")),
        ("/private", &["/private"], Some("SENDFILE_URL = \"/private\"")),
        ("/private/", &["/private/static/"], Some("SENDFILE_URL = \"/private\"")),
        ("/static/private", &["/static/"], Some("SENDFILE_URL = \"/static/private\"")),
        ("//static//private", &["/static/"], Some("SENDFILE_URL = \"/static/private\"")),
        ("/private", &["/Private/"], Some("SENDFILE_URL = \"/private\"")),
        ("/private", &["/static/", "/static/"], Some("--static = \"/static\"")),
        ("/private", &["/static/", "/static/admin/"], Some("--static = \"/static\"")),
        // No server would ever find these.
        ("/private", &["//private/"], Some("no plain path")),
        ("/private", &["/static//private/"], Some("no plain path")),
        ("/private", &["/static/../private/"], Some("no plain path")),
        ("/private", &["/./private/"], Some("no plain path")),
        ("/private", &["/%70rivate/"], Some("no plain path")),
        ("/private", &["/private-static/"], None),
        ("/private-files", &["/private/"], None),
        ("/static", &["/statics/", "/sta/"], None),
    ] {
        for server in [Server::Nginx, Server::ModWsgi, Server::Caddy] {
            match (named, beside(server, internal, published)) {
                (None, made) => drop(made.unwrap()),
                (Some(named), made) => {
                    let (setting, problem) = made.expect_err(internal);
                    assert_eq!(setting, "--static", "{server:?} {internal} {published:?}");
                    assert!(problem.contains(named), "{server:?} {internal} {published:?}: {problem}");
                }
            }
        }
        // A server that is told paths has no such URL.
        let only_files = named.is_some_and(|named| named.starts_with("SENDFILE_URL"));
        let path = beside(Server::ModXsendfile, internal, published);
        assert_eq!(path.is_ok(), named.is_none() || only_files, "{internal} {published:?}: {path:?}");
    }
}

#[test]
fn a_root_holds_nothing_that_is_not_for_sending() {
    let nginx = |root| Configuration::new(Server::Nginx, locations(root, Some("/p")));
    let apache = |root| Configuration::new(Server::ModWsgi, locations(root, Some("/p")));
    let whole = |state_dir: &str| Whole {
        state_dir: state_dir.into(),
        user: Default::default(),
        group: None,
        apache_modules: "/usr/lib/apache2/modules".into(),
    };
    for (root, named, configuration) in [
        ("/", "/etc", nginx("/")),
        ("/etc/ssl", "/etc/ssl", nginx("/etc/ssl")),
        ("/srv", "/srv/tls/site.key", nginx("/srv").tls("/else/site.pem", "/srv/tls/site.key")),
        ("/srv", "/srv/state", nginx("/srv").whole(whole("/srv/state"))),
        ("/srv", "/srv/error.log", nginx("/srv").error_log("/srv/error.log")),
        ("/srv/site", "/srv/site/example/wsgi.py", apache("/srv/site").mod_wsgi(mod_wsgi("site"))),
    ] {
        let error = configuration.render().expect_err(root);
        assert_eq!((error.setting, error.value), ("SENDFILE_ROOT", format!("{root:?}")));
        assert!(error.problem.contains(&format!("{named:?}")), "{}", error.problem);
        assert!(error.advice.contains("/srv/example/files"), "{}", error.advice);
    }
    apache("/srv/site/files").mod_wsgi(mod_wsgi("site")).render().unwrap();
}

/// A second lock in the server would refuse links that the policy follows.
#[test]
fn links_are_followed_as_the_policy_says() {
    let followed = |server, policy| {
        let builder = Config::builder().backend("simple").root("/srv/files").url("/private");
        let config = builder.symlinks(policy).check_file_exists(false).build().unwrap();
        let configuration = Configuration::new(server, config.locations().clone());
        match server {
            Server::ModWsgi => configuration.mod_wsgi(mod_wsgi("site")),
            _ => configuration,
        }
        .render()
        .unwrap()
    };
    for (server, lock) in [
        (Server::Nginx, "disable_symlinks on from=/srv/files;"),
        (Server::ModWsgi, "Options None"),
        (Server::Lighttpd, "server.follow-symlink = \"disable\""),
    ] {
        for (policy, locked) in [
            (xsendfile::Symlinks::Never, true),
            (xsendfile::Symlinks::Beneath, true),
            (xsendfile::Symlinks::Anywhere, false),
        ] {
            assert_eq!(followed(server, policy).contains(lock), locked, "{server:?} {policy:?}");
        }
    }
}

/// `<Directory>` holds for the path as it is written.
#[test]
fn mod_wsgi_is_told_the_directory_without_a_link_in_it() {
    let directory = std::env::temp_dir().join(format!("xsendfile-config-{}", std::process::id()));
    std::fs::create_dir_all(directory.join("real")).unwrap();
    let link = directory.join("link");
    let _ = std::fs::remove_file(&link);
    std::os::unix::fs::symlink("real", &link).unwrap();
    let real = Path::canonicalize(&link).unwrap();

    let render = |server| {
        let configuration = Configuration::new(server, locations(link.to_str().unwrap(), Some("/private")));
        match server {
            Server::ModWsgi => configuration.mod_wsgi(mod_wsgi("site")),
            _ => configuration,
        }
        .render()
        .unwrap()
    };
    let apache = render(Server::ModWsgi);
    assert!(apache.contains(&format!("<Directory {}>", real.display())), "{apache}");
    // These compare the path that the application names, which is as the setting has it.
    for server in [Server::ModXsendfile, Server::Lighttpd] {
        let text = render(server);
        assert!(text.contains(link.to_str().unwrap()) && !text.contains("follow-symlink"), "{text}");
    }
    std::fs::remove_dir_all(directory).unwrap();
}
