//! What the pages look like.
//!
//! Invariant: text that comes from outside passes through [`escaped`] before it stands in a page.

use std::borrow::Cow;

use axum::response::Html;

const STYLE: &str = "body{font:1rem/1.5 system-ui,sans-serif;margin:2rem auto;max-width:24rem;\
     padding:0 1rem;color-scheme:light dark}\
     label,input,button{display:block;font:inherit}input{width:100%;box-sizing:border-box}\
     label,button{margin-top:1rem}dl{display:grid;grid-template-columns:1fr auto}\
     .fault{border-left:.25rem solid #c33;padding-left:.75rem}";

/// A form for name and password.
pub struct Form<'a> {
    /// `Sign in`: the title, and what the button says.
    pub title: &'a str,
    /// What the browser may fill in: `current-password` or `new-password`.
    pub autocomplete: &'a str,
    /// What the fields take.
    pub hint: &'a str,
    /// Where else to go: link and its text.
    pub other: (&'a str, &'a str),
}

impl Form<'_> {
    /// The form, with the name as it was typed and what was wrong with that; both empty at first.
    pub fn page(&self, name: &str, fault: &str) -> Html<String> {
        let Form {
            title,
            autocomplete,
            hint,
            other: (link, text),
        } = self;
        let fault = match fault {
            "" => String::new(),
            fault => format!("<p class=\"fault\" role=\"alert\">{}</p>\n", escaped(fault)),
        };
        let name = escaped(name);
        page(
            title,
            &format!(
                "{fault}<form method=\"post\">\n\
                 <label for=\"name\">Name</label>\n\
                 <input id=\"name\" name=\"name\" value=\"{name}\" autocomplete=\"username\" \
                 maxlength=\"32\" required>\n\
                 <label for=\"password\">Password</label>\n\
                 <input id=\"password\" name=\"password\" type=\"password\" \
                 autocomplete=\"{autocomplete}\" maxlength=\"200\" aria-describedby=\"hint\" \
                 required>\n\
                 <p id=\"hint\">{hint}</p>\n\
                 <button>{title}</button>\n\
                 </form>\n\
                 <p><a href=\"{link}\">{text}</a> or <a href=\"/\">look around</a>.</p>"
            ),
        )
    }
}

/// What there is to buy, and for whom.
pub fn landing(goods: &[(String, i64)], who: Option<&str>) -> Html<String> {
    let line = |(name, cents): &(String, i64)| {
        let (whole, rest) = (cents / 100, cents % 100);
        format!("<dt>{}</dt><dd>{whole}.{rest:02}</dd>\n", escaped(name))
    };
    let goods: String = goods.iter().map(line).collect();
    let who = match who {
        Some(name) => format!(
            "<p>Signed in as {}.</p>\n\
             <form method=\"post\" action=\"/sign-out\"><button>Sign out</button></form>",
            escaped(name)
        ),
        None => "<p><a href=\"/sign-in\">Sign in</a> or <a href=\"/sign-up\">sign up</a>.</p>"
            .to_owned(),
    };
    page("Shop", &format!("<dl>\n{goods}</dl>\n{who}"))
}

/// What a wrong address leads to.
pub fn nowhere() -> Html<String> {
    let body = "<p>There is no such page. Everything begins at the <a href=\"/\">shop</a>.</p>";
    page("Not found", body)
}

/// A page; title and body are HTML.
pub fn page(title: &str, body: &str) -> Html<String> {
    Html(format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n\
         <body>\n<main>\n<h1>{title}</h1>\n{body}\n</main>\n</body>\n</html>\n"
    ))
}

/// A text as it may stand in HTML, in attributes as well.
pub fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>', '"', '\'']) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            letter => safe.push(letter),
        }
    }
    Cow::Owned(safe)
}
