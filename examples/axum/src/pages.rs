//! What people see.

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse};

use crate::documents::Document;
use crate::session::User;

pub(crate) async fn login() -> Html<String> {
    login_page("")
}

pub(crate) fn wrong_login() -> impl IntoResponse {
    (StatusCode::FORBIDDEN, login_page("<p>That name and that password do not belong together.</p>"))
}

fn login_page(message: &str) -> Html<String> {
    page(&format!(
        "<h1>Log in</h1>{message}<form method=post action=/login>\
         <label>Name <input name=name autocomplete=username></label> \
         <label>Password <input name=password type=password autocomplete=current-password></label> \
         <button>Log in</button></form>"
    ))
}

pub(crate) fn home<'a>(user: &User, documents: impl Iterator<Item = &'a Document>) -> Html<String> {
    let rows: String = documents
        .map(|Document { id, name, length, .. }| {
            let name = escape(name);
            format!(
                "<tr><td><a href=/documents/{id}>{name}</a><td>{length} bytes\
                 <td><a href=/documents/{id}?save>save</a></tr>"
            )
        })
        .collect();
    let name = escape(&user.name);
    page(&format!(
        "<h1>Documents of {name}</h1><table>{rows}</table>\
         <form method=post action=/logout><button>Log out</button></form>"
    ))
}

pub(crate) fn not_found() -> impl IntoResponse {
    let text = "<h1>Not here</h1><p>There is no such document. <a href=/>Your documents</a></p>";
    (StatusCode::NOT_FOUND, page(text))
}

fn page(body: &str) -> Html<String> {
    Html(format!(
        "<!doctype html><html lang=en><meta charset=utf-8><title>Protected downloads</title>\
         <style>body{{font:1em/1.5 system-ui;max-width:44em;margin:3em auto;padding:0 1em}}\
         td{{padding:.3em 1em .3em 0}}label{{display:block;margin:.5em 0}}</style>{body}</html>"
    ))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;").replace('\'', "&#39;")
}
