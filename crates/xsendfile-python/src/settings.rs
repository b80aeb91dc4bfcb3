//! The settings.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

use pyo3::prelude::*;
use xsendfile::{Config, ConfigBuilder, ConfigError};

use crate::delivery::Sandbox;

/// The settings, of a dict with these keys.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Settings {
    /// Needed to send files, but not by every command.
    backend: Option<String>,
    root: Option<PathBuf>,
    url: Option<String>,
    locations: Vec<(PathBuf, Option<String>)>,
    check_file_exists: bool,
    symlinks: Option<String>,
    limit_rate: Option<u64>,
    buffering: Option<bool>,
    charset: Option<String>,
    expires: Option<u64>,
    cache_control: Option<String>,
    sandbox: Option<Sandbox>,
    media_types: HashMap<String, String>,
}

impl Settings {
    /// The same, for the crate.
    pub(crate) fn builder(self) -> Result<ConfigBuilder, ConfigError> {
        let mut builder = Config::builder().check_file_exists(self.check_file_exists).paths_as_urls(true);
        if let Some(backend) = self.backend {
            builder = builder.backend(backend);
        }
        if let Some(root) = self.root {
            builder = builder.root(root);
        }
        if let Some(url) = self.url {
            builder = builder.url(url);
        }
        if let Some(policy) = self.symlinks {
            builder = builder.symlinks(policy.parse()?);
        }
        if let Some(rate) = self.limit_rate {
            builder = builder.limit_rate(rate);
        }
        if let Some(on) = self.buffering {
            builder = builder.buffering(on.into());
        }
        if let Some(charset) = self.charset {
            builder = builder.charset(charset);
        }
        if let Some(seconds) = self.expires {
            builder = builder.expires(Duration::from_secs(seconds));
        }
        if let Some(value) = self.cache_control {
            builder = builder.cache_control(value);
        }
        if let Some(sandbox) = self.sandbox {
            builder = builder.sandbox(sandbox.policy());
        }
        builder = builder.locations(self.locations);
        Ok(builder.media_types(self.media_types))
    }
}
