//! Who asks, and what they may see. Nothing else in the server decides that: handlers get a
//! [`Principal`] from here, and what it may see from [`Access::visibility`].

mod attempts;
mod audit;
mod browser;
mod caller;
mod defaults;
mod device;
mod grant;
mod guest;
mod identity;
mod instance;
mod links;
mod mentions;
mod metric_set;
mod network;
mod oidc;
mod open;
mod open_dashboards;
mod outside;
mod ownership;
mod password;
mod permit;
mod principal;
mod rights;
mod roles;
mod second_factor;
mod secret;
mod session;
mod sessions;
mod setup;
mod token;
mod user;
mod visibility;
mod visible;

use std::sync::{Arc, Mutex};

use arc_swap::ArcSwap;
use telemetry::Registry;
use tokio::sync::watch;

pub use audit::{Actor, Change};
pub use browser::browser_name;
pub use caller::Caller;
pub use defaults::{SetByRoles, problem_of_list, problem_of_text};
pub use identity::VouchedError;
pub use instance::Instance;
pub use links::{LinkError, NewLink};
pub use mentions::Mentions;
pub use metric_set::MetricSet;
pub use network::Network;
pub use oidc::{Begun, MAX_MS as OIDC_MAX_MS, Oidc, OidcError, TransportError};
pub use ownership::{DashboardAction, permit_dashboard, permit_new_dashboard};
pub use password::PasswordError;
pub use permit::{Denied, may_hold, permit, scope_for};
pub use principal::{Principal, PrincipalKind, SessionId};
pub use rights::Rights;
pub use roles::RoleError;
pub use second_factor::SecondFactorError;
pub use secret::SecretError;
pub use session::{NewSession, Resolved, SignInError};
pub use setup::SetupError;
pub use token::TokenError;
pub use user::{ChangePasswordError, UserError};
pub use visible::Visible;

use crate::config::Limits;
use crate::storage::{AuditLimits, Storage};
use attempts::Attempts;
use audit::FailedSignIns;
use open::OpenSessions;
use password::Passwords;
use token::UsedTokens;
use visibility::{Classes, Visibility};

/// Bounds of one-time links, as the configuration has them.
struct LinkLimits {
    max_invitations: u32,
    invitation_hours: u32,
    reset_link_hours: u32,
}

/// Users, sessions and tokens.
pub struct Access {
    storage: Storage,
    registry: Arc<Registry>,
    passwords: Passwords,
    instance: Instance,
    attempts: Mutex<Attempts>,
    failed_sign_ins: Mutex<FailedSignIns>,
    audit_limits: AuditLimits,
    used_tokens: Mutex<UsedTokens>,
    /// Most tokens, in all and of one user.
    max_tokens: (u32, u32),
    /// Grows whenever somebody's session or rights may have changed.
    generation: watch::Sender<u64>,
    open: Mutex<OpenSessions>,
    session_ms: i64,
    max_session_ms: i64,
    /// Roles of the program and of the configuration.
    fixed: Vec<String>,
    link_limits: LinkLimits,
    /// Most roles that admins make.
    max_roles: u32,
    /// Held while roles are read from the database.
    reloading: tokio::sync::Mutex<()>,
    visibility: ArcSwap<Visibility>,
    classes: Mutex<Classes>,
}

impl Access {
    /// Over this database, which is that of the instance; `roles` are those of the configuration,
    /// `admin` and `viewer` exist always. Roles that admins made are there after
    /// [`Access::reload_roles`].
    pub fn new(
        storage: Storage,
        instance: Instance,
        registry: Arc<Registry>,
        limits: &Limits,
        roles: &[String],
    ) -> Access {
        let own = [protocol::role::ADMIN, protocol::role::VIEWER].map(str::to_owned);
        let fixed: Vec<String> = own.into_iter().chain(roles.iter().cloned()).collect();
        Access {
            storage,
            registry,
            passwords: Passwords::new(limits.max_waiting_sign_ins as usize),
            instance,
            attempts: Mutex::new(Attempts::new(
                limits.sign_in_attempts_per_minute,
                limits.sign_in_attempts_per_peer_per_minute,
            )),
            failed_sign_ins: Mutex::default(),
            used_tokens: Mutex::default(),
            max_tokens: (limits.max_tokens, limits.max_tokens_per_user),
            audit_limits: AuditLimits::of(limits),
            generation: watch::Sender::new(0),
            open: Mutex::default(),
            session_ms: i64::from(limits.session_hours) * 3_600_000,
            max_session_ms: i64::from(limits.max_session_hours) * 3_600_000,
            link_limits: LinkLimits {
                max_invitations: limits.max_invitations,
                invitation_hours: limits.invitation_hours,
                reset_link_hours: limits.reset_link_hours,
            },
            max_roles: limits.max_roles,
            reloading: tokio::sync::Mutex::default(),
            classes: Mutex::default(),
            visibility: ArcSwap::from_pointee(Visibility::new(&fixed)),
            fixed,
        }
    }

    /// Tells when to ask [`Access::still`] again: a number that grows with every sign-out and
    /// every change of a user.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.generation.subscribe()
    }

    /// What tells this instance from others.
    pub fn instance(&self) -> &Instance {
        &self.instance
    }

    fn changed(&self) {
        self.generation.send_modify(|generation| *generation += 1);
    }
}
