//! Validates values against what a server can be told, each under the name of its option.

use std::path::Path;

use xsendfile::{ConfigError, InternalUrl};

use super::address::{Upstream, bracketed};
use super::model::{Application, Configuration, Directory, ModWsgi, Whole};
use super::published;
use super::server::Server;
use super::unusable;
use super::view::{LocationView, UpstreamView, WholeView, WsgiView};
use crate::real::real;
use crate::unfit;

/// Validates values against what a server can be told.
pub(super) struct Validation(pub(super) Server);

impl Validation {
    /// What does not go together.
    pub(super) fn fits(&self, configuration: &Configuration) -> Result<(), ConfigError> {
        let runs = matches!(configuration.application, Application::ModWsgi(_));
        match self.0 {
            Server::ModWsgi if !runs => {
                return Err(unusable(
                    "--wsgi-file",
                    "unset",
                    "mod_wsgi runs the application itself",
                    "write the file that defines `application`, such as /srv/example/site/example/wsgi.py",
                ));
            }
            Server::Nginx | Server::Lighttpd | Server::Caddy if runs => {
                let program = self.0.program();
                let problem = format!("{program} does not run Python");
                return Err(unusable("--wsgi-file", "set", problem, "leave it out, and write --upstream"));
            }
            _ => {}
        }
        if let (Server::Caddy, Some(Whole { user: Some(name), .. } | Whole { group: Some(name), .. })) =
            (self.0, &configuration.whole)
        {
            let advice = format!(
                "leave it out, and start Caddy as that user: setpriv --reuid={name} --regid={name} --init-groups \
                 caddy run …, or User={name} in its unit of systemd"
            );
            let problem = "Caddy has no setting for it, and stays who starts it";
            return Err(unusable("--user or --group", name, problem, advice));
        }
        // lighttpd listens where its main configuration says, and so it is with certificates.
        let site = configuration.whole.is_none();
        if self.0 == Server::Lighttpd
            && site
            && (configuration.listen.is_some() || configuration.tls.is_some())
        {
            return Err(unusable(
                "--listen or --tls-certificate",
                "set",
                "in lighttpd these belong to the whole server, not to one site",
                "leave them out and set server.port and ssl.pemfile yourself, or add --full",
            ));
        }
        Ok(())
    }

    pub(super) fn locations(&self, configuration: &Configuration) -> Result<Vec<LocationView>, ConfigError> {
        let mut views = Vec::new();
        for (place, location) in configuration.locations.iter().enumerate() {
            let (root_setting, url_setting) = match place {
                0 => ("SENDFILE_ROOT", "SENDFILE_URL"),
                _ => ("SENDFILE_LOCATIONS", "SENDFILE_LOCATIONS"),
            };
            let root = self.path(root_setting, location.root().path())?;
            let real = real(location.root().path());
            if let Some(problem) = self.0.misreads(&real) {
                return Err(unusable(root_setting, real, problem, "rename the directory"));
            }
            if let Some((what, held)) = unfit::held(&real, published::for_nobody(configuration)) {
                let problem = format!("each file in it can be sent, and it holds {held:?} ({what})");
                let advice = "write a directory that holds nothing but what is for sending, such as \"/srv/example/files\"";
                return Err(unusable(root_setting, location.root().path(), problem, advice));
            }
            let url = location.url().map(InternalUrl::as_str);
            let url = match url {
                _ if !self.0.takes_uri() => String::new(),
                None => {
                    let program = self.0.program();
                    let problem =
                        format!("{program} is told a URL for each file in {root:?}, and there is none");
                    let advice = "write a URL path that the site does not use itself, such as \"/private\"";
                    return Err(ConfigError::new(url_setting, "unset", problem, advice));
                }
                Some(url) => self.url(url_setting, url)?,
            };
            views.push(LocationView {
                setting: root_setting,
                root,
                real: self.path(root_setting, &real)?,
                url,
            });
        }
        Ok(views)
    }

    pub(super) fn upstream(&self, upstream: &Upstream) -> Result<UpstreamView, ConfigError> {
        Ok(match upstream {
            Upstream::Tcp { host, port } => UpstreamView {
                host: host.clone(),
                port: *port,
                address: format!("{}:{port}", bracketed(host)),
                socket: None,
            },
            Upstream::Unix(socket) => UpstreamView {
                host: String::new(),
                port: 0,
                address: String::new(),
                socket: Some(self.path("--upstream", socket)?),
            },
        })
    }

    pub(super) fn wsgi(&self, wsgi: &ModWsgi) -> Result<WsgiView, ConfigError> {
        let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        if wsgi.group.is_empty() || !wsgi.group.chars().all(plain) {
            let advice = "write letters, digits, dots, hyphens and underscores only";
            return Err(unusable("--process-group", &wsgi.group, "it is no plain name", advice));
        }
        let file = self.path("--wsgi-file", &wsgi.file)?;
        let directory = wsgi.file.parent().unwrap_or_else(|| Path::new("/"));
        let python_path = self.path("--python-path", wsgi.import_path())?;
        if python_path.contains(':') {
            let problem = "mod_wsgi reads the colon as the end of a directory";
            return Err(unusable("--python-path", python_path, problem, "rename the directory"));
        }
        if let Some(problem) = self.0.misreads(&wsgi.file) {
            return Err(unusable("--wsgi-file", file, problem, "rename the directory"));
        }
        let home = wsgi.python_home.as_deref();
        Ok(WsgiView {
            file_name: wsgi.file.file_name().unwrap_or_default().to_string_lossy().into(),
            directory: self.path("--wsgi-file", directory)?,
            file,
            python_home: home.map(|home| self.path("--python-home", home)).transpose()?,
            python_path,
            group: wsgi.group.clone(),
            processes: wsgi.processes,
            threads: wsgi.threads,
        })
    }

