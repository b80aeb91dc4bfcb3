//! The command line, with the settings of a Django site.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::PathBuf;

use pyo3::prelude::*;
use xsendfile_cli::Settings;
use xsendfile_cli::settings::{Published, Wsgi};

/// What a site tells of itself; `python/django_sendfile/command.py` makes it.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Site {
    program: String,
    sendfile: crate::settings::Settings,
    static_url: Option<String>,
    static_root: Option<PathBuf>,
    media_url: Option<String>,
    media_root: Option<PathBuf>,
    #[pyo3(default)]
    private: HashMap<String, PathBuf>,
    // What only the command line asks for.
    #[pyo3(default)]
    backend: Option<String>,
    #[pyo3(default)]
    secret: Option<String>,
    #[pyo3(default)]
    canary: Option<String>,
    #[pyo3(default)]
    hosts: Vec<String>,
    #[pyo3(default)]
    storages: HashMap<String, PathBuf>,
    #[pyo3(default)]
    wsgi_file: Option<PathBuf>,
    #[pyo3(default)]
    python_home: Option<PathBuf>,
    #[pyo3(default)]
    python_path: Option<PathBuf>,
}

/// Runs the command line `xsendfile`, and gives its exit status, what it says and what of that belongs to
/// standard error. Without a site, the settings come from the environment.
#[pyfunction]
#[pyo3(signature = (arguments, site, *, colours))]
pub(crate) fn run_command(
    py: Python<'_>,
    arguments: Vec<OsString>,
    site: Option<Site>,
    colours: bool,
) -> (u8, String, String) {
    let settings = site.map_or_else(Settings::from_env, Site::settings);
    let outcome = py.detach(|| xsendfile_cli::run(arguments, &settings));
    let outcome = if colours { outcome } else { outcome.plain() };
    (outcome.status, outcome.output, outcome.error)
}

/// What the disk says against the settings of a site: for each problem the name of its cause, what is
/// the matter, and what to do.
#[pyfunction]
pub(crate) fn disk_problems(py: Python<'_>, site: Site) -> Vec<(&'static str, String, String)> {
    let settings = site.settings();
    py.detach(|| xsendfile_cli::disk_problems(&settings))
}

impl Site {
    fn settings(self) -> Settings {
        let mut settings = Settings::default();
        settings.program = self.program;
        settings.sendfile = self.sendfile.builder();
        settings.backend = self.backend;
        settings.secret = self.secret;
        settings.canary = self.canary;
        settings.hosts = self.hosts;
        settings.static_files = Published::new(self.static_url, self.static_root);
        settings.media = Published::new(self.media_url, self.media_root);
        settings.storages = self.storages.into_iter().collect();
        settings.storages.sort();
        settings.private = self.private.into_iter().collect();
        settings.private.sort();
        settings.wsgi = Wsgi::new(self.wsgi_file, self.python_home, self.python_path);
        settings
    }
}
