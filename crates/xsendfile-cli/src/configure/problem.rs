//! What cannot be configured.

use xsendfile::ConfigError;

/// A value that cannot work, or that the server's configuration cannot say.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// The option or the setting, such as `--static`.
    pub option: String,
    /// Its value, as it was given.
    pub value: String,
    /// What is wrong with it.
    pub problem: String,
    /// What to write instead.
    pub advice: String,
}

impl Problem {
    pub(crate) fn new(
        option: impl Into<String>,
        value: impl std::fmt::Debug,
        problem: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        let value = format!("{value:?}");
        Self { option: option.into(), value, problem: problem.into(), advice: advice.into() }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { option, value, problem, advice } = self;
        write!(f, "{option} = {value}: {problem}; {advice}")
    }
}

impl std::error::Error for Problem {}

impl From<ConfigError> for Problem {
    fn from(error: ConfigError) -> Self {
        Self {
            option: error.setting.into(),
            value: error.value,
            problem: error.problem,
            advice: error.advice,
        }
    }
}
