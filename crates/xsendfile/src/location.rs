//! Locations: roots, and the internal URLs that the server in front publishes them under.

use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

use crate::error::{ConfigError, Error, Reason};
use crate::name::Name;
use crate::root::{FileStatus, Lookup, OpenedFile, Place, Root, lexical};

/// A root, together with the internal URL that it is published under.
#[derive(Debug, Clone)]
pub struct Location {
    root: Root,
    url: Option<InternalUrl>,
}

impl Location {
    /// A location of `root`, published under `url` where there is one.
    pub fn new(root: Root, url: Option<InternalUrl>) -> Self {
        Self { root, url }
    }

    /// Where the files lie.
    pub fn root(&self) -> &Root {
        &self.root
    }

    /// What every URI of the location starts with: its internal URL, or its path where it has none.
    fn prefix(&self) -> PathBuf {
        match &self.url {
            Some(url) => PathBuf::from(format!("/{}", url.as_str().trim_start_matches('/'))),
            None => self.root.path().into(),
        }
    }

    /// What the server in front knows the root by.
    pub fn url(&self) -> Option<&InternalUrl> {
        self.url.as_ref()
    }
}

/// The prefix of internal URLs (`SENDFILE_URL`): an absolute path, as text, not percent-encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InternalUrl(String);

impl InternalUrl {
    /// Takes a prefix such as `/private`; slashes at its end do not matter.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] where it does not start with a slash, or holds `..` or a control character.
    pub fn parse(url: &str) -> Result<Self, ConfigError> {
        let error = |problem: &str, advice: String| {
            ConfigError::new("SENDFILE_URL", format!("{url:?}"), problem, advice)
        };
        if url.contains("://") {
            let advice = "write its path only, such as \"/private\"".into();
            return Err(error("an internal URL has no scheme and no host", advice));
        }
        let Some(relative) = url.strip_prefix('/') else {
            return Err(error(
                "an internal URL starts with a slash",
                format!("write {:?}", format!("/{url}")),
            ));
        };
        if url.contains(char::is_control) || relative.split('/').any(|component| component == "..") {
            let advice = "write a plain path such as \"/private\"".into();
            return Err(error("it holds \"..\" or a control character", advice));
        }
        let components: Vec<_> =
            relative.split('/').filter(|component| !matches!(*component, "" | ".")).collect();
        Ok(Self(components.iter().map(|component| format!("/{component}")).collect()))
    }

    /// The prefix without a slash at its end: `/private`, or nothing for `/`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether what lies beneath one prefix may lie beneath the other too. Caddy knows no case, and other
/// servers do not where the file system does not.
fn overlap(one: &Path, other: &Path) -> bool {
    let lower = |prefix: &Path| PathBuf::from(prefix.as_os_str().to_ascii_lowercase());
    let (one, other) = (lower(one), lower(other));
    one.starts_with(&other) || other.starts_with(&one)
}

/// All locations; the first one is where relative names belong.
#[derive(Debug, Clone)]
pub struct Locations(Vec<Location>);

impl Locations {
    /// Locations that can be told apart.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] where there is none, or where one URI could mean files of two of them.
    pub fn new(locations: Vec<Location>) -> Result<Self, ConfigError> {
        if locations.is_empty() {
            let advice = "write the directory of the files";
            return Err(ConfigError::new("SENDFILE_ROOT", "[]", "there is no root", advice));
        }
        for (place, one) in locations.iter().enumerate() {
            for other in &locations[..place] {
                // Between two roots without a URL, the same path is the same file.
                let told_apart = one.url.is_none() && other.url.is_none();
                let (a, b) = (one.prefix(), other.prefix());
                if !told_apart && (overlap(&a, &b)) {
                    let problem = format!("with {b:?} it makes URLs that could mean files of two roots");
                    let advice = "give each root an internal URL that lies beneath no other";
                    return Err(ConfigError::new("SENDFILE_LOCATIONS", format!("{a:?}"), problem, advice));
                }
            }
        }
        Ok(Self(locations))
    }

