//! What `#[measured]` stands on.
//!
//! Invariant: metadata is looked at only while a handler is attached to one of the span's events,
//! and it borrows nothing afterwards, so that the body may move or change every argument.

use std::borrow::{Borrow, Cow};
use std::fmt::{self, Debug, Display};
use std::future::Future;
use std::sync::Arc;

#[doc(hidden)]
pub use crate::kept::Kept;
use crate::span::{Name, fault};
use crate::{MAX_NAME, Registry, SpanFuture, Value};

/// What stands in `meta(…)` of [`#[measured]`](macro@crate::measured): texts, numbers and truths,
/// and whatever says here what it is as one of them.
///
/// ```
/// use telemetry::{Value, measured, measured::ToValue};
///
/// enum Region { Europe, Elsewhere }
///
/// impl ToValue for Region {
///     fn to_value(&self) -> Value<'_> {
///         Value::Str(match self {
///             Region::Europe => "eu",
///             Region::Elsewhere => "other",
///         })
///     }
/// }
///
/// #[measured(name = "shop.visit", meta(region))]
/// fn visit(region: Region) {}
/// # visit(Region::Europe); visit(Region::Elsewhere);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no metadata value",
    label = "neither text, number nor truth",
    note = "for its `Display` text, write `key = %value`, or `%value` for an argument"
)]
pub trait ToValue {
    /// The value, which may borrow from what it is of.
    fn to_value(&self) -> Value<'_>;
}

macro_rules! plain {
    ($($plain:ty),*) => {$(
        impl ToValue for $plain {
            fn to_value(&self) -> Value<'_> {
                Value::from(*self)
            }
        }
    )*};
}
plain!(bool, i8, i16, i32, i64, u8, u16, u32, u64, usize, f32, f64);

macro_rules! pointers {
    ($($pointer:ty),*) => {$(
        impl<T: ToValue + ?Sized> ToValue for $pointer {
            fn to_value(&self) -> Value<'_> {
                T::to_value(self)
            }
        }
    )*};
}
pointers!(&T, &mut T, Box<T>, Arc<T>);

impl ToValue for str {
    fn to_value(&self) -> Value<'_> {
        Value::Str(self)
    }
}

impl ToValue for String {
    fn to_value(&self) -> Value<'_> {
        Value::Str(self)
    }
}

impl ToValue for Cow<'_, str> {
    fn to_value(&self) -> Value<'_> {
        Value::Str(self)
    }
}

impl ToValue for Value<'_> {
    fn to_value(&self) -> Value<'_> {
        *self
    }
}

/// `meta(key = value)`.
#[doc(hidden)]
pub fn kept(value: &(impl ToValue + ?Sized)) -> Kept {
    Kept::of(value.to_value())
}

/// `meta(key = %value)`.
#[doc(hidden)]
pub fn shown(value: &(impl Display + ?Sized)) -> Kept {
    Kept::print(value)
}

/// None, of a type that the compiler needs to be told.
#[doc(hidden)]
pub fn never<T>() -> Option<T> {
    None
}

/// An error that says what went wrong: whatever has `Display`. A trait of its own, so that the
/// compiler's message can name the ways out.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` says nothing that could be an exception's message",
    label = "has no `Display`",
    note = "for its `Debug` text, write `#[measured(err = Debug)]`",
    note = "where an `Err` is an answer as any other, write `#[measured(infallible)]`"
)]
pub trait ErrorText: Display {}

#[diagnostic::do_not_recommend]
impl<E: Display> ErrorText for E {}

/// A span about to begin.
#[doc(hidden)]
pub struct Measured<R, const N: usize> {
    registry: R,
    name: &'static str,
    /// None while nobody listens.
    metadata: Option<[(&'static str, Kept); N]>,
}

impl<R: Borrow<Arc<Registry>>, const N: usize> Measured<R, N> {
    #[inline]
    pub fn begin(
        registry: R,
        name: &'static str,
        metadata: impl FnOnce() -> [(&'static str, Kept); N],
    ) -> Measured<R, N> {
        let is_heard = Name::heard(registry.borrow(), name).is_some();
        Measured {
            registry,
            name,
            metadata: is_heard.then(metadata),
        }
    }

    #[inline]
    pub fn span<T>(self, work: impl FnOnce() -> T) -> T {
        if self.metadata.is_none() {
            return work();
        }
        self.with(|registry, name, metadata| registry.span(name, metadata, work))
    }

    #[inline]
    pub fn try_span<T, E: ErrorText>(self, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        if self.metadata.is_none() {
            return work();
        }
        self.with(|registry, name, metadata| registry.try_span(name, metadata, work))
    }

    #[inline]
    pub fn debug_span<T, E: Debug>(self, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        self.try_span(|| work().map_err(ByDebug))
            .map_err(|error| error.0)
    }

    #[inline]
    pub fn span_async<F: Future>(self, work: F) -> impl Future<Output = F::Output> {
        if self.metadata.is_none() {
            return SpanFuture::silent(work, |_| None);
        }
        self.with(|registry, name, metadata| registry.span_async(name, metadata, work))
    }

    #[inline]
    pub fn try_span_async<T, E: ErrorText, F: Future<Output = Result<T, E>>>(
        self,
        work: F,
    ) -> impl Future<Output = Result<T, E>> {
        if self.metadata.is_none() {
            return SpanFuture::silent(work, fault);
        }
        self.with(|registry, name, metadata| registry.try_span_async(name, metadata, work))
    }

    #[inline]
    pub fn debug_span_async<T, E: Debug, F: Future<Output = Result<T, E>>>(
        self,
        work: F,
    ) -> impl Future<Output = Result<T, E>> {
        let work = self.try_span_async(async move { work.await.map_err(ByDebug) });
        async move { work.await.map_err(|error| error.0) }
    }

    #[inline]
    fn with<T>(
        &self,
        run: impl FnOnce(&Arc<Registry>, &'static str, &[(&str, Value<'_>)]) -> T,
    ) -> T {
        let metadata = self.metadata.as_ref().map(pairs);
        let metadata = metadata.as_ref().map_or(&[][..], |pairs| pairs);
        run(self.registry.borrow(), self.name, metadata)
    }
}

fn pairs<'a, const N: usize>(
    kept: &'a [(&'static str, Kept); N],
) -> [(&'static str, Value<'a>); N] {
    kept.each_ref().map(|(key, value)| (*key, value.value()))
}

