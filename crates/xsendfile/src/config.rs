//! The settings, read once and checked before the first request.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use http::HeaderValue;

use crate::backend::Backend;
use crate::delivery::CONTROL;
use crate::error::ConfigError;
use crate::extras::{Buffering, Extras};
use crate::location::{InternalUrl, Location, Locations};
use crate::media_type::{self, MediaTypes};
use crate::root::{Root, Symlinks};
use crate::sandbox;

/// Settings that fit together. Made by [`Config::builder`], [`Config::from_env`] or serde.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(try_from = "ConfigBuilder"))]
pub struct Config {
    pub(crate) backend: Backend,
    pub(crate) locations: Locations,
    pub(crate) check_file_exists: bool,
    pub(crate) media_types: MediaTypes,
    pub(crate) extras: Extras,
}

impl Config {
    /// Settings given one by one.
    pub fn builder() -> ConfigBuilder {
        ConfigBuilder::default()
    }

    /// Settings from environment variables of the same names: `SENDFILE_BACKEND`, `SENDFILE_ROOT`,
    /// `SENDFILE_URL`, `SENDFILE_LOCATIONS` (`root=url`, several separated by commas),
    /// `SENDFILE_CHECK_FILE_EXISTS` (`true` or `false`), `SENDFILE_SYMLINKS`, `SENDFILE_LIMIT_RATE`
    /// (bytes in a second), `SENDFILE_BUFFERING` (`true` or `false`), `SENDFILE_CHARSET`,
    /// `SENDFILE_EXPIRES` (seconds), `SENDFILE_CACHE_CONTROL`, `SENDFILE_SANDBOX` (`true`, `false` or a
    /// policy). An empty one is as good as unset.
    ///
    /// # Errors
    ///
    /// [`ConfigError`], naming the variable.
    pub fn from_env() -> Result<Self, ConfigError> {
        ConfigBuilder::from_env()?.build()
    }

    /// How files leave.
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// Where files lie.
    pub fn locations(&self) -> &Locations {
        &self.locations
    }
}

/// Settings that are not checked yet. Each is named after the setting it stands for.
#[derive(Debug, Clone, Default)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(default, deny_unknown_fields))]
pub struct ConfigBuilder {
    #[cfg_attr(feature = "serde", serde(alias = "SENDFILE_BACKEND"))]
    backend: Option<String>,
    #[cfg_attr(feature = "serde", serde(alias = "SENDFILE_ROOT"))]
    root: Option<PathBuf>,
    #[cfg_attr(feature = "serde", serde(alias = "SENDFILE_URL"))]
    url: Option<String>,
    #[cfg_attr(feature = "serde", serde(alias = "SENDFILE_LOCATIONS"))]
    locations: Vec<(PathBuf, Option<String>)>,
    #[cfg_attr(feature = "serde", serde(alias = "SENDFILE_CHECK_FILE_EXISTS"))]
    check_file_exists: Option<bool>,
    #[cfg_attr(feature = "serde", serde(alias = "SENDFILE_SYMLINKS"))]
    symlinks: Symlinks,
    #[cfg_attr(feature = "serde", serde(alias = "SENDFILE_LIMIT_RATE"))]
    limit_rate: Option<u64>,
    #[cfg_attr(feature = "serde", serde(alias = "SENDFILE_BUFFERING"))]
    buffering: Option<Buffering>,
    #[cfg_attr(feature = "serde", serde(alias = "SENDFILE_CHARSET"))]
    charset: Option<String>,
    #[cfg_attr(feature = "serde", serde(alias = "SENDFILE_EXPIRES"))]
    expires: Option<u64>,
    #[cfg_attr(feature = "serde", serde(alias = "SENDFILE_CACHE_CONTROL"))]
    cache_control: Option<String>,
    #[cfg_attr(
        feature = "serde",
        serde(alias = "SENDFILE_SANDBOX", deserialize_with = "sandbox::deserialize")
    )]
    sandbox: Option<String>,
    #[cfg_attr(feature = "serde", serde(skip))]
    paths_as_urls: bool,
    #[cfg_attr(feature = "serde", serde(skip))]
    media_types: Vec<(String, String)>,
    #[cfg_attr(feature = "serde", serde(skip))]
    media_type_table: media_type::Table,
}

