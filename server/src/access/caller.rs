//! From where somebody signs in, as far as it counts for limits and stands in the audit log.

use std::net::IpAddr;

use super::Network;

/// The caller of a sign-in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caller {
    /// The network; `None` when the address cannot be read.
    pub network: Option<Network>,
    /// The address; `None` when it cannot be read.
    pub address: Option<IpAddr>,
    /// What the browser calls itself, for lists of sessions; empty when unknown.
    pub browser: String,
    /// What the browser sent as its device, which may be anything.
    pub device: Option<String>,
}

impl From<IpAddr> for Caller {
    fn from(address: IpAddr) -> Caller {
        Caller {
            network: Some(address.into()),
            address: Some(address),
            browser: String::new(),
            device: None,
        }
    }
}
