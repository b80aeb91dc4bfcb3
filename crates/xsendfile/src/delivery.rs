//! How a file is to be delivered, said by the application.

use std::borrow::Cow;
use std::path::PathBuf;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::disposition::Disposition;
use crate::error::Error;
use crate::extras::{Buffering, Extras};
use crate::representation::DESCRIPTION;

/// How a file is to be delivered: shown or saved, under which name, as what, how fast.
///
/// It belongs to no request and no file, so one that was made at start may serve every download.
///
/// ```
/// use xsendfile::Delivery;
///
/// let invoices = Delivery::new().attachment().media_type("application/pdf").limit_rate(1 << 20);
/// # let config = xsendfile::Config::builder().backend("simple").root("/").build()?;
/// # let sendfile = xsendfile::Sendfile::new(config);
/// # let request = http::Request::new(());
/// let download = sendfile.send(&request, "invoice.pdf").delivery(&invoices).save_as("invoice 7.pdf");
/// # drop(download);
/// # Ok::<(), xsendfile::ConfigError>(())
/// ```
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct Delivery {
    pub(crate) disposition: Disposition,
    pub(crate) save_as: SaveAs,
    pub(crate) media_type: Option<String>,
    pub(crate) content_encoding: Option<String>,
    pub(crate) length: Option<u64>,
    pub(crate) headers: HeaderMap,
    pub(crate) extras: Extras,
    pub(crate) streamed: bool,
    pub(crate) beneath: Option<PathBuf>,
}

/// The name that Content-Disposition gives.
#[derive(Debug, Clone, Default)]
pub(crate) enum SaveAs {
    #[default]
    Base,
    Nothing,
    Name(String),
}

impl Delivery {
    /// The file as it is, shown by the client.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets the client save the file instead of showing it.
    pub fn attachment(self) -> Self {
        self.disposition(Disposition::Attachment)
    }

    /// Whether the client shows the file or saves it. Default: shows it.
    pub fn disposition(mut self, disposition: Disposition) -> Self {
        self.disposition = disposition;
        self
    }

    /// The name to save the file under. Default: the last component of its path.
    pub fn save_as(mut self, filename: impl Into<String>) -> Self {
        self.save_as = SaveAs::Name(filename.into());
        self
    }

    /// Gives the client no name to save the file under.
    pub fn unnamed(mut self) -> Self {
        self.save_as = SaveAs::Nothing;
        self
    }

    /// Content-Type. Default: what the name's extension tells.
    pub fn media_type(mut self, media_type: impl Into<String>) -> Self {
        self.media_type = Some(media_type.into());
        self
    }

    /// Content-Encoding: how the file's bytes are encoded on disk. Default: not at all.
    ///
    /// Where the server in front would drop the header, the file is streamed.
    pub fn content_encoding(mut self, encoding: impl Into<String>) -> Self {
        self.content_encoding = Some(encoding.into());
        self
    }

    /// Sends only the first `length` bytes, as of a file that is still being written. Default: all
    /// that it has when it is opened. A file that is handed off is sent as it is.
    pub fn length(mut self, length: u64) -> Self {
        self.length = Some(length);
        self
    }

