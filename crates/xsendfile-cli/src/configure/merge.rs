//! Arguments and settings made into what is to be configured: an argument wins over its setting.

use std::path::{Path, PathBuf};

use xsendfile::{Backend, ConfigError};

use super::arguments::Arguments;
use super::model::{Configuration, Directory, ModWsgi, Whole};
use super::server::Server;
use super::unusable;
use crate::settings::Settings;

impl Arguments {
    /// What is to be configured, by the arguments first and the settings where they say nothing.
    pub(crate) fn configuration(&self, settings: &Settings) -> Result<Configuration, ConfigError> {
        let mut sendfile = settings.sendfile.clone()?.backend(self.server.backends()[0]);
        if let Some(root) = &self.root {
            sendfile = sendfile.root(root);
        }
        if let Some(url) = &self.url {
            sendfile = sendfile.url(url);
        }
        if !self.location.is_empty() {
            let given = self.location.iter().map(|(root, url)| (root.into(), Some(url.clone())));
            sendfile = sendfile.locations(given);
        }
        if let Some(symlinks) = self.symlinks {
            sendfile = sendfile.symlinks(symlinks);
        }
        // The server may run on another machine: what is not here may be there.
        let config = sendfile.check_file_exists(false).paths_as_urls(false).build()?;
        let mut configuration = Configuration::new(self.server, config.locations().clone())
            .upload_limit(self.upload_limit)
            .server_names(self.names(settings));
        configuration = match self.wsgi(settings)? {
            Some(wsgi) => configuration.mod_wsgi(wsgi),
            None => configuration.upstream(self.upstream.clone()),
        };
        configuration.static_files = self.static_files(settings);
        configuration.private = settings.not_for_sending();
        if let (Some(certificate), Some(key)) = (&self.tls_certificate, &self.tls_key) {
            configuration = configuration.tls(here(certificate)?, here(key)?);
        }
        configuration.listen = self.listen.clone();
        configuration.access_log = self.access_log.as_deref().map(here).transpose()?;
        configuration.error_log = self.error_log.as_deref().map(here).transpose()?;
        if self.full {
            configuration = configuration.whole(self.whole()?);
        }
        Ok(configuration)
    }

    /// What people may have overlooked.
    pub(crate) fn notices(&self, settings: &Settings) -> Vec<String> {
        let mut notices = Vec::new();
        let backends = self.server.backends();
        let fits =
            |name: &str| name.parse::<Backend>().is_ok_and(|backend| backends.contains(&backend.name()));
        if let Some(given) = settings.backend.as_deref().filter(|name| !fits(name)) {
            notices.push(format!(
                "SENDFILE_BACKEND is {given:?}, which does not hand files to {}; write \
                 \"django_sendfile.backends.{}\"",
                self.server.program(),
                backends[0],
            ));
        }
        notices
    }

    fn names(&self, settings: &Settings) -> Vec<String> {
        if !self.server_name.is_empty() {
            return self.server_name.clone();
        }
        // Django compares the hosts itself; "*" is every name.
        match settings.hosts.iter().any(|host| host == "*") {
            true => Vec::new(),
            false => settings.hosts.clone(),
        }
    }

    fn static_files(&self, settings: &Settings) -> Vec<Directory> {
        let directory = |settings, url: &str, path: PathBuf| Directory { settings, url: url.into(), path };
        match (&settings.static_files.url, &settings.static_files.root) {
            (Some(url), Some(root)) if !self.no_static && self.static_files.is_empty() => {
                let set = directory(["STATIC_ROOT", "STATIC_URL"], url, root.clone());
                // A URL with a host is another server's.
                (url.starts_with('/') && !url.starts_with("//")).then_some(set).into_iter().collect()
            }
            _ => {
                let given = self.static_files.iter();
                given.map(|(path, url)| directory(["--static"; 2], url, path.into())).collect()
            }
        }
    }

    fn wsgi(&self, settings: &Settings) -> Result<Option<ModWsgi>, ConfigError> {
        let runs = self.server == Server::ModWsgi || self.mod_wsgi;
        let file = self.wsgi_file.as_ref().or_else(|| settings.wsgi.file.as_ref().filter(|_| runs));
        let Some(file) = file else { return Ok(None) };
        let or = |given: &Option<PathBuf>, set: &Option<PathBuf>| {
            given.as_deref().or(set.as_deref()).map(here).transpose()
        };
        Ok(Some(ModWsgi {
            file: here(file)?,
            python_home: or(&self.python_home, &settings.wsgi.python_home)?,
            python_path: or(&self.python_path, &settings.wsgi.python_path)?,
            group: self.process_group.clone(),
            processes: self.processes,
            threads: self.threads,
        }))
    }

    fn whole(&self) -> Result<Whole, ConfigError> {
        let usual = format!("{}-state", self.server.program().to_lowercase());
        Ok(Whole {
            state_dir: here(self.state_dir.as_deref().unwrap_or_else(|| Path::new(&usual)))?,
            user: self.user.clone(),
            group: self.group.clone(),
            apache_modules: here(&self.apache_modules)?,
        })
    }
}

/// The path, from the current directory where it is relative.
fn here(path: &Path) -> Result<PathBuf, ConfigError> {
    std::path::absolute(path)
        .map_err(|error| unusable("the current directory", path, error.to_string(), "write absolute paths"))
}