    /// The location of relative names.
    pub fn first(&self) -> &Location {
        &self.0[0]
    }

    /// The locations, in their order.
    pub fn iter(&self) -> impl Iterator<Item = &Location> {
        self.0.iter()
    }

    /// Finds what the application calls `filename`: relative to the first root, or absolute beneath
    /// any.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] where it is beneath none.
    pub fn resolve(&self, filename: &Path) -> Result<Found<'_>, Error> {
        let found = if filename.is_absolute() {
            self.beneath(filename)
        } else {
            Name::parse(filename.as_os_str().as_bytes()).map(|name| Found { location: self.first(), name })
        };
        found.map_err(|reason| Error::NotFound { path: filename.into(), reason })
    }

    /// Finds the absolute `path`. Where one root lies in another, the inner one has it.
    pub(crate) fn beneath(&self, path: &Path) -> Result<Found<'_>, Reason> {
        if !path.is_absolute() || self.goes_up_beneath(path) {
            return Err(Reason::Outside);
        }
        let path = lexical(path);
        let beneath = self.0.iter().filter_map(|location| Some((location, location.root.strip(&path)?)));
        // The less is left, the further in the root lies, by whichever spelling.
        let inner = beneath.min_by_key(|(_, name)| name.len());
        let (location, name) = inner.ok_or(Reason::Outside)?;
        Ok(Found { location, name: Name::parse(name)? })
    }

    /// Whether there is a `..` beneath a root. In what spells the root there may be one.
    fn goes_up_beneath(&self, path: &Path) -> bool {
        let up = |component: Component<'_>| component == Component::ParentDir;
        if let Some(rest) = self.iter().find_map(|location| path.strip_prefix(location.root.given()).ok()) {
            return rest.components().any(up);
        }
        let mut walked = PathBuf::new();
        path.components().any(|component| {
            let beneath =
                |location: &Location| location.root.strip(&walked).is_some_and(|name| !name.is_empty());
            let goes_up = up(component) && self.iter().any(beneath);
            if up(component) {
                walked.pop();
            } else {
                walked.push(component);
            }
            goes_up
        })
    }

    /// Finds the path `path` of an internal URL, decoded.
    pub(crate) fn published(&self, path: &[u8]) -> Result<Found<'_>, Reason> {
        let beneath = |location: &Location| -> Option<usize> {
            let prefix = location.url.as_ref()?.as_str();
            let rest = path.strip_prefix(prefix.as_bytes())?;
            rest.starts_with(b"/").then_some(prefix.len())
        };
        let longest = self.0.iter().filter_map(|location| Some((beneath(location)?, location)));
        let (prefix, location) = longest.max_by_key(|(prefix, _)| *prefix).ok_or(Reason::Outside)?;
        Ok(Found { location, name: Name::parse(&path[prefix + 1..])? })
    }
}

/// A file found beneath one of the locations.
#[derive(Debug)]
#[non_exhaustive]
pub struct Found<'a> {
    /// Where.
    pub location: &'a Location,
    /// Under which name.
    pub name: Name,
}

impl Found<'_> {
    /// Its absolute path.
    pub fn path(&self) -> PathBuf {
        self.location.root.join(&self.name)
    }

    /// Opens it.
    ///
    /// # Errors
    ///
    /// Those of [`Root::open`].
    pub fn open(&self, lookup: Lookup) -> Result<OpenedFile, Error> {
        self.location.root.open(&self.name, lookup)
    }

    /// Looks at it, and tells where it lies without symlinks.
    ///
    /// # Errors
    ///
    /// Those of [`Root::look`].
    pub fn look(&self, lookup: Lookup) -> Result<(FileStatus, Place), Error> {
        self.location.root.look(&self.name, lookup)
    }
}