    /// Another header of the application, such as Vary or Set-Cookie, which a 304 repeats and some
    /// hand-offs have to carry; of the same name there may be several. Default: none. A Cache-Control and a
    /// Content-Security-Policy that are said here stand in place of all that would be said else.
    ///
    /// What describes the body is dropped, since no application knows which part of the file leaves, nor
    /// whether it leaves from here: Content-Length, Transfer-Encoding, Trailer, Content-Range,
    /// Accept-Ranges, Content-Digest, Content-MD5, ETag and Last-Modified; and Content-Type,
    /// Content-Encoding and Content-Disposition, which have setters of their own.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        if !DESCRIPTION.contains(&name) {
            self.headers.append(name, value);
        }
        self
    }

    /// The most bytes in a second that the client gets; 0 is no limit. Default: `SENDFILE_LIMIT_RATE`.
    ///
    /// nginx and lighttpd keep it, lighttpd in whole KiB. Elsewhere it changes nothing, and a warning
    /// says so once.
    pub fn limit_rate(mut self, bytes_per_second: u64) -> Self {
        self.extras.limit_rate = Some(bytes_per_second);
        self
    }

    /// Whether nginx in front may take a body from here faster than the client takes it from nginx,
    /// and keep the difference in memory or in a temporary file. Default: `SENDFILE_BUFFERING`, else
    /// what nginx is configured to do.
    ///
    /// It is for what is streamed: a file that is handed off is not buffered.
    pub fn buffering(mut self, buffering: Buffering) -> Self {
        self.extras.buffering = Some(buffering);
        self
    }

    /// The charset of a file whose media type is `text/…` and does not say one itself; empty for none.
    /// Default: `SENDFILE_CHARSET`.
    pub fn charset(mut self, charset: impl Into<String>) -> Self {
        self.extras.charset = Some(charset.into());
        self
    }

    /// Cache-Control: who may keep the file, and how long without asking again; empty for no such header.
    /// Default: `SENDFILE_CACHE_CONTROL` or `SENDFILE_EXPIRES`, else `private, no-cache`: nobody in between
    /// keeps it, and the client asks again each time.
    ///
    /// Not together with [`expires`](Self::expires), which says the same header. An answer that carries
    /// nothing of the file, 412 or 416, says `private, no-cache` in place of any lifetime.
    pub fn cache_control(mut self, value: impl Into<String>) -> Self {
        self.extras.cache_control = Some(value.into());
        self
    }

    /// Content-Security-Policy of a file that the client shows and in which scripts would run as the site's:
    /// HTML, XHTML, SVG, MathML and other XML. It has to have the directive `sandbox`; empty for no such
    /// header. Default: `SENDFILE_SANDBOX`, else `sandbox`.
    ///
    /// An attachment needs none. PDF has none: no browser shows it in a sandbox.
    pub fn sandbox(mut self, policy: impl Into<String>) -> Self {
        self.extras.sandbox = Some(policy.into());
        self
    }

    /// How long the client, and nobody in between, may keep the file without asking again, in whole
    /// seconds: `Cache-Control: private, max-age=…`. Default: as [`cache_control`](Self::cache_control).
    pub fn expires(mut self, after: Duration) -> Self {
        self.extras.expires = Some(after.as_secs());
        self
    }

    /// Sends the file from here, also where the backend hands files off.
    pub fn streamed(mut self) -> Self {
        self.streamed = true;
        self
    }

    /// Sends the file only if it lies beneath this directory too, such as that of one user: relative to the
    /// first root, or absolute beneath any, as the file's name is, which starts with it. Default: that it
    /// lies beneath the root is enough.
    ///
    /// It is the root of the kernel's walk: no symlink leads out of it. A server in front is told the name
    /// with symlinks resolved. So the file is looked at, also without `SENDFILE_CHECK_FILE_EXISTS`.
    pub fn beneath(mut self, directory: impl Into<PathBuf>) -> Self {
        self.beneath = Some(directory.into());
        self
    }

    /// Content-Disposition, for a file whose own name is `base`.
    pub(crate) fn content_disposition(&self, base: &[u8]) -> HeaderValue {
        let own;
        let filename = match &self.save_as {
            SaveAs::Nothing => None,
            SaveAs::Name(name) => Some(&**name),
            SaveAs::Base => {
                own = own_name(base);
                Some(&*own)
            }
        };
        self.disposition.to_header(filename)
    }

    pub(crate) fn header_value(
        header: &HeaderName,
        value: Option<&str>,
    ) -> Result<Option<HeaderValue>, Error> {
        let Some(value) = value else { return Ok(None) };
        match HeaderValue::from_str(value) {
            Ok(value) => Ok(Some(value)),
            Err(_) => {
                Err(Error::InvalidHeader { header: header.clone(), value: value.into(), problem: CONTROL })
            }
        }
    }
}

/// What is wrong with a value that no HTTP message can hold.
pub(crate) const CONTROL: &str = "it holds a control character";

/// A file's name as text, `_` for what is none.
fn own_name(base: &[u8]) -> Cow<'_, str> {
    match String::from_utf8_lossy(base) {
        Cow::Borrowed(name) => name.into(),
        Cow::Owned(name) => name.replace(char::REPLACEMENT_CHARACTER, "_").into(),
    }
}

impl<'a> From<&'a Delivery> for Cow<'a, Delivery> {
    fn from(delivery: &'a Delivery) -> Self {
        Cow::Borrowed(delivery)
    }
}

impl From<Delivery> for Cow<'_, Delivery> {
    fn from(delivery: Delivery) -> Self {
        Cow::Owned(delivery)
    }
}

/// Writes the setters of [`Delivery`] for a type with a function `map_delivery(self, change) -> Self`, so
/// that every way in has all of them. `Delivery` is in scope where it is used, for the links.
#[doc(hidden)]
#[macro_export]
macro_rules! delivery_setters {
    () => {
        $crate::delivery_setters! {
            attachment();
            disposition(disposition: $crate::Disposition);
            save_as(filename: impl Into<String>);
            unnamed();
            media_type(media_type: impl Into<String>);
            content_encoding(encoding: impl Into<String>);
            length(length: u64);
            header(name: ::http::HeaderName, value: ::http::HeaderValue);
            limit_rate(bytes_per_second: u64);
            buffering(buffering: $crate::Buffering);
            charset(charset: impl Into<String>);
            expires(after: ::std::time::Duration);
            cache_control(value: impl Into<String>);
            sandbox(policy: impl Into<String>);
            streamed();
            beneath(directory: impl Into<::std::path::PathBuf>);
        }
    };
    ($($setter:ident($($argument:ident: $type:ty),*);)+) => {
        $(
            #[doc = concat!("[`Delivery::", stringify!($setter), "`], for this download.")]
            pub fn $setter(self, $($argument: $type),*) -> Self {
                self.map_delivery(|delivery| delivery.$setter($($argument),*))
            }
        )+
    };
}
