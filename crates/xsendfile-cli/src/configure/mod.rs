//! `xsendfile config`: the configuration of the server in front.
//!
//! A [`Configuration`] holds what is to be configured, and [`Configuration::render`] writes it in the
//! server's own words, from one template for each server in `templates/`. Every value that a template
//! prints is quoted by the server's [syntax](Server); one that the syntax cannot say is a [`Problem`],
//! never a configuration that means something else.

mod address;
mod arguments;
mod merge;
mod model;
mod problem;
mod render;
mod server;
mod syntax;
mod validate;
mod view;

pub use address::{Listen, Upstream};
pub(crate) use arguments::Arguments;
pub use model::{Application, Configuration, Directory, ModWsgi, Tls, Whole};
pub use problem::Problem;
pub use server::Server;

use std::io::Write as _;

use crate::settings::Settings;

/// Prints the configuration; gives the exit status.
pub(crate) fn run(arguments: &Arguments, settings: &Settings) -> u8 {
    let made = arguments.configuration(settings).and_then(|configuration| configuration.render());
    match made {
        Ok(text) => {
            for notice in arguments.notices(settings) {
                eprintln!("note: {notice}");
            }
            // Whoever closes the pipe early has seen enough.
            let _ = std::io::stdout().lock().write_all(text.as_bytes());
            0
        }
        Err(problem) => {
            eprintln!("error: {problem}");
            2
        }
    }
}
