//! `events!`: declarations as they are written.
//!
//! Invariant: what it makes is checked where it is compiled. A name that is none, one that stands
//! in a list twice, and a key that an event has twice are errors of the compiler and never of the
//! running program.

/// Declares a program's events as constants, and a list of them all.
///
/// The first entry names the list, a `&'static [EventSpec]`. Each further one is an
/// [`EventSpec`](crate::contract::EventSpec), or with `span` before its name a
/// [`SpanSpec`](crate::contract::SpanSpec): start, stop and exception with the measurements and
/// metadata that spans have anyway; what a span adds goes out with stop and exception, its
/// metadata with all three. With `request` it is a [`RequestSpec`](crate::contract::RequestSpec):
/// what the tower layer `RequestTelemetry` emits under that name, nothing added. Units are variants of [`Unit`](crate::Unit). Keys are identifiers
/// with dots between. Doc comments are part of the declaration. See
/// [`contract`](crate::contract) for an example.
#[macro_export]
macro_rules! events {
    (
        $(#[$list_attribute:meta])* $list_vis:vis $LIST:ident;
        $(
            $(#[doc = $doc:literal])* $vis:vis $NAME:ident = $($kind:ident)? $name:literal {
                $(measurements {
                    $($(#[doc = $m_doc:literal])* $m_key:ident $(. $m_rest:ident)* : $unit:ident),* $(,)?
                })? $(,)?
                $(metadata {
                    $($(#[doc = $k_doc:literal])* $k_key:ident $(. $k_rest:ident)*),* $(,)?
                })? $(,)?
            }
        )*
    ) => {
        $(
            $crate::events! {
                @item [$($kind)?] $name
                [$(#[doc = $doc])*] [$vis const $NAME] [concat!($($doc),*)]
                [$($($crate::contract::MeasurementSpec {
                    name: $crate::events!(@key $m_key $(. $m_rest)*),
                    unit: $crate::Unit::$unit,
                    doc: concat!($($m_doc),*).trim_ascii(),
                },)*)?]
                [$($($crate::contract::MetadataSpec {
                    name: $crate::events!(@key $k_key $(. $k_rest)*),
                    doc: concat!($($k_doc),*).trim_ascii(),
                },)*)?]
            }
        )*
        $(#[$list_attribute])*
        $list_vis const $LIST: &[$crate::contract::EventSpec] = {
            const __TELEMETRY_GROUPS: &[&[$crate::contract::EventSpec]] =
                &[$($crate::events!(@group [$($kind)?] $NAME)),*];
            const __TELEMETRY_EVENTS: [$crate::contract::EventSpec; $crate::contract::count(__TELEMETRY_GROUPS)] =
                $crate::contract::flat(__TELEMETRY_GROUPS);
            const { assert!($crate::contract::unique(&__TELEMETRY_EVENTS), "an event stands in the list twice") };
            const { assert!($crate::contract::unique_keys(&__TELEMETRY_EVENTS), "an event has a measurement or a metadata key twice; spans have `duration`, `monotonic_time`, `system_time`, `span_id`, `kind` and `message` anyway") };
            &__TELEMETRY_EVENTS
        };
    };
    (
        @item [] $name:literal
        [$($doc:tt)*] [$vis:vis const $NAME:ident] [$text:expr] [$($m:tt)*] [$($k:tt)*]
    ) => {
        $($doc)*
        $vis const $NAME: $crate::contract::EventSpec = $crate::contract::EventSpec {
            name: $crate::events!(@name $name),
            doc: $text.trim_ascii(),
            measurements: &[$($m)*],
            metadata: &[$($k)*],
        };
    };
    (
        @item [span] $name:literal
        [$($doc:tt)*] [$vis:vis const $NAME:ident] [$text:expr] [$($m:tt)*] [$($k:tt)*]
    ) => {
        $($doc)*
        $vis const $NAME: $crate::contract::SpanSpec = $crate::contract::SpanSpec {
            name: $crate::events!(@name $name),
            start: $crate::contract::EventSpec {
                name: $crate::events!(@name concat!($name, ".start")),
                doc: concat!("Start.", $text).trim_ascii(),
                measurements: &[
                    $crate::contract::MeasurementSpec::SYSTEM_TIME,
                    $crate::contract::MeasurementSpec::MONOTONIC_TIME,
                ],
                metadata: &[$crate::contract::MetadataSpec::SPAN_ID, $($k)*],
            },
            stop: $crate::contract::EventSpec {
                name: $crate::events!(@name concat!($name, ".stop")),
                doc: concat!("End.", $text).trim_ascii(),
                measurements: &[
                    $crate::contract::MeasurementSpec::DURATION,
                    $crate::contract::MeasurementSpec::MONOTONIC_TIME,
                    $($m)*
                ],
                metadata: &[$crate::contract::MetadataSpec::SPAN_ID, $($k)*],
            },
            exception: $crate::contract::EventSpec {
                name: $crate::events!(@name concat!($name, ".exception")),
                doc: concat!("Failure.", $text).trim_ascii(),
                measurements: &[
                    $crate::contract::MeasurementSpec::DURATION,
                    $crate::contract::MeasurementSpec::MONOTONIC_TIME,
                    $($m)*
                ],
                metadata: &[
                    $crate::contract::MetadataSpec::SPAN_ID,
                    $crate::contract::MetadataSpec::KIND,
                    $crate::contract::MetadataSpec::MESSAGE,
                    $($k)*
                ],
            },
        };
    };
    (
        @item [request] $name:literal
        [$($doc:tt)*] [$vis:vis const $NAME:ident] [$text:expr] [] []
    ) => {
        $($doc)*
        $vis const $NAME: $crate::contract::RequestSpec = $crate::contract::RequestSpec {
            name: $crate::events!(@name $name),
            stop: $crate::contract::EventSpec {
                name: $crate::events!(@name concat!($name, ".stop")),
                doc: concat!("Answered.", $text).trim_ascii(),
                measurements: $crate::contract::RequestSpec::STOP_MEASUREMENTS,
                metadata: $crate::contract::RequestSpec::STOP_METADATA,
            },
            exception: $crate::contract::EventSpec {
                name: $crate::events!(@name concat!($name, ".exception")),
                doc: concat!("Not answered.", $text).trim_ascii(),
                measurements: $crate::contract::RequestSpec::EXCEPTION_MEASUREMENTS,
                metadata: $crate::contract::RequestSpec::EXCEPTION_METADATA,
            },
        };
    };
    (@group [] $NAME:ident) => { &[$NAME] };
    (@group [$kind:ident] $NAME:ident) => { &$NAME.events() };
    (@key $key:ident $(. $rest:ident)*) => {
        $crate::events!(@name concat!(stringify!($key) $(, ".", stringify!($rest))*))
    };
    (@name $name:expr) => {{
        const NAME: &str = $name;
        const { assert!($crate::is_event_name(NAME), concat!("a name is one or more of a-z, 0-9 and _, with dots between: ", $name)) };
        NAME
    }};
}

#[cfg(test)]
mod tests {
    use crate::contract::{Contract, EventSpec, MeasurementSpec, MetadataSpec, unique_keys};
    use crate::{Registry, Unit, testing};

    crate::events! {
        /// All of them. (Names that the macro might use itself do not get in its way.)
        ALL;

        EVENTS = "events" {}
        NAME = "name" {}

        /// A customer
        /// finished.
        CHECKOUT = "shop.checkout" {
            measurements {
                /// How long.
                duration: Second,
                size.total: Byte,
                // A key may name a measurement and metadata as well.
                type: None,
            }
            metadata {
                /// Where.
                region,
                type,
                card.kind,
            }
        }

        BARE = "bare" {}

        /// Asks the bank.
        pub(crate) PAYMENT = span "shop.payment" {
            measurements { cents: None }
            metadata { bank }
        }

        /// Of the shop.
        PAGE = request "shop.page" {}
    }

    fn keys(spec: &EventSpec) -> (Vec<&str>, Vec<&str>) {
        (
            spec.measurements.iter().map(|m| m.name).collect(),
            spec.metadata.iter().map(|m| m.name).collect(),
        )
    }

    #[test]
    fn what_is_written_is_what_is_declared() {
        assert_eq!(CHECKOUT.doc, "A customer finished.");
        assert_eq!(CHECKOUT.measurements[0].doc, "How long.");
        assert_eq!(CHECKOUT.measurements[1].unit, Unit::Byte);
        assert_eq!(
            keys(&CHECKOUT),
            (
                vec!["duration", "size.total", "type"],
                vec!["region", "type", "card.kind"]
            )
        );
        assert_eq!((BARE.doc, keys(&BARE)), ("", (vec![], vec![])));
        let names: Vec<_> = ALL.iter().map(|event| event.name).collect();
        let expect = [
            EVENTS.name,
            NAME.name,
            "shop.checkout",
            "bare",
            "shop.payment.start",
            "shop.payment.stop",
            "shop.payment.exception",
            "shop.page.stop",
            "shop.page.exception",
        ];
        assert_eq!(names, expect);
        assert_eq!(
            (PAGE.name, PAGE.stop.doc),
            ("shop.page", "Answered. Of the shop.")
        );
        assert_eq!(PAYMENT.stop.doc, "End. Asks the bank.");
    }

    #[test]
    fn keys_that_stand_there_twice_are_found() {
        let check = |measurements, metadata, expect: bool| {
            let event = EventSpec {
                measurements,
                metadata,
                ..BARE
            };
            assert_eq!(unique_keys(&[event]), expect, "{event:?}");
            assert_eq!(unique_keys(&[BARE, event, CHECKOUT]), expect, "{event:?}");
        };
        const DURATION: MeasurementSpec = MeasurementSpec::DURATION;
        const TIME: MeasurementSpec = MeasurementSpec::SYSTEM_TIME;
        const KIND: MetadataSpec = MetadataSpec::KIND;
        const ID: MetadataSpec = MetadataSpec::SPAN_ID;
        check(&[], &[], true);
        check(&[DURATION, TIME], &[KIND, ID], true);
        check(&[DURATION, TIME, DURATION], &[], false);
        check(&[], &[ID, KIND, KIND], false);
        assert!(unique_keys(&[]));
    }

    #[test]
    fn a_constant_emits() {
        let registry = Registry::new();
        let capture = testing::capture(&registry, &[CHECKOUT.as_ref()]).expect("a name");
        CHECKOUT.execute_on(&registry, &[("duration", 1.0)], &[("region", "eu".into())]);
        let taken = capture.take();
        assert_eq!((taken.len(), &*taken[0].name), (1, CHECKOUT.name));
    }

    #[cfg(feature = "span")]
    #[test]
    fn a_span_emits_what_its_declaration_says() {
        let registry = Registry::new();
        let names = PAYMENT.events().map(|event| event.name);
        let capture = testing::capture(&registry, &names).expect("names");
        let contract = Contract::new([ALL]).expect("holds");
        let metadata = [("bank", "first".into())];
        registry.span(PAYMENT.name, &metadata, || ());
        let failed: Result<(), &str> = registry.try_span(PAYMENT.name, &metadata, || Err("no"));
        assert!(failed.is_err());
        let taken = capture.take();
        assert_eq!(taken.len(), 4);
        for event in taken {
            let measurements = event.measurements.keys().map(String::as_str);
            let metadata = event.metadata.keys().map(String::as_str);
            let admitted = contract.admit(&event.name, measurements, metadata);
            assert_eq!(admitted, Ok(()), "{event:?}");
        }
    }
}
