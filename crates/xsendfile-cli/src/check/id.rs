//! The names of causes, which stay the same in every version.

use serde::{Serialize, Serializer};

/// Makes the enum of what has a name, with what it means.
macro_rules! ids {
    ($($(#[$meaning:meta])+ $variant:ident = $name:literal,)+) => {
        /// What is the matter, in one word; `docs/check.md` lists all.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Id {
            $($(#[$meaning])+ $variant,)+
        }

        impl Id {
            pub(crate) const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }
    };
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

ids! {
    /// A setting cannot work as it stands.
    Setting = "setting",
    /// The backend tells the server in front a URL for each file, and a root has none: `SENDFILE_URL` is unset.
    UrlUnset = "url-unset",
    /// This process may not enter the root.
    RootClosed = "root-closed",
    /// The server's user may not enter the root, or may not read in it.
    ServerCannotRead = "server-cannot-read",
    /// The root is served to everybody, whatever the application decides.
    Published = "published",
    /// A directory that is published lies among the protected files.
    PublicInRoot = "public-in-root",
    /// A root holds what is not for sending, such as the site's own code.
    NotForSending = "not-for-sending",
    /// A URL that is published and an internal URL lie one beneath the other.
    UrlsOverlap = "urls-overlap",
    /// No storage keeps its files beneath a root, so that no file of a `FileField` can be sent.
    StorageOutside = "storage-outside",
    /// There is no such user as `--server-user` names.
    ServerUserUnknown = "server-user-unknown",
    /// The check may not make its files beneath a root.
    RootNotWritable = "root-not-writable",
    /// There is no secret to sign questions with.
    SecretUnset = "secret-unset",
    /// The file of `--ca-file` cannot be read.
    CertificatesUnreadable = "certificates-unreadable",
    /// The running site has a backend or roots other than this command's.
    OtherSettings = "other-settings",
    /// Nothing answers at the address, or not over this protocol, or not with a certificate that is trusted.
    SiteUnreachable = "site-unreachable",
    /// The site redirects from HTTP to HTTPS.
    RedirectedToHttps = "redirected-to-https",
    /// The canary's URL redirects, such as to a login.
    CanaryRedirected = "canary-redirected",
    /// The site answers 400: it does not know the host, or refuses long request lines.
    HostRefused = "host-refused",
    /// The canary's URL asks for a password, or is forbidden.
    CanaryForbidden = "canary-forbidden",
    /// The server in front does not reach the application.
    ApplicationDown = "application-down",
    /// Something other than the canary answers its URL.
    CanaryAnswersOtherwise = "canary-answers-otherwise",
    /// The canary's URL answers with an error of the application.
    CanaryFails = "canary-fails",
    /// The clocks of the site and of this machine are too far apart for a signature.
    ClocksDiffer = "clocks-differ",
    /// The canary's URL is unknown, or the secret is not the same.
    CanaryNotIncluded = "canary-not-included",
    /// The application may not read the file.
    ApplicationCannotRead = "application-cannot-read",
    /// The application does not find the file.
    ApplicationDoesNotFind = "application-does-not-find",
    /// What the application streams arrives changed.
    StreamedWrongly = "streamed-wrongly",
    /// No server in front took the hand-off: the application was asked directly.
    ApplicationReachedDirectly = "application-reached-directly",
    /// The server does not understand the header that the backend sends.
    BackendOfAnotherServer = "backend-of-another-server",
    /// The server removes the header and sends no file.
    HandOffSwallowed = "hand-off-swallowed",
    /// The server looks for the file and does not find it.
    FileNotFoundInFront = "file-not-found-in-front",
    /// The server looks for the internal URL's own path beneath the root.
    PrefixNotStripped = "prefix-not-stripped",
    /// A different file arrives from the one that was asked for.
    AnotherFile = "another-file",
    /// Files are made with a mode that keeps the server's user out.
    Umask = "umask",
    /// nginx is told to ignore the header, or to pass it on.
    NginxIgnoresHandOff = "nginx-ignores-hand-off",
    /// `alias` lacks the slash at its end.
    NginxAliasWithoutSlash = "nginx-alias-without-slash",
    /// `root` stands where `alias` belongs.
    NginxRootForAlias = "nginx-root-for-alias",
    /// No location of nginx is for the internal URL.
    NginxNoLocation = "nginx-no-location",
    /// The location has another directory.
    NginxAliasElsewhere = "nginx-alias-elsewhere",
    /// nginx may not read the file, or refuses a symlink on the way to it.
    NginxRefuses = "nginx-refuses",
    /// A location with a regular expression wins for some names.
    NginxRegexLocation = "nginx-regex-location",
    /// nginx's buffer is too small for the headers of a reply.
    NginxBufferTooSmall = "nginx-buffer-too-small",
    /// The location is not `internal`, and open to everybody.
    NginxNotInternal = "nginx-not-internal",
    /// mod_xsendfile is not loaded, or off.
    ModXsendfileOff = "mod_xsendfile-off",
    /// No `XSendFilePath` covers the root.
    XsendfilepathNotCovering = "xsendfilepath-not-covering",
    /// The application runs in no daemon process, and only there does mod_wsgi act on `Location`.
    ModWsgiNotDaemon = "mod_wsgi-not-daemon",
    /// No `Alias` is for the internal URL.
    ModWsgiNoAlias = "mod_wsgi-no-alias",
    /// Apache's internal redirect loses the application's headers.
    ModWsgiHeadersLost = "mod_wsgi-headers-lost",
    /// `Alias` lacks the slash at the end of the directory.
    ApacheAliasWithoutSlash = "apache-alias-without-slash",
    /// `Alias` leads elsewhere than to the root.
    ApacheAliasElsewhere = "apache-alias-elsewhere",
    /// Apache's access rules refuse the internal redirect too.
    ApacheDenies = "apache-denies",
    /// What lies beneath the internal URL is open to everybody.
    ApacheAliasOpen = "apache-alias-open",
    /// The rule that hides the internal URL can be bypassed by spelling it differently.
    ApacheRawRequestLine = "apache-raw-request-line",
    /// A handler takes files with some extensions.
    ApacheHandler = "apache-handler",
    /// Apache refuses a header of this length.
    ApacheHeaderTooLong = "apache-header-too-long",
    /// `x-sendfile` is not enabled for the application.
    LighttpdXSendfileOff = "lighttpd-x-sendfile-off",
    /// `x-sendfile-docroot` does not cover the root.
    LighttpdDocrootNotCovering = "lighttpd-docroot-not-covering",
    /// Without `x-sendfile-docroot` lighttpd sends any file that it may read.
    LighttpdNoDocroot = "lighttpd-no-docroot",
    /// Nothing in `reverse_proxy` handles the answer.
    CaddyNoIntercept = "caddy-no-intercept",
    /// `handle_response` takes the hand-off and sends no file.
    CaddyNoFile = "caddy-no-file",
    /// The internal URL's own path is not removed before the file is looked for.
    CaddyPrefixNotStripped = "caddy-prefix-not-stripped",
    /// `root` is another directory, or Caddy's user may not read there.
    CaddyRootElsewhere = "caddy-root-elsewhere",
    /// `handle_response` drops the application's headers.
    CaddyHeadersNotCopied = "caddy-headers-not-copied",
    /// HEAD becomes GET, and is answered with a body.
    CaddyHeadBody = "caddy-head-body",
    /// The server in front serves the internal URL to everybody.
    PrivateUrlOpen = "private-url-open",
    /// The internal URL is hidden only in its usual spelling.
    PrivateUrlBySpelling = "private-url-by-spelling",
    /// The client is shown the header or the path.
    HandOffVisible = "hand-off-visible",
    /// The page for a missing file shows where files lie.
    ErrorPageShowsPath = "error-page-shows-path",
    /// A file that is gone is not answered with 404.
    MissingIsNot404 = "missing-is-not-404",
    /// The application sends what a symlink leads to outside the root.
    SymlinkFollowed = "symlink-followed",
    /// The server follows symlinks out of the root, which the application refuses.
    FollowsSymlinks = "follows-symlinks",
    /// The application is told another host than the client asked for.
    HostChanged = "host-changed",
    /// A client's headers change the download.
    ClientHeadersAct = "client-headers-act",
    /// Hand-off headers that a client sends, or its `SCRIPT_NAME`, are passed on to the application.
    ClientHeadersReachApplication = "client-headers-reach-application",
    /// Some names do not arrive.
    Names = "names",
    /// Media type or disposition do not arrive as the application says them.
    HeadersLost = "headers-lost",
    /// A server on the way refuses long headers.
    HeadersTooLong = "headers-too-long",
    /// HEAD is not answered as GET is.
    HeadDiffers = "head-differs",
    /// A body follows the reply to HEAD.
    HeadWithBody = "head-with-body",
    /// An empty file is not answered with 200 and no bytes.
    EmptyFile = "empty-file",
    /// `Range` is ignored.
    RangesIgnored = "ranges-ignored",
    /// Ranges are answered wrongly.
    RangesWrong = "ranges-wrong",
    /// Neither `ETag` nor `Last-Modified` arrives.
    NoValidators = "no-validators",
    /// A client that has this version is sent it again.
    NeverNotModified = "never-not-modified",
    /// Different versions or files have the same `ETag`.
    SameEtag = "same-etag",
    /// Somebody keeps the older file and sends it in place of the one that has the name now.
    OlderFile = "older-file",
    /// A cache between the server in front and the client stores files that are not for it.
    CacheStores = "cache-stores",
    /// What the application says of caches (`Cache-Control`) does not arrive: anybody may keep the file.
    CacheControlLost = "cache-control-lost",
    /// Headers that protect people from a file, such as `Content-Security-Policy`, do not arrive.
    ProtectionLost = "protection-lost",
    /// The server interprets directives (SSI) in what users wrote.
    Interpreted = "interpreted",
    /// The server changes what is in a file.
    ContentChanged = "content-changed",
    /// Another file is sent for one, since it lies beside it and its name ends in `.gz` or the like.
    SentFromBeside = "sent-from-beside",
    /// The server compresses downloads.
    CompressedInFront = "compressed-in-front",
    /// A range of the compressed file does not have the bytes of the whole.
    CompressedRanges = "compressed-ranges",
    /// Compressed and plain bytes have the same strong `ETag`.
    CompressedEtag = "compressed-etag",
    /// The reply is wrong for a client that accepts compression.
    WrongWhenCompressing = "wrong-when-compressing",
}
