//! Responses made of several bodies, and what they mean.

use std::collections::VecDeque;
use std::io::Read;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method};
use http_body::{Body as _, Frame, SizeHint};
use xsendfile_hyper::{Body, Config, xsendfile};

/// What a service passes on, one after the other.
#[derive(Debug, Clone)]
pub enum Piece {
    /// Bytes of the service's own.
    Text(usize),
    /// A file of so many bytes, untouched.
    Whole(u64),
    /// Several parts of it, with boundaries between.
    Parts(u64),
    /// Its first frames, then it is dropped.
    Frames(u64, usize),
    /// Its first bytes, then it is dropped.
    Cut(u64, u64),
    /// Every frame twice.
    Twice(u64),
    /// The first so many frames, and once more all that was kept of them after the body was dropped.
    Kept(u64, usize),
    /// Two files by turns.
    ByTurns(u64, u64),
}

/// What is said of the length before the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    Nothing,
    /// As many bytes as there are, if nothing is dropped.
    All,
    /// Fewer by so many.
    Less(u64),
}

/// A response.
#[derive(Debug, Clone)]
pub struct Score {
    pub pieces: Vec<Piece>,
    pub said: Said,
}

impl Score {
    /// Whether it has to arrive whole. What a layer cuts, keeps or repeats may end the connection.
    pub fn arrives(&self) -> bool {
        let whole = |piece: &Piece| matches!(piece, Piece::Text(_) | Piece::Whole(_) | Piece::Parts(_));
        // A cut at the end is a body that ends early, and nothing after it.
        let (last, before) = self.pieces.split_last().expect("a piece");
        before.iter().all(whole)
            && (whole(last) || matches!(last, Piece::Cut(..)) && self.said != Said::Nothing)
    }
}

/// What was meant by the response that was played last.
#[derive(Debug, Default)]
pub struct Meant {
    pub bytes: Vec<u8>,
    pub said: Option<u64>,
}

/// A score on its way to the server, and on its way back what is meant.
#[derive(Clone)]
pub struct Stage {
    config: Config,
    score: Arc<Mutex<Option<Score>>>,
    pub meant: Arc<Mutex<Meant>>,
}

impl Stage {
    pub fn new(config: Config) -> Self {
        Self { config, score: Arc::default(), meant: Arc::default() }
    }

    /// The score of the next request of `/play/…`.
    pub fn set(&self, score: &Score) {
        *self.score.lock().expect("a score") = Some(score.clone());
    }

    /// Plays whatever score is set.
    pub fn router(&self) -> Router {
        async fn play(State(stage): State<Stage>, Path(_): Path<String>) -> Response {
            stage.response()
        }
        Router::new().route("/play/{name}", get(play)).with_state(self.clone())
    }

    fn response(&self) -> Response {
        let score = self.score.lock().expect("a score").take().expect("a request");
        let voices: VecDeque<_> = score.pieces.iter().map(|piece| self.voice(piece)).collect();
        let all: u64 = voices.iter().map(Voice::length).sum();
        let said = match score.said {
            Said::Nothing => None,
            Said::All => Some(all),
            Said::Less(fewer) => Some(all.saturating_sub(fewer).max(1)),
        };
        *self.meant.lock().expect("a meaning") = Meant { bytes: Vec::new(), said };
        let played = Played { voices, said, meant: Arc::clone(&self.meant) };
        let mut response = Response::new(axum::body::Body::new(played));
        if let Some(said) = said {
            response.headers_mut().insert("content-length", said.into());
        }
        response
    }

    fn voice(&self, piece: &Piece) -> Voice {
        let source = |size| Source::new(&self.config, size, None);
        match *piece {
            Piece::Text(length) => Voice::Text(vec![b'T'; length].into()),
            Piece::Whole(size) => Voice::File { source: source(size), frames: usize::MAX, bytes: u64::MAX },
            Piece::Parts(size) => {
                let parts = format!("bytes=1-{},{}-{}", size / 4, size / 3, size - 2);
                let source = Source::new(&self.config, size, Some(&parts));
                Voice::File { source, frames: usize::MAX, bytes: u64::MAX }
            }
            Piece::Frames(size, frames) => Voice::File { source: source(size), frames, bytes: u64::MAX },
            Piece::Cut(size, bytes) => Voice::File { source: source(size), frames: usize::MAX, bytes },
            Piece::Twice(size) => Voice::Twice(source(size), None),
            Piece::Kept(size, frames) => Voice::Kept(source(size), frames, VecDeque::new()),
            Piece::ByTurns(one, other) => Voice::ByTurns(source(one), source(other)),
        }
    }
}

