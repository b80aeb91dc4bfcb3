//! Asks the site for canaries.

use std::cell::RefCell;
use std::time::{SystemTime, UNIX_EPOCH};

use xsendfile::Backend;
use xsendfile::canary::{Ask, Statement, Task};
use xsendfile::dialect::is_reserved;

use super::canaries::Canary;
use super::wire::{Client, Interrupted, Outgoing, Reply};

/// One who knows the site's secret.
#[derive(Debug)]
pub(crate) struct Probe<'a> {
    client: &'a Client,
    secret: &'a [u8],
    path: &'a str,
    /// What no client may see, each with what it was seen in.
    private: RefCell<Vec<String>>,
    seen: RefCell<Vec<String>>,
}

impl<'a> Probe<'a> {
    pub(crate) fn new(client: &'a Client, secret: &'a [u8], path: &'a str) -> Self {
        Self { client, secret, path, private: RefCell::default(), seen: RefCell::default() }
    }

    pub(crate) fn client(&self) -> &'a Client {
        self.client
    }

    /// The path of the canary's URL.
    pub(crate) fn path(&self) -> String {
        format!("{}{}", self.client.origin().path, self.path)
    }

    /// Lets the headers of every reply be searched for these words, which no client may see.
    pub(crate) fn keep_private(&self, words: impl IntoIterator<Item = String>) {
        self.private.borrow_mut().extend(words);
    }

    /// Where something private was seen.
    pub(crate) fn seen(&self) -> Vec<String> {
        self.seen.borrow().clone()
    }

    /// The request that asks: signed as of this machine's clock, whatever the site says of its own. A
    /// signature for later is one to keep.
    pub(crate) fn request(&self, ask: &Ask) -> Outgoing {
        Outgoing::get(format!("{}?{}", self.path(), ask.sign(self.secret, SystemTime::now())))
    }

    /// The reply to any request; one that never came has the status 0.
    pub(crate) fn send(&self, request: &Outgoing) -> Result<Reply, Interrupted> {
        let reply = self.client.send(request)?;
        self.search(&reply);
        Ok(reply)
    }

    /// The reply to a question.
    pub(crate) fn ask(&self, ask: &Ask) -> Result<Reply, Interrupted> {
        self.send(&self.request(ask))
    }

    /// The file in the first place that it is asked for, without anything special.
    pub(crate) fn fetch(&self, location: usize, canary: &Canary) -> Result<Reply, Interrupted> {
        self.ask(&Ask::send(location, &canary.name))
    }

    /// What the application decides, and the reply that says so; or the reply alone where it is no description.
    pub(crate) fn described(&self, ask: &Ask) -> Result<Result<(Statement, Reply), Reply>, Interrupted> {
        self.describe_with(ask, &[])
    }

    /// What the application decides, asked with these headers; or the reply where it is no description.
    pub(crate) fn describe(
        &self,
        ask: &Ask,
        headers: &[(String, &str)],
    ) -> Result<Result<Statement, Reply>, Interrupted> {
        Ok(self.describe_with(ask, headers)?.map(|(statement, _)| statement))
    }

    fn describe_with(
        &self,
        ask: &Ask,
        headers: &[(String, &str)],
    ) -> Result<Result<(Statement, Reply), Reply>, Interrupted> {
        let mut request = self.request(&Ask { task: Task::Describe, ..ask.clone() });
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        // A description says what is private, so it is not searched.
        let reply = self.client.send(&request)?;
        Ok(match Statement::from_json(&reply.body) {
            Ok(description) if reply.status == 200 => Ok((description, reply)),
            _ => Err(reply),
        })
    }

    fn search(&self, reply: &Reply) {
        for (name, value) in &reply.headers {
            let text = String::from_utf8_lossy(value);
            let private =
                hands_off(name) || self.private.borrow().iter().any(|word| text.contains(word.as_str()));
            if private {
                let seen = format!("{name}: {text}");
                let mut all = self.seen.borrow_mut();
                if all.len() < 5 && !all.contains(&seen) {
                    all.push(seen);
                }
            }
        }
    }
}

/// Whether a backend hands files off by this header, which then is for no client. Location, by which one
/// does, is: what it says is searched for.
fn hands_off(name: &str) -> bool {
    let mut dialects = Backend::all().iter().filter_map(|backend| backend.dialect());
    dialects.any(|dialect| is_reserved(&dialect.header) && dialect.header == name)
}

/// The clock of a server, by its header Date, less ours, in seconds.
pub(crate) fn clock_ahead(reply: &Reply) -> Option<i64> {
    let date = httpdate::parse_http_date(&reply.header("date")?).ok()?;
    let seconds = |moment: SystemTime| i64::try_from(moment.duration_since(UNIX_EPOCH).ok()?.as_secs()).ok();
    Some(seconds(date)? - seconds(SystemTime::now())?)
}
