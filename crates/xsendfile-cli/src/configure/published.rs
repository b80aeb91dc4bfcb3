//! What everybody may have, apart from what is for nobody.

use std::path::Path;

use xsendfile::ConfigError;

use super::model::{Application, Configuration, Directory};
use super::unusable;
use crate::real::{climbs, leads_to, real};

/// Whether nothing that the configuration names lies in a directory that is published, but what is for
/// everybody.
pub(super) fn apart(directory: &Directory, configuration: &Configuration) -> Result<(), ConfigError> {
    let Directory { path, settings: [setting, _], .. } = directory;
    let published = |problem| {
        let advice =
            "write a directory that holds nothing but what is for everybody, such as \"/srv/example/static\"";
        Err(unusable(setting, path, problem, advice))
    };
    if climbs(path) {
        // Servers read these in ways of their own where a symbolic link stands before them.
        return Err(unusable(setting, path, "it holds \"..\"", format!("write {:?}", real(path))));
    }
    if let Some((what, private)) = private(configuration).into_iter().find(|(_, it)| leads_to(path, it)) {
        return published(format!("anybody could fetch what lies in it, also {private:?} ({what})"));
    }
    let state = configuration.whole.as_ref().map(|whole| &whole.state_dir);
    if let Some(state) = state.filter(|state| leads_to(state, path)) {
        return published(format!("the server keeps files of its own in {state:?} (--state-dir)"));
    }
    Ok(())
}

/// Every path that the configuration names and that is not for everybody, with what it is called.
fn private(configuration: &Configuration) -> Vec<(&str, &Path)> {
    let roots = configuration.locations.iter().enumerate().map(|(place, location)| {
        (if place == 0 { "SENDFILE_ROOT" } else { "SENDFILE_LOCATIONS" }, location.root().path())
    });
    roots.chain(for_nobody(configuration)).collect()
}

/// Those of them that are for nobody, not even by the application.
pub(super) fn for_nobody(configuration: &Configuration) -> Vec<(&str, &Path)> {
    let mut private = Vec::new();
    if let Some(tls) = &configuration.tls {
        private.extend([("--tls-key", &*tls.key), ("--tls-certificate", &*tls.certificate)]);
    }
    if let Application::ModWsgi(wsgi) = &configuration.application {
        private.extend([("--wsgi-file", &*wsgi.file), ("--python-path", wsgi.import_path())]);
        private.extend(wsgi.python_home.iter().map(|home| ("--python-home", &**home)));
    }
    private.extend(configuration.private.iter().map(|(what, path)| (&**what, &**path)));
    private.extend(configuration.access_log.iter().map(|file| ("--access-log", &**file)));
    private.extend(configuration.error_log.iter().map(|file| ("--error-log", &**file)));
    private.extend(configuration.whole.iter().map(|whole| ("--state-dir", &*whole.state_dir)));
    private
}
