//! What stands in the parentheses of `#[measured(…)]`.
//!
//! Invariant: each option stands there once, and each error points at the word that is wrong.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Error, Expr, Ident, LitStr, Result, Token, parenthesized};

use crate::name::{check_key, check_span_name};

const KNOWN: &str = "`name`, `meta`, `err`, `infallible`, `fallible` and `registry`";
/// What a span puts into its own events.
const TAKEN: [&str; 3] = ["kind", "message", "span_id"];

/// The options, as written.
#[derive(Default)]
pub struct Options {
    pub name: Option<LitStr>,
    pub meta: Vec<Entry>,
    pub err: Option<(Ident, Text)>,
    pub infallible: Option<Ident>,
    pub fallible: Option<Ident>,
    pub registry: Option<Expr>,
}

/// Where an error's text comes from.
#[derive(Clone, Copy, PartialEq)]
pub enum Text {
    Display,
    Debug,
}

/// One entry of `meta(…)`.
pub struct Entry {
    pub key: String,
    pub span: Span,
    /// The expression's `Display` text is the value.
    pub shown: bool,
    pub value: Source,
}

/// What an entry's value is made of.
pub enum Source {
    /// An argument's name, which is the key as well.
    Argument(Ident),
    Expression(Box<Expr>),
}

impl Parse for Options {
    fn parse(input: ParseStream<'_>) -> Result<Options> {
        let mut options = Options::default();
        let mut seen: Vec<String> = Vec::new();
        while !input.is_empty() {
            let option = input.call(Ident::parse_any)?;
            let word = option.to_string();
            if seen.contains(&word) {
                return Err(Error::new(option.span(), format!("`{word}` stands twice")));
            }
            options.parse_one(&word, option, input)?;
            seen.push(word);
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        if let (Some(_), Some(other)) = (&options.fallible, &options.infallible) {
            let message = "a function is `fallible` or `infallible`, not both";
            return Err(Error::new(other.span(), message));
        }
        if let (Some((err, _)), Some(_)) = (&options.err, &options.infallible) {
            let message = "`err` has no use: the function is `infallible`";
            return Err(Error::new(err.span(), message));
        }
        Ok(options)
    }
}

impl Options {
    fn parse_one(&mut self, word: &str, option: Ident, input: ParseStream<'_>) -> Result<()> {
        match word {
            "name" => {
                input.parse::<Token![=]>()?;
                let name = input.parse::<LitStr>().map_err(|error| {
                    Error::new(
                        error.span(),
                        "a name is a string: `name = \"shop.checkout\"`",
                    )
                })?;
                check_span_name(&name)?;
                self.name = Some(name);
            }
            "meta" => {
                let content;
                parenthesized!(content in input);
                let entries = Punctuated::<Entry, Token![,]>::parse_terminated(&content)?;
                self.meta = entries.into_iter().collect();
                check_unique(&self.meta)?;
            }
            "err" => {
                input.parse::<Token![=]>()?;
                let text = input.parse::<Ident>()?;
                self.err = Some(match text.to_string().as_str() {
                    "Debug" => (option, Text::Debug),
                    "Display" => (option, Text::Display),
                    _ => return Err(Error::new(text.span(), "`Debug` or `Display`")),
                });
            }
            "infallible" => self.infallible = Some(option),
            "fallible" => self.fallible = Some(option),
            "registry" => {
                input.parse::<Token![=]>()?;
                self.registry = Some(input.parse()?);
            }
            _ => {
                let message = format!("no option `{word}`: there are {KNOWN}");
                return Err(Error::new(option.span(), message));
            }
        }
        Ok(())
    }
}

impl Parse for Entry {
    fn parse(input: ParseStream<'_>) -> Result<Entry> {
        let shown = input.parse::<Option<Token![%]>>()?.is_some();
        let argument: Ident = input.parse()?;
        let mut key = argument.unraw().to_string();
        let span = argument.span();
        if shown || input.is_empty() || input.peek(Token![,]) {
            let value = Source::Argument(argument);
            return Entry::of(key, span, shown, value);
        }
        while input.parse::<Option<Token![.]>>()?.is_some() {
            key.push('.');
            key.push_str(&input.call(Ident::parse_any)?.unraw().to_string());
        }
        input.parse::<Token![=]>()?;
        let shown = input.parse::<Option<Token![%]>>()?.is_some();
        let value = Source::Expression(Box::new(input.parse()?));
        Entry::of(key, span, shown, value)
    }
}

impl Entry {
    fn of(key: String, span: Span, shown: bool, value: Source) -> Result<Entry> {
        check_key(&key, span)?;
        if TAKEN.contains(&key.as_str()) {
            let message = format!("`{key}` is what the span says itself: take another key");
            return Err(Error::new(span, message));
        }
        Ok(Entry {
            key,
            span,
            shown,
            value,
        })
    }
}

/// Refuses keys that stand twice.
fn check_unique(entries: &[Entry]) -> Result<()> {
    for (index, entry) in entries.iter().enumerate() {
        if entries[..index]
            .iter()
            .any(|before| before.key == entry.key)
        {
            let message = format!("metadata `{}` stands twice", entry.key);
            return Err(Error::new(entry.span, message));
        }
    }
    Ok(())
}
