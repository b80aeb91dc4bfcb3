//! What is known of the site before it is asked.

use std::path::PathBuf;

use xsendfile::{Config, ConfigError, canary};

use crate::settings::{Published, Settings};

/// The site, by its settings.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) config: Result<Config, ConfigError>,
    /// What the canary's questions are signed with.
    pub(crate) secret: Option<String>,
    /// The path of the canary's URL.
    pub(crate) canary_path: String,
    /// Directories that others are served from or written to.
    pub(crate) directories: Vec<Directory>,
    /// URLs that everybody may have what lies beneath of, each with its setting.
    pub(crate) urls: Vec<(&'static str, String)>,
    /// What is not for sending, with what it is called.
    pub(crate) private: Vec<(String, PathBuf)>,
}

/// A directory of the site that is not a root.
#[derive(Debug, Clone)]
pub(crate) struct Directory {
    /// The setting, or the field, that names it.
    pub(crate) label: String,
    pub(crate) path: PathBuf,
    /// The URL that it is said to be published under.
    pub(crate) url: Option<String>,
    /// Whether files for everybody are kept in it.
    pub(crate) is_public: bool,
}

impl Directory {
    /// The URL that it is published under; a site's own top is no such URL, but what Django has for
    /// none.
    pub(crate) fn published(&self) -> Option<&str> {
        self.url.as_deref().filter(|url| !matches!(*url, "" | "/"))
    }
}

impl Site {
    pub(crate) fn new(settings: &Settings) -> Self {
        let published = |label: &str, published: &Published, is_public| {
            let path = published.root.clone()?;
            Some(Directory { label: label.into(), path, url: published.url.clone(), is_public })
        };
        let storages = settings.storages.iter().map(|(label, path)| Directory {
            label: label.clone(),
            path: path.clone(),
            url: None,
            is_public: false,
        });
        let media = published("MEDIA_ROOT", &settings.media, false);
        let static_files = published("STATIC_ROOT", &settings.static_files, true);
        let urls = [("STATIC_URL", &settings.static_files), ("MEDIA_URL", &settings.media)];
        let urls =
            urls.into_iter().filter_map(|(setting, published)| Some((setting, published.url.clone()?)));
        Self {
            urls: urls.collect(),
            private: settings.not_for_sending(),
            config: settings.config(),
            secret: settings.secret.clone(),
            canary_path: settings.canary.clone().unwrap_or_else(|| canary::PATH.into()),
            directories: media.into_iter().chain(static_files).chain(storages).collect(),
        }
    }
}
