//! `xsendfile config`: the configuration of the server in front.
//!
//! A [`Configuration`] holds what is to be configured, and [`Configuration::render`] writes it in the
//! server's own words, from one template for each server in `templates/`. Every value that a template
//! prints is quoted by the server's [syntax](Server); one that the syntax cannot say is a [`ConfigError`],
//! never a configuration that means something else.

mod address;
mod arguments;
mod merge;
mod model;
mod published;
mod render;
mod server;
mod syntax;
mod validate;
mod view;

pub use address::{Listen, Upstream};
pub(crate) use arguments::Arguments;
pub use model::{Configuration, ModWsgi, Whole};
pub use server::Server;

use std::fmt::Debug;

use xsendfile::ConfigError;

use crate::command::Outcome;
use crate::settings::Settings;

/// The configuration, and what to note about it.
pub(crate) fn run(arguments: &Arguments, settings: &Settings) -> Outcome {
    let made = arguments.configuration(settings).and_then(|configuration| configuration.render());
    match made {
        Ok(text) => {
            let notices = arguments.notices(settings);
            let error = notices.iter().map(|notice| format!("note: {notice}\n")).collect();
            Outcome { error, ..Outcome::of(0, text) }
        }
        Err(problem) => Outcome::failure(2, format!("error: {problem}\n")),
    }
}

/// A value of an option that cannot work, or that the server's configuration cannot say.
fn unusable(
    option: &'static str,
    value: impl Debug,
    problem: impl Into<String>,
    advice: impl Into<String>,
) -> ConfigError {
    ConfigError::new(option, format!("{value:?}"), problem, advice)
}