impl ConfigBuilder {
    /// The environment variables that [`Config::from_env`] reads, to be added to.
    ///
    /// # Errors
    ///
    /// [`ConfigError`], naming the variable.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::from_variables(|name| std::env::var_os(name))
    }

    /// How files leave: a short name such as `nginx`, or the dotted path of the Python module.
    #[must_use]
    pub fn backend(mut self, name: impl Into<String>) -> Self {
        self.backend = Some(name.into());
        self
    }

    /// The directory beneath which every file lies, and to which relative names belong.
    #[must_use]
    pub fn root(mut self, path: impl Into<PathBuf>) -> Self {
        self.root = Some(path.into());
        self
    }

    /// The internal URL of the root, such as `/private`. Needed where the server in front takes a URI.
    #[must_use]
    pub fn url(mut self, prefix: impl Into<String>) -> Self {
        self.url = Some(prefix.into());
        self
    }

    /// Lets a server that takes a URI be told a file's path where its root has no internal URL, as
    /// django-sendfile2 did. Default: that is an error.
    #[must_use]
    pub fn paths_as_urls(mut self, allow: bool) -> Self {
        self.paths_as_urls = allow;
        self
    }

    /// Another root with its own internal URL. May be called again for more.
    #[must_use]
    pub fn location(mut self, root: impl Into<PathBuf>, url: Option<&str>) -> Self {
        self.locations.push((root.into(), url.map(Into::into)));
        self
    }

    /// The roots beside the first, each with its internal URL, in place of what was said before.
    #[must_use]
    pub fn locations(mut self, locations: impl IntoIterator<Item = (PathBuf, Option<String>)>) -> Self {
        self.locations = locations.into_iter().collect();
        self
    }

    /// Whether a file is looked at before it is handed off. Default: yes. Without, a missing file is
    /// the server's answer, and a server that takes its validators from here gets an ETag that nothing
    /// matches.
    #[must_use]
    pub fn check_file_exists(mut self, check: bool) -> Self {
        self.check_file_exists = Some(check);
        self
    }

    /// Which symlinks beneath the roots are followed. Default: those that stay beneath.
    #[must_use]
    pub fn symlinks(mut self, policy: Symlinks) -> Self {
        self.symlinks = policy;
        self
    }

    /// The most bytes in a second that a client gets from the server in front; 0 is no limit. Default:
    /// what that server is configured to do.
    #[must_use]
    pub fn limit_rate(mut self, bytes_per_second: u64) -> Self {
        self.limit_rate = Some(bytes_per_second);
        self
    }

    /// Whether nginx in front may take what is streamed faster than the client takes it. Default: what
    /// nginx is configured to do.
    #[must_use]
    pub fn buffering(mut self, buffering: Buffering) -> Self {
        self.buffering = Some(buffering);
        self
    }

    /// The charset of files whose media type is `text/…` and does not say one itself. Default: none.
    #[must_use]
    pub fn charset(mut self, charset: impl Into<String>) -> Self {
        self.charset = Some(charset.into());
        self
    }

    /// Cache-Control of every answer about a file; empty for no such header. Default: `private, no-cache`,
    /// so that nobody in between keeps it, and who has it asks again each time.
    ///
    /// Not together with [`expires`](Self::expires), which says the same header.
    #[must_use]
    pub fn cache_control(mut self, value: impl Into<String>) -> Self {
        self.cache_control = Some(value.into());
        self
    }

    /// Content-Security-Policy of files that clients show and in which scripts would run as the site's:
    /// HTML, XHTML, SVG, MathML and other XML. It has to have the directive `sandbox`; empty for no such
    /// header. Default: `sandbox`.
    #[must_use]
    pub fn sandbox(mut self, policy: impl Into<String>) -> Self {
        self.sandbox = Some(policy.into());
        self
    }

    /// How long a client, and nobody in between, may keep a file without asking again, in whole
    /// seconds: `Cache-Control: private, max-age=…`. Default: as
    /// [`cache_control`](Self::cache_control).
    #[must_use]
    pub fn expires(mut self, after: Duration) -> Self {
        self.expires = Some(after.as_secs());
        self
    }

    /// Lets files with this extension be of this media type, whatever any table says. May be called
    /// again for more.
    #[must_use]
    pub fn media_type(mut self, extension: &str, media_type: &str) -> Self {
        self.media_types.push((media_type::key(extension), media_type.into()));
        self
    }

    /// A table of media types by extension, such as the system's, to be used before the built-in one.
    /// What it says of compressed files is ignored, since such tables tell what is inside, and so are
    /// values that HTTP cannot carry.
    #[must_use]
    pub fn media_types(mut self, table: impl IntoIterator<Item = (String, String)>) -> Self {
        let sayable = |(extension, media_type): (String, String)| {
            Some((media_type::key(&extension), HeaderValue::try_from(media_type).ok()?))
        };
        self.media_type_table = table.into_iter().filter_map(sayable).collect();
        self
    }

    /// Checks that the settings fit together.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] with the setting, its value, what is wrong and what to write.
    pub fn build(self) -> Result<Config, ConfigError> {
        let root = self
            .root
            .ok_or_else(|| unset("SENDFILE_ROOT", NEEDED, "write the directory that holds the files"))?;
        let backend = self
            .backend
            .ok_or_else(|| unset("SENDFILE_BACKEND", NEEDED, "write a backend such as \"simple\""))?;
        let backend: Backend = backend.parse()?;
        let check_file_exists = self.check_file_exists.unwrap_or(true);

        let first = (["SENDFILE_ROOT", "SENDFILE_URL"], (root, self.url));
        let others = self.locations.into_iter().map(|other| (["SENDFILE_LOCATIONS"; 2], other));
        let location = |(settings, (root, url)): ([&'static str; 2], (PathBuf, Option<String>))| {
            if url.is_none() && backend.takes_uri() && !self.paths_as_urls {
                let problem = format!("{backend} is told a URL for each file in {root:?}, and there is none");
                let advice = "write a URL path that the site does not use itself, such as \"/private\"";
                return Err(unset(settings[1], problem, advice));
            }
            location(settings, &root, url.as_deref(), self.symlinks, check_file_exists)
        };
        let locations = std::iter::once(first).chain(others).map(location);
        let locations = Locations::new(locations.collect::<Result<_, _>>()?)?;
        let extras = Extras {
            limit_rate: self.limit_rate,
            buffering: self.buffering,
            charset: self.charset,
            expires: self.expires,
            cache_control: self.cache_control,
            sandbox: self.sandbox,
        };
        extras.check(backend)?;
        let media_types = MediaTypes { said: said(self.media_types)?, table: self.media_type_table };
        Ok(Config { backend, locations, check_file_exists, media_types, extras })
    }

    fn from_variables(variable: impl Fn(&str) -> Option<std::ffi::OsString>) -> Result<Self, ConfigError> {
        let variable = |name| variable(name).filter(|value| !value.is_empty());
        let text = |name: &'static str| match variable(name).map(std::ffi::OsString::into_string) {
            None => Ok(None),
            Some(Ok(text)) => Ok(Some(text)),
            Some(Err(bytes)) => {
                Err(ConfigError::new(name, format!("{bytes:?}"), "it is not UTF-8", "write it in UTF-8"))
            }
        };
        let mut builder = Self {
            backend: text("SENDFILE_BACKEND")?,
            root: variable("SENDFILE_ROOT").map(PathBuf::from),
            url: text("SENDFILE_URL")?,
            ..Self::default()
        };
        if let Some(check) = text("SENDFILE_CHECK_FILE_EXISTS")? {
            builder.check_file_exists = Some(boolean("SENDFILE_CHECK_FILE_EXISTS", &check)?);
        }
        if let Some(policy) = text("SENDFILE_SYMLINKS")? {
            builder.symlinks = policy.parse()?;
        }
        if let Some(rate) = text("SENDFILE_LIMIT_RATE")? {
            builder.limit_rate = Some(number("SENDFILE_LIMIT_RATE", &rate, "bytes in a second")?);
        }
        if let Some(buffering) = text("SENDFILE_BUFFERING")? {
            builder.buffering = Some(boolean("SENDFILE_BUFFERING", &buffering)?.into());
        }
        builder.charset = text("SENDFILE_CHARSET")?;
        if let Some(seconds) = text("SENDFILE_EXPIRES")? {
            builder.expires = Some(number("SENDFILE_EXPIRES", &seconds, "seconds")?);
        }
        builder.cache_control = text("SENDFILE_CACHE_CONTROL")?;
        if let Some(sandbox) = text("SENDFILE_SANDBOX")? {
            builder.sandbox = Some(match boolean("SENDFILE_SANDBOX", &sandbox) {
                Ok(is_on) => sandbox::switched(is_on).into(),
                Err(_) => sandbox,
            });
        }
        for pair in text("SENDFILE_LOCATIONS")?.iter().flat_map(|pairs| pairs.split(',')) {
            let Some((root, url)) = pair.rsplit_once('=') else {
                return Err(ConfigError::new(
                    "SENDFILE_LOCATIONS",
                    format!("{pair:?}"),
                    "it is not a root and an internal URL",
                    "write root=url, several separated by commas: \"/srv/invoices=/invoices\"",
                ));
            };
            builder = builder.location(root, Some(url));
        }
        Ok(builder)
    }
}

