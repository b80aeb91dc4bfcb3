//! Locations: roots, and the internal URLs that the server in front publishes them under.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

use rustix::fd::OwnedFd;
use rustix::io::Errno;

use crate::error::{ConfigError, Error, Reason};
use crate::name::{Name, names_directory};
use crate::root::{FileStatus, Identity, Lookup, OpenedFile, Place, Root, lane, open_directory};

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

    /// Whether a server may take what lies beneath one prefix for what lies beneath the other: they are the
    /// same, or one is beneath the other. Case makes no difference, as in Caddy.
    pub fn overlaps(&self, other: &Self) -> bool {
        let path = |url: &Self| PathBuf::from(format!("/{}", url.0.trim_start_matches('/')));
        overlap(&path(self), &path(other))
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
    /// any, by whatever spelling leads there now.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] where it is beneath none; [`Error::WouldBlock`] where that cannot be told
    /// without waiting as `lookup` does not.
    pub fn resolve(&self, filename: &Path, lookup: Lookup) -> Result<Found<'_>, Error> {
        if filename.is_absolute() {
            return self.beneath(filename, lookup);
        }
        match Name::parse(filename.as_os_str().as_bytes()) {
            Ok(name) => Ok(Found::new(self.first(), name)),
            Err(reason) => Err(Error::NotFound { path: filename.into(), reason }),
        }
    }

    /// Finds the absolute `path`. Where one root lies in another, the inner one has it.
    ///
    /// Text decides where it is that of the only root; everything else is asked of the kernel.
    pub(crate) fn beneath(&self, path: &Path, lookup: Lookup) -> Result<Found<'_>, Error> {
        let refused = |reason| Error::NotFound { path: path.into(), reason };
        let by_text = self.by_text(path).map_err(refused)?;
        let found = match by_text {
            Some(found) if self.0.len() == 1 => Some(found),
            by_text => match Walk::new(self, path, by_text).find(lookup) {
                Err(Errno::AGAIN) if lookup != Lookup::Blocking => {
                    return Err(Error::WouldBlock(lane(path, lookup)));
                }
                found => found.map_err(|_| refused(Reason::Outside))?,
            },
        };
        let (location, name) = found.ok_or_else(|| refused(Reason::Outside))?;
        Found::named(location, name).map_err(refused)
    }

    /// Finds the absolute `path` beneath the path of a root, the longest one, as text; `None` where only the
    /// kernel knows.
    pub(crate) fn by_text<'a>(&self, path: &'a Path) -> Result<Option<(&Location, &'a Path)>, Reason> {
        let bytes = path.as_os_str().as_bytes();
        if bytes.contains(&0) || names_directory(bytes) {
            return Err(Reason::InvalidName);
        }
        if !path.is_absolute() {
            return Err(Reason::Outside);
        }
        let beneath = |location| Some((location, path.strip_prefix(Location::root(location).path()).ok()?));
        let found = self.0.iter().filter_map(beneath).filter(|(_, rest)| !goes_up(rest));
        Ok(found.min_by_key(|(_, rest)| rest.as_os_str().len()))
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
        Ok(Found::new(location, Name::parse(&path[prefix + 1..])?))
    }
}

fn goes_up(path: &Path) -> bool {
    path.components().any(|component| component == Component::ParentDir)
}

/// Finds which directory on the way of an absolute path is a root, by the kernel's word.
struct Walk<'a, 'p> {
    locations: &'a [Location],
    path: &'p Path,
    /// By the text, which is right unless another root lies further in.
    by_text: Option<(&'a Location, &'p Path)>,
}

impl<'a, 'p> Walk<'a, 'p> {
    fn new(locations: &'a Locations, path: &'p Path, by_text: Option<(&'a Location, &'p Path)>) -> Self {
        Self { locations: &locations.0, path, by_text }
    }

    fn find(&self, lookup: Lookup) -> rustix::io::Result<Option<(&'a Location, &'p Path)>> {
        // A root that would have to be waited for need not be where there is an answer without it.
        let soon = |root: &Root| match lookup {
            Lookup::Cached | Lookup::Local => root.opened(lookup),
            Lookup::Blocking => root.opened_soon(),
        };
        let mut is_unsure = false;
        let roots = self.roots(|root| soon(root).inspect_err(|errno| is_unsure |= *errno == Errno::AGAIN));
        match self.find_one_of(&roots, lookup)? {
            None if is_unsure && lookup != Lookup::Blocking => Err(Errno::AGAIN),
            None if is_unsure => self.find_one_of(&self.roots(|root| root.opened(lookup)), lookup),
            found => Ok(found),
        }
    }

