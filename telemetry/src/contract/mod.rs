//! The contract: which events a program emits, what they measure and what they say.
//!
//! Invariant: a declaration describes and does nothing. What [`events!`](crate::events) makes
//! are constants; nothing runs before `main` and nothing is registered behind one's back.
//!
//! A program declares its events once, emits them through the constants, and exports them:
//!
//! ```
//! use telemetry::contract::Contract;
//!
//! telemetry::events! {
//!     /// Events of the shop.
//!     pub SHOP;
//!
//!     /// A customer finished a checkout.
//!     pub CHECKOUT_STOP = "shop.checkout.stop" {
//!         measurements {
//!             /// How long it took.
//!             duration: Second,
//!             /// Items in the basket.
//!             items: None,
//!         }
//!         metadata {
//!             /// Where the customer is.
//!             region,
//!             /// `paid` or `refused`.
//!             result,
//!         }
//!     }
//!
//!     /// Asking the bank for the money.
//!     pub PAYMENT = span "shop.payment" {
//!         metadata {
//!             /// Which bank.
//!             bank,
//!         }
//!     }
//! }
//!
//! telemetry::event!(CHECKOUT_STOP, { duration: 0.2, items: 3 }, { region: "eu" });
//! telemetry::span(PAYMENT.name, &[("bank", "first".into())], || ());
//!
//! let contract = Contract::new([SHOP])?;
//! assert_eq!(contract.events().len(), 4);
//! let json = serde_json::to_string_pretty(&contract)?; // what `pulseboard check --events` reads
//! assert!(json.contains("shop.payment.exception"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A name that is none, and a name that stands in one list twice, does not compile:
//!
//! ```compile_fail
//! telemetry::events! {
//!     pub SHOP;
//!     pub CHECKOUT = "Shop.Checkout" {}
//! }
//! ```
//!
//! ```compile_fail
//! telemetry::events! {
//!     pub SHOP;
//!     pub ONE = "shop.checkout" {}
//!     pub OTHER = "shop.checkout" {}
//! }
//! ```
//!
//! Neither does a key that one event has twice, be it one that spans have anyway:
//!
//! ```compile_fail,E0080
//! telemetry::events! {
//!     pub SHOP;
//!     pub CHECKOUT = "shop.checkout" {
//!         measurements { items: None, items: None }
//!     }
//! }
//! ```
//!
//! ```compile_fail,E0080
//! telemetry::events! {
//!     pub SHOP;
//!     pub CHECKOUT = "shop.checkout" {
//!         metadata { region, result, region }
//!     }
//! }
//! ```
//!
//! ```compile_fail,E0080
//! telemetry::events! {
//!     pub SHOP;
//!     pub PAYMENT = span "shop.payment" {
//!         measurements { duration: Millisecond }
//!     }
//! }
//! ```
//!
//! ```compile_fail,E0080
//! telemetry::events! {
//!     pub SHOP;
//!     pub PAYMENT = span "shop.payment" {
//!         metadata { kind }
//!     }
//! }
//! ```

mod declare;
mod declared;
mod document;
mod names;
pub(crate) mod own;
mod spec;

pub use declared::{DeclaredEvent, DeclaredKey, DeclaredMeasurement};
pub use document::{Contract, ContractError, Fault, MAX_EVENTS, MAX_KEYS, Undeclared};
pub(crate) use names::Watch;
pub use names::{AlreadyDeclared, MAX_UNDECLARED, NameCounts, OTHER};
#[cfg(feature = "host")]
pub use own::HOST;
#[cfg(feature = "http")]
pub use own::HTTP;
#[cfg(feature = "poller")]
pub use own::POLLER;
pub use own::{OTLP, TELEMETRY};
pub use spec::{EventSpec, MeasurementSpec, MetadataSpec, RequestSpec, SpanSpec};
// For the macro alone.
#[doc(hidden)]
pub use spec::{count, flat, unique, unique_keys};

/// The Rust in the document runs as it is printed.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/CONTRACT.md")]
struct Document;
