//! The command line `xsendfile`: configurations for the server in front, and a check that proves them.
//!
//! `manage.py sendfile` is the same command line, with the settings of the site.

mod check;
mod command;
mod configure;
mod settings;

pub use command::run;
pub use settings::Settings;