/// A frame, and the bytes of the file that it stands for.
type Sound = (Bytes, Bytes);

/// A body, and what its frames mean.
struct Source {
    body: Option<Body>,
    meant: Bytes,
}

impl Source {
    fn new(config: &Config, size: u64, range: Option<&str>) -> Self {
        let mut headers = HeaderMap::new();
        headers
            .extend(range.map(|range| (http::header::RANGE, range.parse::<HeaderValue>().expect("ASCII"))));
        let sendfile = xsendfile::Sendfile::new(config.clone());
        let request = xsendfile::Request::new(&Method::GET, &headers);
        let response = sendfile.send(request, &format!("{size}.bin")).respond().expect("a file");
        let body = http::Response::from(response).into_body();
        let mut meant = Vec::new();
        body.reader().read_to_end(&mut meant).expect("its content");
        Self { body: Some(body.into()), meant: meant.into() }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Sound>> {
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        let frame = ready!(Pin::new(body).poll_frame(cx));
        let bytes = frame.map(|frame| frame.expect("a file").into_data().expect("data"));
        Poll::Ready(bytes.map(|bytes| {
            let meant = self.meant.split_to(bytes.len());
            (bytes, meant)
        }))
    }
}

enum Voice {
    Text(Bytes),
    File { source: Source, frames: usize, bytes: u64 },
    Twice(Source, Option<Sound>),
    Kept(Source, usize, VecDeque<Sound>),
    ByTurns(Source, Source),
}

impl Voice {
    fn length(&self) -> u64 {
        match self {
            Self::Text(text) => text.len() as u64,
            Self::File { source, bytes, .. } => *bytes.min(&(source.meant.len() as u64)),
            Self::Twice(source, _) | Self::Kept(source, ..) => 2 * source.meant.len() as u64,
            Self::ByTurns(one, other) => (one.meant.len() + other.meant.len()) as u64,
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Sound>> {
        Poll::Ready(match self {
            Self::Text(text) => {
                let text = std::mem::take(text);
                (!text.is_empty()).then(|| (text.clone(), text))
            }
            Self::File { frames: 0, .. } | Self::File { bytes: 0, .. } => None,
            Self::File { source, frames, bytes } => ready!(source.poll(cx)).map(|(mut frame, mut meant)| {
                frame.truncate(usize::try_from(*bytes).unwrap_or(usize::MAX));
                meant.truncate(frame.len());
                *frames -= 1;
                *bytes -= frame.len() as u64;
                (frame, meant)
            }),
            Self::Twice(source, again) => match again.take() {
                Some(sound) => Some(sound),
                None => {
                    *again = ready!(source.poll(cx));
                    again.clone()
                }
            },
            Self::Kept(source, frames, kept) => {
                let sound = if *frames > 0 { ready!(source.poll(cx)) } else { None };
                *frames = frames.saturating_sub(1);
                match sound {
                    Some(sound) => {
                        kept.push_back(sound.clone());
                        Some(sound)
                    }
                    None => {
                        (*frames, source.body) = (0, None);
                        kept.pop_front()
                    }
                }
            }
            Self::ByTurns(one, other) => match ready!(one.poll(cx)) {
                None => ready!(other.poll(cx)),
                sound => {
                    std::mem::swap(one, other);
                    sound
                }
            },
        })
    }
}

/// The body of the response.
struct Played {
    voices: VecDeque<Voice>,
    said: Option<u64>,
    meant: Arc<Mutex<Meant>>,
}

impl http_body::Body for Played {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<std::io::Result<Frame<Bytes>>>> {
        while let Some(voice) = self.voices.front_mut() {
            if let Some((frame, meant)) = ready!(voice.poll(cx)) {
                self.meant.lock().expect("a meaning").bytes.extend_from_slice(&meant);
                return Poll::Ready(Some(Ok(Frame::data(frame))));
            }
            self.voices.pop_front();
        }
        Poll::Ready(None)
    }

    fn size_hint(&self) -> SizeHint {
        self.said.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}
