//! The limits of access and HTTP, as `[limits]` in the configuration.

use serde::Deserialize;

use super::range::{self, OutOfRange};

/// Every limit has a default; unknown keys are rejected.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Longest body of a request that needs no account, in bytes.
    pub max_public_body_bytes: u64,
    /// Longest body of other requests, such as documents, in bytes.
    pub max_body_bytes: u64,
    /// Longest body with events or points in bytes, packed or unpacked.
    pub max_ingest_body_bytes: u64,
    /// Most bytes of all bodies with events or points that are being read.
    pub ingest_memory_bytes: u64,
    /// Longest dashboard or preferences in bytes.
    pub max_document_bytes: u64,
    /// Most dashboards.
    pub max_dashboards: u32,
    /// Most dashboards that belong to one person.
    pub max_dashboards_per_user: u32,
    /// Most dashboards that were removed and can be put back.
    pub max_deleted_dashboards: u32,
    /// Most bytes of these.
    pub max_deleted_dashboard_bytes: u64,
    /// How long a dashboard that was removed can be put back, in hours.
    pub deleted_dashboard_hours: u32,
    /// Most versions of one dashboard that are kept.
    pub max_dashboard_versions: u32,
    /// Most bytes of the versions of one dashboard; the newest is kept in any case.
    pub max_dashboard_version_bytes: u64,
    /// Most roles that admins made.
    pub max_roles: u32,
    /// Most tokens.
    pub max_tokens: u32,
    /// Most tokens of one user.
    pub max_tokens_per_user: u32,
    /// Most entries of the audit log.
    pub max_audit_entries: u32,
    /// Most bytes of the audit log.
    pub max_audit_bytes: u64,
    /// How long an entry of the audit log is kept, in days.
    pub audit_keep_days: u32,
    /// Most annotations.
    pub max_annotations: u32,
    /// Most annotations by one user or token.
    pub max_annotations_per_author: u32,
    /// Longest head of a request in bytes.
    pub max_head_bytes: u64,
    /// Most connections at a time, those of the reserve included.
    pub max_connections: u32,
    /// Most connections from one address: an IPv4 address, or a /64 of IPv6.
    pub max_connections_per_address: u32,
    /// Most requests of people who are not signed in, to dashboards that are open to them, at a time;
    /// one address gets a quarter of them.
    pub max_guest_requests: u32,
    /// Connections beyond those limits for health checks and for who is signed in; at most half of
    /// `max_connections`.
    pub reserved_connections: u32,
    /// Longest time until the head of a request is complete, in seconds; an idle connection is
    /// closed after it.
    pub header_timeout_s: u32,
    /// Longest time in which the other end takes nothing of what is sent to it, in seconds.
    pub write_timeout_s: u32,
    /// Longest time to answer, in seconds; streams are free of it.
    pub request_timeout_s: u32,
    /// How long a session lives without a visit, in hours.
    pub session_hours: u32,
    /// How long a session lives at most, in hours, however often it is used.
    pub max_session_hours: u32,
    /// Failed sign-ins a minute for one name from one network, or from one trusted device.
    pub sign_in_attempts_per_minute: u32,
    /// Most invitations that are open at a time.
    pub max_invitations: u32,
    /// How long an invitation works unless it says otherwise, in hours.
    pub invitation_hours: u32,
    /// How long a link for a new password works, in hours.
    pub reset_link_hours: u32,
    /// Sign-ins that may wait for their password to be hashed.
    pub max_waiting_sign_ins: u32,
    /// Failed sign-ins a minute from one network: an IPv4 address, or an IPv6 /64.
    pub sign_in_attempts_per_peer_per_minute: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            max_public_body_bytes: 16 * 1024,
            max_body_bytes: 1024 * 1024,
            max_ingest_body_bytes: 64 * 1024 * 1024,
            ingest_memory_bytes: 256 * 1024 * 1024,
            max_document_bytes: 256 * 1024,
            max_dashboards: 1_000,
            max_dashboards_per_user: 50,
            max_deleted_dashboards: 100,
            max_deleted_dashboard_bytes: 4 * 1024 * 1024,
            deleted_dashboard_hours: 24 * 7,
            max_dashboard_versions: 100,
            max_dashboard_version_bytes: 1024 * 1024,
            max_roles: 100,
            max_tokens: 1_000,
            max_tokens_per_user: 50,
            max_audit_entries: 100_000,
            max_audit_bytes: 64 * 1024 * 1024,
            audit_keep_days: 365,
            max_annotations: 10_000,
            max_annotations_per_author: 1_000,
            max_head_bytes: 64 * 1024,
            max_connections: 4_000,
            max_connections_per_address: 1_000,
            max_guest_requests: 64,
            reserved_connections: 64,
            header_timeout_s: 10,
            write_timeout_s: 30,
            request_timeout_s: 30,
            session_hours: 24 * 14,
            max_session_hours: 24 * 90,
            sign_in_attempts_per_minute: 10,
            max_invitations: 200,
            invitation_hours: 72,
            reset_link_hours: 24,
            max_waiting_sign_ins: 64,
            sign_in_attempts_per_peer_per_minute: 60,
        }
    }
}