    pub(super) fn whole(&self, whole: &Whole) -> Result<WholeView, ConfigError> {
        let user = whole.user.as_deref().unwrap_or("www-data");
        Ok(WholeView {
            state_dir: self.path("--state-dir", &whole.state_dir)?,
            user: self.word("--user", user)?,
            group: self.word("--group", whole.group.as_deref().unwrap_or(user))?,
            apache_modules: self.path("--apache-modules", &whole.apache_modules)?,
        })
    }

    pub(super) fn static_files(
        &self,
        configuration: &Configuration,
    ) -> Result<Vec<[String; 2]>, ConfigError> {
        let one = |directory: &Directory| {
            let [path_setting, url_setting] = directory.settings;
            let url = self.url(url_setting, directory.url.trim_end_matches('/'))?;
            let path = self.path(path_setting, &directory.path)?;
            published::apart(directory, configuration)?;
            if let Some(problem) = self.0.misreads(&directory.path) {
                return Err(unusable(path_setting, path, problem, "rename the directory"));
            }
            Ok([format!("{url}/"), path])
        };
        let views = configuration.static_files.iter().map(one).collect::<Result<_, _>>()?;
        self.urls_apart(configuration)?;
        Ok(views)
    }

    /// Whether each URL is one directory's: what lies beneath two prefixes is sent from the one that the server
    /// happens to prefer.
    fn urls_apart(&self, configuration: &Configuration) -> Result<(), ConfigError> {
        let internal = configuration.locations.iter().enumerate().filter(|_| self.0.takes_uri());
        let internal = internal.filter_map(|(place, location)| {
            let setting = if place == 0 { "SENDFILE_URL" } else { "SENDFILE_LOCATIONS" };
            Some((setting, location.url()?.clone()))
        });
        let mut taken: Vec<_> = internal.collect();
        for directory in &configuration.static_files {
            let [_, setting] = directory.settings;
            let url = InternalUrl::parse(&directory.url)?;
            if let Some((other_setting, other)) = taken.iter().find(|(_, other)| url.overlaps(other)) {
                let problem = format!(
                    "with {other_setting} = {:?} there are URLs that could mean files of two directories",
                    other.as_str()
                );
                let advice =
                    "write URLs of which none lies beneath another, such as \"/static/\" and \"/private\"";
                return Err(unusable(setting, &directory.url, problem, advice));
            }
            taken.push((setting, url));
        }
        Ok(())
    }

    pub(super) fn names(&self, names: &[String]) -> Result<Vec<String>, ConfigError> {
        let plain = |c: char| c.is_ascii_alphanumeric() || ".-_[]:".contains(c);
        if let Some(name) = names.iter().find(|name| matches!(&***name, "" | ".") || !name.chars().all(plain))
        {
            let advice = "write names such as example.com; .example.com is all beneath it too";
            return Err(unusable("--server-name", name, "it is no host name", advice));
        }
        Ok(names.to_vec())
    }

    /// A URL prefix without a slash at its end, of characters that no server reads as anything else.
    fn url(&self, option: &'static str, url: &str) -> Result<String, ConfigError> {
        let plain = |c: char| c.is_ascii_alphanumeric() || "/-._~".contains(c);
        // Servers resolve these in a request, and so never find them.
        let goes = |url: &str| url.split('/').skip(1).any(|component| matches!(component, "" | "." | ".."));
        match url {
            "" => {
                let problem = "the whole site lies beneath it, the application included";
                Err(unusable(option, "/", problem, "write a prefix, such as \"/private\""))
            }
            _ if !url.starts_with('/') || !url.chars().all(plain) || goes(url) => {
                let problem = "it is no plain path";
                let advice = "write a slash, then letters, digits and - . _ ~ /";
                Err(unusable(option, url, problem, advice))
            }
            _ => Ok(url.into()),
        }
    }

    /// An absolute path that the server can be told.
    pub(super) fn path(&self, option: &'static str, path: &Path) -> Result<String, ConfigError> {
        let Some(text) = path.to_str() else {
            return Err(unusable(option, path, "it is not UTF-8", "choose another name"));
        };
        if !path.is_absolute() {
            return Err(unusable(option, path, "it is not absolute", "write it from the first slash on"));
        }
        self.word(option, text)
    }

    fn word(&self, option: &'static str, text: &str) -> Result<String, ConfigError> {
        match self.0.quote(text) {
            Ok(_) => Ok(text.into()),
            Err(problem) => Err(unusable(option, text, problem, "choose another name")),
        }
    }
}