/// An error whose text is the one for developers.
struct ByDebug<E>(E);

impl<E: Debug> Display for ByDebug<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The name of a function's span, of the path where this stands and the function's own name.
#[doc(hidden)]
#[macro_export]
macro_rules! __measured_name {
    ($function:literal) => {{
        const PATH: &str = ::core::concat!(::core::module_path!(), "::", $function);
        const NAME: [u8; $crate::measured::legal_length(PATH)] = $crate::measured::legal(PATH);
        $crate::measured::text(&NAME)
    }};
}

/// How long a path becomes as a name.
#[doc(hidden)]
pub const fn legal_length(path: &str) -> usize {
    let bytes = path.as_bytes();
    let (mut from, mut length) = (0, 0);
    while from < bytes.len() {
        from += step(bytes, from);
        length += 1;
    }
    assert!(
        length + ".exception".len() <= MAX_NAME,
        "the name made of module and function is too long: give one, `name = \"…\"`"
    );
    length
}

/// A path as a name: `::` is a dot, upper case is lower case, and what else no name has is `_`.
#[doc(hidden)]
pub const fn legal<const N: usize>(path: &str) -> [u8; N] {
    let mut name = [0; N];
    let path = path.as_bytes();
    let (mut from, mut to) = (0, 0);
    while from < path.len() {
        name[to] = match path[from] {
            b':' => b'.',
            letter @ (b'a'..=b'z' | b'0'..=b'9' | b'_') => letter,
            letter @ b'A'..=b'Z' => letter.to_ascii_lowercase(),
            _ => b'_',
        };
        from += step(path, from);
        to += 1;
    }
    name
}

/// `::` counts as one, and so does a character of several bytes.
const fn step(path: &[u8], from: usize) -> usize {
    let mut to = from + 1;
    if path[from] == b':' && to < path.len() && path[to] == b':' {
        return 2;
    }
    while to < path.len() && path[to] & 0b1100_0000 == 0b1000_0000 {
        to += 1;
    }
    to - from
}

/// The bytes of a legal name as text.
#[doc(hidden)]
pub const fn text(name: &[u8]) -> &str {
    match std::str::from_utf8(name) {
        Ok(text) => text,
        Err(_) => panic!("`legal` writes ASCII"),
    }
}

#[cfg(test)]
mod tests {
    use std::future::ready;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;
    use crate::check_event_name;
    use crate::contract::Contract;
    use crate::testing::capture;

    fn finish<F: Future>(future: F) -> F::Output {
        match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(output) => output,
            Poll::Pending => unreachable!("ready at once"),
        }
    }

    #[test]
    fn a_future_that_nobody_heard_begin_stays_silent() {
        let registry = Arc::new(Registry::new());
        let nothing = Contract::new([]).expect("holds");
        registry.declare(&nothing).expect("the first");
        let begin = || Measured::begin(&registry, "job", || [("key", Kept::of(1.into()))]);
        let unheard = |seen| vec![("job.start".to_owned(), seen)];
        assert_eq!(finish(begin().span_async(ready(1))), 1);
        assert_eq!(registry.undeclared(), unheard(1));
        let refused = begin().try_span_async(ready(Err::<(), _>("full")));
        assert_eq!(finish(refused), Err("full"));
        assert_eq!(registry.undeclared(), unheard(2));
        // Nobody has looked at the metadata, so nothing may be told without it.
        let (one, other) = (begin(), begin());
        let late = capture(&registry, &["job.start", "job.stop"]).expect("free");
        assert_eq!(finish(one.span_async(ready(2))), 2);
        assert_eq!(finish(other.debug_span_async(ready(Ok::<_, ()>(3)))), Ok(3));
        assert_eq!(late.take(), []);
        finish(begin().span_async(ready(())));
        assert_eq!(late.take()[0].metadata["key"], "1");
    }

    #[test]
    fn paths_become_names() {
        fn check<const N: usize>(path: &str, name: &str) {
            assert_eq!(legal_length(path), N, "{path}");
            assert_eq!(text(&legal::<N>(path)), name);
            assert_eq!(check_event_name(name), Ok(()));
        }
        check::<4>("shop", "shop");
        check::<14>("shop::orders::f9", "shop.orders.f9");
        check::<12>("Shop::größe_X", "shop.gr__e_x");
    }
}
