//! A configuration written, from the templates.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value};
use xsendfile::ConfigError;

use super::model::Configuration;
use super::server::Server;
use super::unusable;
use super::view::View;

/// Every template by its name. A site is what goes into an existing configuration, `whole` is what
/// stands around it.
const TEMPLATES: &[(&str, &str)] = &[
    ("settings", include_str!("templates/settings.conf")),
    ("nginx/site", include_str!("templates/nginx/site.conf")),
    ("nginx/whole", include_str!("templates/nginx/whole.conf")),
    ("apache/site", include_str!("templates/apache/site.conf")),
    ("apache/mod_wsgi", include_str!("templates/apache/mod_wsgi.conf")),
    ("apache/private", include_str!("templates/apache/private.conf")),
    ("apache/whole", include_str!("templates/apache/whole.conf")),
    ("lighttpd/site", include_str!("templates/lighttpd/site.conf")),
    ("lighttpd/whole", include_str!("templates/lighttpd/whole.conf")),
    ("caddy/site", include_str!("templates/caddy/site.conf")),
    ("caddy/whole", include_str!("templates/caddy/whole.conf")),
];

pub(super) fn render(configuration: &Configuration) -> Result<String, ConfigError> {
    let view = View::of(configuration)?;
    let mut environment = environment(configuration.server);
    for (name, source) in TEMPLATES {
        environment.add_template(name, source).map_err(broken)?;
    }
    let name = format!("{}/{}", view.server, if configuration.whole.is_some() { "whole" } else { "site" });
    let rendered = environment.get_template(&name).and_then(|template| template.render(Serde(&view)));
    rendered.map(|text| format!("{}\n", text.trim_end())).map_err(broken)
}

/// Templates in which every value is quoted as `server` reads it, unless the template says `safe`.
fn environment(server: Server) -> Environment<'static> {
    let mut environment = Environment::new();
    let syntax =
        SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build();
    environment.set_syntax(syntax.expect("these are no delimiters"));
    environment.add_filter("nested", nested);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Custom("quoted".into()));
    environment.set_formatter(move |output, _, value: &Value| {
        let written = match value.as_str() {
            Some(text) if !value.is_safe() => server
                .quote(text)
                .map_err(|problem| Error::new(ErrorKind::InvalidOperation, format!("{text:?}: {problem}")))?,
            _ => value.to_string(),
        };
        output.write_str(&written).map_err(Error::from)
    });
    environment
}

/// Lines of configuration as they stand within a block.
fn nested(text: &str) -> Value {
    let indented = text.trim_matches('\n').lines().map(|line| match line {
        "" => String::from("\n"),
        line => format!("    {line}\n"),
    });
    Value::from_safe_string(indented.collect())
}

/// Values were checked before, with the name of their option: this is a template that is wrong.
fn broken(error: Error) -> ConfigError {
    unusable("the template", "", error.to_string(), "please report it")
}
