//! The settings of the site, as far as they are known.

use std::path::PathBuf;

use xsendfile::{Config, ConfigBuilder, ConfigError};

/// The settings of the site, as far as they are known: from the environment, or from Django.
///
/// Fields are named after the settings they stand for. What is not known stays as
/// [`Settings::default`] has it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Settings {
    /// How people call this program, for messages: `xsendfile`, or `manage.py sendfile`.
    pub program: String,
    /// The settings that send files; an error where one cannot be read at all.
    pub sendfile: Result<ConfigBuilder, ConfigError>,
    /// `SENDFILE_BACKEND`, as it was written.
    pub backend: Option<String>,
    /// What the canary's requests are signed with: `SECRET_KEY`, or `SENDFILE_SECRET`.
    pub secret: Option<String>,
    /// The URL path of the canary, where the site has one.
    pub canary: Option<String>,
    /// `ALLOWED_HOSTS`.
    pub hosts: Vec<String>,
    /// `STATIC_URL` and `STATIC_ROOT`.
    pub static_files: Published,
    /// `MEDIA_URL` and `MEDIA_ROOT`.
    pub media: Published,
    /// Other directories that storages write to, each with what it is called.
    pub storages: Vec<(String, PathBuf)>,
    /// What of the application is not for sending, such as its code, each with what it is called.
    pub private: Vec<(String, PathBuf)>,
    /// How the application is run inside a server.
    pub wsgi: Wsgi,
}

/// A directory that everybody may have the files of, and its URL.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Published {
    /// The URL prefix.
    pub url: Option<String>,
    /// The directory.
    pub root: Option<PathBuf>,
}

/// What a server needs to know to run the application itself.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Wsgi {
    /// The file that defines `application`.
    pub file: Option<PathBuf>,
    /// The virtual environment.
    pub python_home: Option<PathBuf>,
    /// The directory that modules are imported from.
    pub python_path: Option<PathBuf>,
}

impl Published {
    /// A directory and its URL, as far as they are known.
    pub fn new(url: Option<String>, root: Option<PathBuf>) -> Self {
        Self { url, root }
    }
}

impl Wsgi {
    /// What is known of the application's file, its environment, and where its modules are.
    pub fn new(file: Option<PathBuf>, python_home: Option<PathBuf>, python_path: Option<PathBuf>) -> Self {
        Self { file, python_home, python_path }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            program: "xsendfile".into(),
            sendfile: Ok(Config::builder()),
            backend: None,
            secret: None,
            canary: None,
            hosts: Vec::new(),
            static_files: Published::default(),
            media: Published::default(),
            storages: Vec::new(),
            private: Vec::new(),
            wsgi: Wsgi::default(),
        }
    }
}

impl Settings {
    /// From environment variables named like the settings: those of [`Config::from_env`], and
    /// `SENDFILE_SECRET`.
    pub fn from_env() -> Self {
        let text = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        Self {
            sendfile: ConfigBuilder::from_env(),
            backend: text("SENDFILE_BACKEND"),
            secret: text("SENDFILE_SECRET"),
            ..Self::default()
        }
    }

    /// What is not for sending, with what it is called, as far as it is known.
    pub(crate) fn not_for_sending(&self) -> Vec<(String, PathBuf)> {
        let code = self.wsgi.file.iter().chain(&self.wsgi.python_path);
        let code = code.map(|path| ("the site's own code".to_owned(), path.clone()));
        self.private.iter().cloned().chain(code).collect()
    }

    /// The settings that send files, once they fit together.
    ///
    /// # Errors
    ///
    /// [`ConfigError`], naming the setting.
    pub fn config(&self) -> Result<Config, ConfigError> {
        self.sendfile.clone()?.build()
    }
}
