//! The call site of an event.
//!
//! Invariant: nothing of the event is evaluated unless somebody listens, and nothing is allocated
//! either way.

/// Emits an event: a name, measurements in braces, and metadata in braces, which may be left out.
///
/// ```
/// # use std::time::Duration;
/// # use telemetry::{Registry, event};
/// # let (duration, method, bytes) = (Duration::from_millis(250), "GET", 512_u64);
/// event!("http.request.stop", { duration, bytes }, { method, status: 200, "user.id": 7 });
/// event!("cache.miss", { count: 1 });
///
/// let registry = Registry::new();
/// event!(in registry; "cache.miss", { count: 1 }, { key: format!("user:{}", 7).as_str() });
///
/// telemetry::events! {
///     CACHE;
///     CACHE_MISS = "cache.miss" { measurements { count: None } }
/// }
/// event!(CACHE_MISS, { count: 1 });
/// ```
///
/// A key is an identifier, or a literal where it has dots; alone it stands for the variable of
/// that name as well. A measurement is any [number](trait@crate::IntoMeasurement), a
/// [`Duration`](std::time::Duration) counting in seconds; metadata is whatever makes a
/// [`Value`](crate::Value). The name is a literal, or whatever is a text, such as an event
/// that the program [declared](crate::contract). Without `in` the event goes to the [`global`](crate::global) registry.
///
/// The values are evaluated once when a handler is attached to the event, and otherwise not at
/// all: a call costs the few nanoseconds of [`Registry::execute`](crate::Registry::execute).
/// Nothing is allocated.
///
/// Keys, and the name where it is a literal, are checked by the compiler:
///
/// ```compile_fail
/// telemetry::event!("HTTP.request", { count: 1 });
/// ```
///
/// ```compile_fail
/// telemetry::event!("http.request", { Count: 1 });
/// ```
#[macro_export]
macro_rules! event {
    (@key $key:ident) => {
        ::core::stringify!($key)
    };
    (@key $key:literal) => {
        $key
    };
    (@sound $key:tt) => {{
        const KEY: &str = $crate::event!(@key $key);
        const {
            ::core::assert!(
                $crate::is_event_name(KEY),
                "a key has lower-case letters, digits, `_`, and dots between"
            );
        }
        KEY
    }};
    (@value $variable:ident) => {
        $variable
    };
    (@value $key:tt $value:expr) => {
        $value
    };
    (
        @emit $registry:expr, $name:expr,
        { $($number:tt $(: $measured:expr)?),* $(,)? }
        $(, { $($meta:tt $(: $value:expr)?),* $(,)? })?
        $(,)?
    ) => {
        match (&$registry, &$name) {
            (registry, name) => if let ::core::option::Option::Some(listeners) =
                registry.listeners(::core::convert::AsRef::<str>::as_ref(name))
            {
                listeners.execute(
                    &[$((
                        $crate::event!(@sound $number),
                        $crate::IntoMeasurement::into_measurement(
                            $crate::event!(@value $number $($measured)?)
                        ),
                    )),*],
                    &[$($((
                        $crate::event!(@sound $meta),
                        $crate::Value::from($crate::event!(@value $meta $($value)?)),
                    )),*)?],
                );
            }
        }
    };
    (@named $registry:expr, $name:literal, $($rest:tt)+) => {{
        const {
            ::core::assert!(
                $crate::is_event_name($name),
                "an event's name has segments of lower-case letters, digits and `_`, with dots between"
            );
        }
        $crate::event!(@emit $registry, $name, $($rest)+)
    }};
    (@named $registry:expr, $name:expr, $($rest:tt)+) => {
        $crate::event!(@emit $registry, $name, $($rest)+)
    };
    (in $registry:expr; $($event:tt)+) => {
        $crate::event!(@named $registry, $($event)+)
    };
    ($($event:tt)+) => {
        $crate::event!(@named $crate::global(), $($event)+)
    };
}
