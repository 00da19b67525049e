//! From the function to the function with a span around its body.
//!
//! Invariant: where anything is wrong, the function still comes out as it was, so that the error
//! is the only one.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Error, Result, Type};

use crate::function::Function;
use crate::options::{Entry, Options, Source, Text};

/// What the compiler gets in the place of the function.
pub fn expand(arguments: TokenStream, item: TokenStream) -> TokenStream {
    measured(arguments, item.clone()).unwrap_or_else(|error| {
        let error = error.to_compile_error();
        quote!(#error #item)
    })
}

fn measured(arguments: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let options: Options = syn::parse2(arguments)?;
    let function: Function = syn::parse2(item)?;
    let begun = begin(&options, &function)?;
    let method = method(&options, &function)?;
    let work = work(&function);
    let Function {
        attributes,
        visibility,
        signature,
        ..
    } = &function;
    let awaited = signature.asyncness.map(|_| quote!(.await));
    Ok(quote! {
        #(#attributes)*
        #visibility #signature {
            #begun.#method(#work)#awaited
        }
    })
}

/// The span's name, its registry, and its metadata as a closure.
fn begin(options: &Options, function: &Function) -> Result<TokenStream> {
    let name = match &options.name {
        Some(name) => quote!(#name),
        None => {
            let ident = function.signature.ident.unraw().to_string();
            quote!(::telemetry::__measured_name!(#ident))
        }
    };
    let registry = match &options.registry {
        Some(registry) => quote_spanned! { registry.span() =>
            <::std::sync::Arc<::telemetry::Registry> as ::core::clone::Clone>::clone(&(#registry))
        },
        None => quote!(::telemetry::global()),
    };
    let arguments = function.arguments();
    let entries = options.meta.iter().map(|entry| value(entry, &arguments));
    let entries = entries.collect::<Result<Vec<TokenStream>>>()?;
    Ok(quote!(::telemetry::measured::Measured::begin(#registry, #name, || [#(#entries),*])))
}

fn value(entry: &Entry, arguments: &[Ident]) -> Result<TokenStream> {
    let key = &entry.key;
    let (value, span) = match &entry.value {
        Source::Argument(argument) => {
            if !arguments.contains(argument) {
                return Err(no_argument(argument, arguments));
            }
            (quote!(#argument), argument.span())
        }
        Source::Expression(expression) => (quote!(#expression), expression.span()),
    };
    let take = if entry.shown {
        quote_spanned!(span => ::telemetry::measured::shown)
    } else {
        quote_spanned!(span => ::telemetry::measured::kept)
    };
    Ok(quote_spanned!(span => (#key, #take(&(#value)))))
}

fn no_argument(argument: &Ident, arguments: &[Ident]) -> Error {
    let there = if arguments.is_empty() {
        "the function has none".to_owned()
    } else {
        let names: Vec<String> = arguments.iter().map(|name| format!("`{name}`")).collect();
        format!("there is {}", names.join(", "))
    };
    let message = format!("no argument `{argument}`: {there}; for others write `key = expression`");
    Error::new(argument.span(), message)
}

/// What of `telemetry::measured::Measured` runs the body.
fn method(options: &Options, function: &Function) -> Result<Ident> {
    let output = function.output();
    if let (Some(fallible), None) = (&options.fallible, output) {
        let message = "`fallible` is about a result, and this function returns nothing";
        return Err(Error::new(fallible.span(), message));
    }
    let fallible =
        options.fallible.is_some() || function.returns_result() && options.infallible.is_none();
    if let (Some((err, _)), false) = (&options.err, fallible) {
        let message = "`err` is about errors, and no `Result` is returned; where the type is \
                       one under another name, add `fallible`";
        return Err(Error::new(err.span(), message));
    }
    let debug = matches!(options.err, Some((_, Text::Debug)));
    let base = match (fallible, debug) {
        (false, _) => "span",
        (true, false) => "try_span",
        (true, true) => "debug_span",
    };
    // What the compiler says about an error type without a text, it says of the return type.
    let span = output.map_or(Span::call_site(), Spanned::span);
    Ok(match function.signature.asyncness {
        Some(_) => format_ident!("{base}_async", span = span),
        None => format_ident!("{base}", span = span),
    })
}

/// The body as a closure, or as a future, that owns the arguments.
fn work(function: &Function) -> TokenStream {
    let body = &function.body;
    let output = function.body_output();
    if function.signature.asyncness.is_none() {
        let output = output.map(|output| quote!(-> #output));
        // A closure with a return type needs a block, which the body is in any case.
        return quote!(move || #output { #body });
    }
    let typed = output.filter(|output| !matches!(output, Type::Never(_)));
    // A future's return type cannot be written; this returns one that never is.
    let typed = typed.map(|output| {
        quote_spanned! { output.span() =>
            if let ::core::option::Option::Some(never) = ::telemetry::measured::never::<#output>() {
                return never;
            }
        }
    });
    quote!(async move { #typed #body })
}