    fn roots(&self, mut open: impl FnMut(&Root) -> rustix::io::Result<OwnedFd>) -> Vec<OpenedRoot<'a>> {
        let opened = |location: &'a Location| OpenedRoot::new(location, open(&location.root).ok()?);
        self.locations.iter().filter_map(opened).collect()
    }

    fn find_one_of(
        &self,
        roots: &[OpenedRoot<'a>],
        lookup: Lookup,
    ) -> rustix::io::Result<Option<(&'a Location, &'p Path)>> {
        let mut found: Option<(&OpenedRoot<'a>, &'p Path)> = None;
        // What spells the root in the settings may have a `..` in it, and is not looked into.
        let given = |location: &Location| self.path.strip_prefix(location.root.given()).ok();
        let known = self.locations.iter().filter_map(given).chain(self.by_text.map(|(_, rest)| rest));
        let shortest = known.min_by_key(|rest| rest.as_os_str().len());
        let mut rest = shortest.unwrap_or_else(|| self.path.strip_prefix("/").unwrap_or(self.path));
        loop {
            let directory = match found {
                None => open_directory(above(self.path, rest), lookup),
                // Beneath a root its own policy decides what is followed.
                Some((root, name)) => {
                    match Name::parse(above(name, rest).components().as_path().as_os_str().as_bytes()) {
                        Ok(name) => root.location.root.subdirectory(&root.directory, &name, lookup),
                        Err(_) => break,
                    }
                }
            };
            let identity = match directory {
                Ok(directory) => Identity::of(&directory),
                Err(Errno::AGAIN) if lookup != Lookup::Blocking => return Err(Errno::AGAIN),
                // It may be there all the same: what is not in memory is not told from what is not there.
                Err(_) if lookup == Lookup::Cached => return Err(Errno::AGAIN),
                Err(_) => break,
            };
            if let Some(root) = roots.iter().find(|root| Some(root.identity) == identity) {
                if goes_up(rest) {
                    return Ok(None);
                }
                found = Some((root, rest));
            }
            let mut components = rest.components();
            components.next();
            rest = components.as_path();
            if rest.components().next().is_none() || (found.is_some() && self.locations.len() == 1) {
                break;
            }
        }
        Ok(found.map(|(root, rest)| (root.location, rest)).or(self.by_text))
    }
}

/// What of `path` comes before its end `rest`.
fn above<'p>(path: &'p Path, rest: &Path) -> &'p Path {
    let bytes = path.as_os_str().as_bytes();
    Path::new(OsStr::from_bytes(&bytes[..bytes.len() - rest.as_os_str().len()]))
}

/// A root as it is now.
struct OpenedRoot<'a> {
    location: &'a Location,
    directory: OwnedFd,
    identity: Identity,
}

impl<'a> OpenedRoot<'a> {
    fn new(location: &'a Location, directory: OwnedFd) -> Option<Self> {
        Some(Self { location, identity: Identity::of(&directory)?, directory })
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
    /// The directory of the root beneath which it must lie.
    within: Option<Name>,
}

impl<'a> Found<'a> {
    fn new(location: &'a Location, name: Name) -> Self {
        Self { location, name, within: None }
    }

    /// The file of this path relative to the root.
    pub(crate) fn named(location: &'a Location, path: &Path) -> Result<Self, Reason> {
        Ok(Self::new(location, Name::parse(path.as_os_str().as_bytes())?))
    }

    /// The same, which must lie beneath this directory of its root too.
    pub(crate) fn within(mut self, directory: Found<'_>) -> Result<Self, Error> {
        if !std::ptr::eq(self.location, directory.location) || self.name.beneath(&directory.name).is_none() {
            return Err(self.outside());
        }
        self.within = Some(directory.name);
        Ok(self)
    }

    pub(crate) fn outside(&self) -> Error {
        Error::NotFound { path: self.path(), reason: Reason::Outside }
    }

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
        self.location.root.open_within(&self.name, self.within.as_ref(), lookup)
    }

    /// Looks at it, and tells where it lies without symlinks.
    ///
    /// # Errors
    ///
    /// Those of [`Root::look`].
    pub fn look(&self, lookup: Lookup) -> Result<(FileStatus, Place), Error> {
        self.location.root.look_within(&self.name, self.within.as_ref(), lookup)
    }
}
