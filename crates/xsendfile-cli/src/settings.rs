//! The settings of the site, as far as they are known.

/// The settings of the site, as far as they are known: from the environment, or from Django.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Settings {}

impl Settings {
    /// From environment variables named like the settings.
    pub fn from_env() -> Self {
        Self::default()
    }
}