impl TryFrom<ConfigBuilder> for Config {
    type Error = ConfigError;

    fn try_from(builder: ConfigBuilder) -> Result<Self, ConfigError> {
        builder.build()
    }
}

/// A location, whose root and whose internal URL are said by these settings.
fn location(
    [root_setting, url_setting]: [&'static str; 2],
    path: &Path,
    url: Option<&str>,
    symlinks: Symlinks,
    must_exist: bool,
) -> Result<Location, ConfigError> {
    let error = |problem: String| {
        let value = format!("{:?}", path.display().to_string());
        let advice = "write the absolute path of the directory that holds the files";
        ConfigError::new(root_setting, value, problem, advice)
    };
    let root = Root::new(path, symlinks).map_err(|reason| error(reason.to_string()))?;
    if must_exist {
        let metadata = std::fs::metadata(root.path()).map_err(|reason| ConfigError {
            is_missing: reason.kind() == io::ErrorKind::NotFound,
            ..error(format!("it cannot be used: {reason}"))
        })?;
        if !metadata.is_dir() {
            return Err(error("it is not a directory".into()));
        }
        root.learn();
    }
    let url = url.map(InternalUrl::parse).transpose();
    Ok(Location::new(root, url.map_err(|error| ConfigError { setting: url_setting, ..error })?))
}

fn said(media_types: Vec<(String, String)>) -> Result<media_type::Table, ConfigError> {
    let one = |(extension, media_type): (String, String)| match HeaderValue::from_str(&media_type) {
        Ok(media_type) => Ok((extension, media_type)),
        Err(_) => {
            let value = format!("{media_type:?} for .{extension}");
            let advice = "write a type and a subtype, such as \"model/step\"";
            Err(ConfigError::new("media_type", value, CONTROL, advice))
        }
    };
    media_types.into_iter().map(one).collect()
}

const NEEDED: &str = "it must be set";

fn unset(setting: &'static str, problem: impl Into<String>, advice: &str) -> ConfigError {
    ConfigError::new(setting, "unset", problem, advice)
}

fn number(setting: &'static str, value: &str, what: &str) -> Result<u64, ConfigError> {
    value.parse().map_err(|_| {
        let advice = format!("write a number of {what}");
        ConfigError::new(setting, format!("{value:?}"), "it is not a whole number", advice)
    })
}

fn boolean(setting: &'static str, value: &str) -> Result<bool, ConfigError> {
    match value.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Ok(true),
        "false" | "0" | "no" | "off" => Ok(false),
        _ => {
            let problem = "it is neither yes nor no";
            Err(ConfigError::new(setting, format!("{value:?}"), problem, "write true or false"))
        }
    }
}
