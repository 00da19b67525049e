//! `#[measured]`: a span around a function's body.
//!
//! Programs use it as `telemetry::measured`, with the feature `macros`. Invariant: the attribute
//! changes what a function tells, never what it does: its signature, its result and its panics
//! stay as they are. The one exception is documented: `#[track_caller]` ends at the closure that
//! the body becomes.

use proc_macro::TokenStream;

mod expand;
mod function;
mod name;
mod options;

/// Emits `{name}.start` and then `{name}.stop` or `{name}.exception` around every call of a
/// function, as `telemetry::span` does; for an `async fn` around its future, so that waiting
/// counts and a future dropped before its end is an exception of kind `cancelled`.
///
/// ```
/// use telemetry::measured;
///
/// #[measured(name = "shop.checkout", meta(region, items = cart.len()))]
/// fn checkout(region: &str, cart: &[u32]) -> Result<u32, String> {
///     cart.iter().copied().reduce(|a, b| a + b).ok_or("an empty cart".to_owned())
/// }
///
/// telemetry::attach("print", "shop.checkout.stop", |event| {
///     println!("{:?} in {:?}", event.measurement("duration"), event.meta("region"));
/// })?;
/// assert_eq!(checkout("eu", &[3, 4]), Ok(7));
/// # Ok::<(), telemetry::AttachError>(())
/// ```
///
/// | option | what |
/// |---|---|
/// | `name = "…"` | the span's name. Without it, module path and function: `Store::find` in `shop::orders` is `shop.orders.find`, with upper case lowered and other characters as `_`. The type is not in it, so that two methods of one name in one module need names |
/// | `meta(a, b = expr, c = %expr)` | metadata of all three events: an argument, any expression of them (`telemetry::measured::ToValue`), or with `%` the text that `Display` gives. Looked at before the body runs, and only while a handler is attached; texts are copied, and cut at 1,024 bytes |
/// | `err = Debug` | the message of an exception is the error's `Debug` text. `Display` is the default |
/// | `infallible` | an `Err` is an answer as any other, and ends in `stop` |
/// | `fallible` | the return type is a `Result` under another name |
/// | `registry = expr` | an `Arc<Registry>`, or a reference to one, instead of `telemetry::global()` |
///
/// A function whose return type is written `Result<…>`, `io::Result<…>` and so on ends in
/// `{name}.exception` with `kind` = `error` when it returns `Err`. While nobody listens, a call
/// costs a few nanoseconds more than without the attribute.
///
/// A panic goes on to the caller with what it says and where it was. Only under `#[track_caller]`
/// the place changes: it is the one in the function itself, not the caller's, for the body becomes
/// a closure and closures have no such attribute.
///
/// It works on functions and methods with any arguments, generic or not, but not on a `const fn`,
/// a function without a body, or a plain `fn` that returns a future: its call only makes the
/// future. `#[measured]` on a method inside of `#[async_trait]` is such a one.
#[proc_macro_attribute]
pub fn measured(arguments: TokenStream, item: TokenStream) -> TokenStream {
    expand::expand(arguments.into(), item.into()).into()
}
