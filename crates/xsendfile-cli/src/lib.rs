//! The command line `xsendfile`: configurations for the server in front, and a check that proves them.
//!
//! `manage.py sendfile` is the same command line, with the settings of the site. A configuration can
//! be had without a command line too: see [`Configuration`].

mod check;
mod command;
pub mod configure;
mod real;
pub mod settings;
mod spelling;
mod unfit;

pub use check::disk_problems;
pub use command::{Outcome, run};
pub use configure::Configuration;
pub use settings::Settings;
