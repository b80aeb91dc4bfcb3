//! The body of a download.

pub(crate) mod binding;
pub(crate) mod pace;
pub(crate) mod placeholder;
pub(crate) mod pool;
mod read;

use std::fmt;
use std::fs::File;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use xsendfile::Segment;

use self::binding::{Announced, Binding, Outcome};
use self::pace::Awaited;
use self::placeholder::Placeholder;
use self::read::Source;
use crate::counters::{COUNTERS, Copied};

/// The first chunk of every body is real bytes: a small file whole, and the proof of a [`Binding`]. Less is
/// not cheaper: sendfile(2) moves 64 KiB at a time, and costs more from an offset in between.
const FIRST: u64 = 64 * 1024;

/// The body of a download: the whole of a file, a range, or several.
///
/// It is made of a core [`xsendfile::Body`] and polled in a tokio runtime. Its first chunk, of at most
/// 64 KiB, is real bytes; what follows is sent by the kernel where [nothing in between reads it](crate::kernel_send),
/// and is otherwise read into pooled buffers of at most 64 KiB. What is not in the page cache is read
/// on a blocking thread.
///
/// # Errors
///
/// A frame is an error where reading fails, and where the file has become shorter
/// ([`io::ErrorKind::UnexpectedEof`]). The length has been promised by then, so the connection must
/// be closed; hyper does that.
pub struct Body {
    source: Source,
    file: Option<Arc<File>>,
    stage: Stage,
    length: u64,
    /// The longest chunk that is read.
    longest: u64,
}

#[derive(Debug)]
enum Stage {
    /// Nothing has been handed out.
    Start,
    /// The first chunk has been; whether it arrives untouched is not known.
    Offered { binding: Arc<Binding>, waited: bool },
    /// It arrived. The kernel sends the rest.
    Kernel(Arc<Binding>),
    /// All is read.
    Copied(Copied),
}

impl Body {
    /// A body without bytes.
    pub fn empty() -> Self {
        xsendfile::Body::empty().into()
    }

    /// Never lets the kernel send: for a body that something reads on its way without changing it,
    /// such as a checksum, a copy for a cache, a log. Such a layer is not noticed, and would be given
    /// zeros.
    #[must_use]
    pub fn copied(self) -> Self {
        self.without_kernel(Copied::Asked)
    }

    /// As [`Body::copied`], for another reason.
    pub(crate) fn without_kernel(mut self, reason: Copied) -> Self {
        self.stage = Stage::Copied(reason);
        self
    }

    /// Reads at most `bytes` at once, for a server that copies every chunk into a buffer of its own and
    /// keeps it until the client has taken it. Default, and most: 64 KiB.
    #[must_use]
    pub fn max_chunk(mut self, bytes: usize) -> Self {
        self.longest = self.longest.min(bytes.max(1) as u64);
        self
    }

    fn poll_first(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Bytes>> {
        let chunk = ready!(self.source.poll_chunk(cx, FIRST.min(self.longest)))?;
        self.stage = if self.source.remaining() == 0 {
            Stage::Copied(Copied::Small)
        } else if cfg!(not(target_os = "linux")) {
            Stage::Copied(Copied::Unsupported)
        } else {
            Stage::Offered { binding: Binding::offer(chunk.clone()), waited: false }
        };
        Poll::Ready(Ok(chunk))
    }

    /// The next placeholder, or the bytes between two.
    fn next_announced(&mut self, binding: &Binding) -> Option<Bytes> {
        let Source::Here(reader) = &mut self.source else { return None };
        let (bytes, announced) = match (reader.next_segment(placeholder::LONGEST as u64)?, &self.file) {
            (Segment::File(part), Some(file)) => {
                let placeholder = Placeholder::new(part);
                (placeholder.bytes(), Announced::Placeholder(placeholder, Arc::clone(file)))
            }
            (Segment::Bytes(bytes), _) => (bytes.clone(), Announced::Bytes(bytes)),
            (Segment::File(_), None) => return None,
        };
        binding.announce(announced, reader.remaining() == 0);
        Some(bytes)
    }
}

impl From<xsendfile::Body> for Body {
    fn from(body: xsendfile::Body) -> Self {
        // Neither sendfile(2) nor close(2) of a file that may hang belongs here.
        let is_local = body.lane().is_local();
        Self {
            source: Source::Here(body.reader()),
            file: body.file().filter(|_| is_local).cloned(),
            stage: if is_local { Stage::Start } else { Stage::Copied(Copied::Foreign) },
            length: body.length(),
            longest: pool::LARGEST as u64,
        }
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let this = &mut *self;
        pace::note(Awaited::Disk);
        loop {
            if matches!(this.source, Source::Gone) || this.is_end_stream() {
                return Poll::Ready(None);
            }
            let chunk = match &mut this.stage {
                Stage::Start => ready!(this.poll_first(cx)),
                Stage::Offered { binding, waited } => match binding.outcome() {
                    Outcome::Bound => {
                        this.stage = Stage::Kernel(Arc::clone(binding));
                        continue;
                    }
                    // The connection writes now that there is nothing more to take, and answers by
                    // that; in the next poll it has. Whoever else polls does not answer.
                    Outcome::Unbound(_) if !*waited => {
                        *waited = true;
                        cx.waker().wake_by_ref();
                        return Poll::Pending;
                    }
                    Outcome::Unbound(_) => {
                        this.stage = Stage::Copied(binding.withdraw());
                        continue;
                    }
                },
                Stage::Kernel(binding) => {
                    let binding = Arc::clone(binding);
                    match this.next_announced(&binding) {
                        Some(bytes) => Ok(bytes),
                        None => return Poll::Ready(None),
                    }
                }
                Stage::Copied(_) => ready!(this.source.poll_chunk(cx, this.longest)),
            };
            pace::note(Awaited::Client);
            return Poll::Ready(Some(chunk.map(Frame::data)));
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.source, Source::Here(_)) && self.source.remaining() == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.source.remaining())
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        if let Stage::Offered { binding, .. } | Stage::Kernel(binding) = &self.stage {
            // Also where a layer ends it early: what the connection writes next is not this body's.
            binding.end();
        }
        let bytes = self.length - self.source.remaining();
        match &self.stage {
            Stage::Start => {}
            Stage::Kernel(_) => {
                COUNTERS.kernel_bodies.add(1);
                tracing::debug!(target: "xsendfile::body", bytes, sent = "kernel", "sent by the kernel");
            }
            Stage::Copied(Copied::Small) => COUNTERS.small_bodies.add(1),
            Stage::Copied(reason) if bytes > 0 => {
                COUNTERS.copied_bodies.add(1);
                let reason = reason.as_str();
                tracing::debug!(target: "xsendfile::body", bytes, sent = "copied", reason, "copied");
            }
            Stage::Offered { .. } | Stage::Copied(_) => {}
        }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Body")
            .field("length", &self.length)
            .field("remaining", &self.source.remaining())
            .field("stage", &self.stage)
            .finish_non_exhaustive()
    }
}