impl Limits {
    /// Rejects a limit out of its range, by key.
    pub fn check(&self) -> Result<(), OutOfRange> {
        const MIB: u64 = 1024 * 1024;
        for (key, bytes) in [
            ("max_body_bytes", self.max_body_bytes),
            ("max_ingest_body_bytes", self.max_ingest_body_bytes),
        ] {
            range::check(key, bytes, 1_024..=256 * MIB)?;
        }
        // A body, and what it is decoded to, have room when no other is read.
        let least = (3 * self.max_ingest_body_bytes).max(MIB);
        range::check(
            "ingest_memory_bytes",
            self.ingest_memory_bytes,
            least..=64 * 1024 * MIB,
        )?;
        range::check(
            "max_document_bytes",
            self.max_document_bytes,
            1_024..=16 * MIB,
        )?;
        range::check(
            "max_dashboard_version_bytes",
            self.max_dashboard_version_bytes,
            1_024..=1_024 * MIB,
        )?;
        range::check(
            "max_public_body_bytes",
            self.max_public_body_bytes,
            1_024..=MIB,
        )?;
        range::check(
            "max_audit_bytes",
            self.max_audit_bytes,
            MIB..=16 * 1024 * MIB,
        )?;
        range::check(
            "max_deleted_dashboard_bytes",
            self.max_deleted_dashboard_bytes,
            self.max_document_bytes..=1_024 * MIB,
        )?;
        range::check("max_head_bytes", self.max_head_bytes, 8_192..=MIB)?;
        range::check(
            "reserved_connections",
            self.reserved_connections.into(),
            0..=10_000,
        )?;
        let from_one = [
            ("max_dashboards", self.max_dashboards, 10_000),
            (
                "max_dashboards_per_user",
                self.max_dashboards_per_user,
                10_000,
            ),
            (
                "max_deleted_dashboards",
                self.max_deleted_dashboards,
                10_000,
            ),
            (
                "deleted_dashboard_hours",
                self.deleted_dashboard_hours,
                24 * 366,
            ),
            (
                "max_dashboard_versions",
                self.max_dashboard_versions,
                10_000,
            ),
            ("max_roles", self.max_roles, 1_000),
            ("max_tokens", self.max_tokens, 10_000),
            ("max_tokens_per_user", self.max_tokens_per_user, 10_000),
            ("max_audit_entries", self.max_audit_entries, 10_000_000),
            ("audit_keep_days", self.audit_keep_days, 3_660),
            ("max_annotations", self.max_annotations, 1_000_000),
            (
                "max_annotations_per_author",
                self.max_annotations_per_author,
                1_000_000,
            ),
            ("max_connections", self.max_connections, 1_000_000),
            (
                "max_connections_per_address",
                self.max_connections_per_address,
                1_000_000,
            ),
            ("max_guest_requests", self.max_guest_requests, 100_000),
            ("header_timeout_s", self.header_timeout_s, 600),
            ("write_timeout_s", self.write_timeout_s, 600),
            ("request_timeout_s", self.request_timeout_s, 600),
            ("session_hours", self.session_hours, 24 * 366),
            ("max_session_hours", self.max_session_hours, 24 * 3_660),
            ("max_invitations", self.max_invitations, 10_000),
            ("invitation_hours", self.invitation_hours, 24 * 30),
            ("reset_link_hours", self.reset_link_hours, 24 * 30),
            ("max_waiting_sign_ins", self.max_waiting_sign_ins, 1_000),
            (
                "sign_in_attempts_per_minute",
                self.sign_in_attempts_per_minute,
                10_000,
            ),
            (
                "sign_in_attempts_per_peer_per_minute",
                self.sign_in_attempts_per_peer_per_minute,
                100_000,
            ),
        ];
        for (key, value, most) in from_one {
            range::check(key, value.into(), 1..=most)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_out_of_range_are_named() {
        let check = |toml: &str, key: Option<&str>| {
            let limits: Limits = toml::from_str(toml).expect("parses");
            assert_eq!(limits.check().err().map(|error| error.key), key, "{toml}");
        };
        check("", None);
        check("max_body_bytes = 1023", Some("max_body_bytes"));
        check("max_public_body_bytes = 0", Some("max_public_body_bytes"));
        check("max_ingest_body_bytes = 1", Some("max_ingest_body_bytes"));
        check(
            "max_ingest_body_bytes = 100000000",
            Some("ingest_memory_bytes"),
        );
        check(
            "max_ingest_body_bytes = 100000000\ningest_memory_bytes = 300000000",
            None,
        );
        check("max_audit_bytes = 1000", Some("max_audit_bytes"));
        check("audit_keep_days = 0", Some("audit_keep_days"));
        check("ingest_memory_bytes = 1000000", Some("ingest_memory_bytes"));
    }
}
