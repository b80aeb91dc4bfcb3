//! Who is who. Kept in memory: a site of its own would have a database and hashed passwords.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Form;
use axum::extract::{FromRef, OptionalFromRequestParts, State};
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};

use crate::pages;

const USERS: [(&str, &str); 2] = [("ada", "lovelace"), ("bob", "builder")];

/// Somebody who is logged in.
#[derive(Debug, Clone)]
pub(crate) struct User {
    pub(crate) name: String,
}

/// Who is logged in, by the secret in their cookie.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sessions(Arc<Mutex<HashMap<String, User>>>);

impl Sessions {
    fn begin(&self, user: User) -> Result<String, getrandom::Error> {
        let mut secret = [0; 16];
        getrandom::fill(&mut secret)?;
        let secret: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(secret.clone(), user);
        Ok(secret)
    }

    fn user(&self, secret: &str) -> Option<User> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(secret).cloned()
    }

    fn end(&self, secret: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(secret);
    }
}

impl<S> OptionalFromRequestParts<S> for User
where
    Sessions: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Infallible> {
        Ok(secret(parts).and_then(|secret| Sessions::from_ref(state).user(secret)))
    }
}

fn secret(parts: &Parts) -> Option<&str> {
    let cookies = parts.headers.get_all(COOKIE).iter().filter_map(|cookies| cookies.to_str().ok());
    cookies.flat_map(|cookies| cookies.split(';')).find_map(|cookie| cookie.trim().strip_prefix("session="))
}

pub(crate) async fn login(
    State(sessions): State<Sessions>,
    Form(fields): Form<HashMap<String, String>>,
) -> Response {
    let field = |name: &str| fields.get(name).map_or("", String::as_str);
    let (name, password) = (field("name"), field("password"));
    if !USERS.contains(&(name, password)) {
        return pages::wrong_login().into_response();
    }
    match sessions.begin(User { name: name.into() }) {
        Ok(secret) => {
            let cookie = format!("session={secret}; Path=/; HttpOnly; SameSite=Lax");
            ([(SET_COOKIE, cookie)], Redirect::to("/")).into_response()
        }
        Err(error) => (axum::http::StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

pub(crate) async fn logout(State(sessions): State<Sessions>, parts: Parts) -> impl IntoResponse {
    if let Some(secret) = secret(&parts) {
        sessions.end(secret);
    }
    ([(SET_COOKIE, "session=; Path=/; Max-Age=0")], Redirect::to("/login"))
}
