//! Sign-in with a provider of OpenID Connect: the code flow with PKCE (OpenID Connect Core 1.0, §3.1;
//! RFC 7636). What has to be remembered in between is in a cookie of the browser that began, so that
//! nothing is kept here for people who never come back.
//!
//! Invariant: who somebody is comes from a token that the provider signed for this server, and for
//! the sign-in that this browser began.

mod claims;
mod transport;

use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_swap::ArcSwapOption;
use openidconnect::core::{CoreProviderMetadata, CoreResponseType};
use openidconnect::{
    AuthenticationFlow, AuthorizationCode, ClientId, ClientSecret, CsrfToken, IssuerUrl, Nonce,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;

use crate::config::OidcConfig;
use claims::Client;
pub use claims::Identity;
use transport::Transport;
pub use transport::TransportError;

/// How long what a provider says of itself, with its keys, is used.
const KEPT_FOR: Duration = Duration::from_secs(3_600);
/// How long nobody asks a provider again that could not be asked: everybody who signs in then gets the
/// same answer at once.
const FAILED_FOR: Duration = Duration::from_secs(5);
/// How soon it is asked again after a token that its keys did not fit.
const NOT_BEFORE: Duration = Duration::from_secs(60);
/// Sign-ins that ask the provider at one time.
const AT_ONCE: usize = 8;
/// How long a sign-in may take, in ms.
pub const MAX_MS: i64 = 600_000;

/// A provider.
pub struct Oidc {
    config: OidcConfig,
    transport: Transport,
    known: ArcSwapOption<Known>,
    /// Held while the provider is asked; why that failed the last time.
    asking: tokio::sync::Mutex<Option<Failed>>,
    failed_for: Duration,
    at_once: Semaphore,
}

struct Failed {
    why: String,
    since: Instant,
}

struct Known {
    metadata: CoreProviderMetadata,
    since: Instant,
}

/// A sign-in that began: what the browser that began it keeps.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begun {
    state: String,
    nonce: String,
    verifier: String,
    /// Where it leads.
    pub next: String,
    until_ms: i64,
}

/// Why a provider signs nobody in.
#[derive(Debug, thiserror::Error)]
pub enum OidcError {
    /// The answer belongs to no sign-in that this browser began in the last ten minutes.
    #[error("this sign-in did not begin in this browser, or took longer than ten minutes")]
    Stranger,
    /// As many sign-ins as may wait for the provider.
    #[error("too many people sign in at this moment")]
    Busy,
    /// The provider said no; often the person did.
    #[error("the provider rejected the sign-in: {0}")]
    Denied(String),
    /// The provider cannot be asked, or its answer makes no sense.
    #[error("the provider of sign-in: {0}")]
    Provider(String),
}

impl Oidc {
    /// For this provider, which is asked when somebody signs in.
    ///
    /// # Errors
    /// When there can be no TLS.
    pub fn new(config: OidcConfig) -> Result<Oidc, TransportError> {
        Ok(Oidc {
            config,
            transport: Transport::new()?,
            known: ArcSwapOption::empty(),
            asking: tokio::sync::Mutex::default(),
            failed_for: FAILED_FOR,
            at_once: Semaphore::new(AT_ONCE),
        })
    }

    /// The provider, and what its groups mean.
    pub fn config(&self) -> &OidcConfig {
        &self.config
    }

    /// Begins a sign-in that comes back to `callback` and leads to `next`: the address at the provider,
    /// and what the browser keeps.
    pub async fn begin(
        &self,
        callback: &str,
        next: &str,
        now_ms: i64,
    ) -> Result<(String, Begun), OidcError> {
        let known = self.known(KEPT_FOR).await?;
        let client = self.client(&known);
        let callback = redirect_url(callback)?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut request = client
            .authorize_url(
                AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .set_redirect_uri(std::borrow::Cow::Owned(callback))
            .set_pkce_challenge(challenge);
        for scope in &self.config.scopes {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        let (url, state, nonce) = request.url();
        let begun = Begun {
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            verifier: verifier.into_secret(),
            next: next.to_owned(),
            until_ms: now_ms.saturating_add(MAX_MS),
        };
        Ok((url.into(), begun))
    }

    /// Who came back with this code and state to `callback`.
    pub async fn finish(
        &self,
        callback: &str,
        code: String,
        state: &str,
        begun: Begun,
        now_ms: i64,
    ) -> Result<Identity, OidcError> {
        let same = bool::from(state.as_bytes().ct_eq(begun.state.as_bytes()));
        if !same || now_ms > begun.until_ms {
            return Err(OidcError::Stranger);
        }
        let _place = self.at_once.try_acquire().map_err(|_| OidcError::Busy)?;
        let known = self.known(KEPT_FOR).await?;
        let answer = self
            .client(&known)
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|error| OidcError::Provider(error.to_string()))?
            .set_pkce_verifier(PkceCodeVerifier::new(begun.verifier))
            .set_redirect_uri(std::borrow::Cow::Owned(redirect_url(callback)?))
            .request_async(&self.transport)
            .await
            .map_err(denied)?;
        let nonce = Nonce::new(begun.nonce);
        let identity = claims::identity(&self.client(&known), &self.config, &answer, &nonce);
        let Err(wrong) = identity else {
            return identity.map_err(|error| OidcError::Provider(error.to_string()));
        };
        if !wrong.is_of_keys() {
            return Err(OidcError::Provider(wrong.to_string()));
        }
        // The provider may have changed its keys.
        let known = self.known(NOT_BEFORE).await?;
        claims::identity(&self.client(&known), &self.config, &answer, &nonce)
            .map_err(|error| OidcError::Provider(error.to_string()))
    }

    fn client(&self, known: &Known) -> Client {
        let secret = &self.config.client_secret;
        let secret = (!secret.is_empty()).then(|| ClientSecret::new(secret.clone()));
        let id = ClientId::new(self.config.client_id.clone());
        Client::from_provider_metadata(known.metadata.clone(), id, secret)
    }

    /// What the provider said of itself, at most so long ago. It is asked once for all who wait, and
    /// not again for a while when that failed.
    async fn known(&self, at_most: Duration) -> Result<Arc<Known>, OidcError> {
        let fresh = || {
            let known = self.known.load_full();
            known.filter(|known| known.since.elapsed() < at_most)
        };
        if let Some(known) = fresh() {
            return Ok(known);
        }
        let begun = Instant::now();
        let mut failed = self.asking.lock().await;
        if let Some(known) = fresh() {
            return Ok(known);
        }
        if let Some(Failed { why, since }) = &*failed {
            let ago = since.elapsed();
            // Whoever waited for the attempt shares what came of it, however long it took.
            if *since >= begun || ago < self.failed_for {
                let text = format!("{why} (asked {} s ago)", ago.as_secs());
                return Err(OidcError::Provider(text));
            }
        }
        match self.ask().await {
            Ok(known) => {
                *failed = None;
                Ok(known)
            }
            Err(why) => {
                *failed = Some(Failed {
                    why: why.clone(),
                    since: Instant::now(),
                });
                Err(OidcError::Provider(why))
            }
        }
    }

    /// Asks the provider what it says of itself.
    async fn ask(&self) -> Result<Arc<Known>, String> {
        let issuer = IssuerUrl::new(self.config.issuer.clone());
        let issuer = issuer.map_err(|error| error.to_string())?;
        let metadata = CoreProviderMetadata::discover_async(issuer, &self.transport)
            .await
            .map_err(|error| causes(&error))?;
        let known = Arc::new(Known {
            metadata,
            since: Instant::now(),
        });
        self.known.store(Some(known.clone()));
        Ok(known)
    }
}

fn redirect_url(callback: &str) -> Result<RedirectUrl, OidcError> {
    RedirectUrl::new(callback.to_owned()).map_err(|error| OidcError::Provider(error.to_string()))
}

/// An answer that is an error of the protocol is a no; everything else is the provider's failure.
fn denied<T>(error: openidconnect::RequestTokenError<TransportError, T>) -> OidcError
where
    T: openidconnect::ErrorResponse + std::fmt::Display + 'static,
{
    match error {
        openidconnect::RequestTokenError::ServerResponse(answer) => {
            OidcError::Denied(answer.to_string())
        }
        other => OidcError::Provider(causes(&other)),
    }
}

/// An error with what caused it, in one line.
fn causes(error: &dyn std::error::Error) -> String {
    let rest = std::iter::successors(error.source(), |error| error.source());
    rest.fold(error.to_string(), |all, cause| format!("{all}: {cause}"))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::net::TcpListener;
    use tokio::sync::Notify;

    use super::*;

    #[tokio::test]
    async fn a_provider_that_does_not_answer_is_asked_once_for_all_who_wait_and_not_again_at_once()
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("listens");
        let address = listener.local_addr().expect("an address");
        let (asked, hang_up) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
        let (counted, ends) = (asked.clone(), hang_up.clone());
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                ends.notified().await;
                drop(connection);
            }
        });
        let config = toml::from_str(&format!("issuer = 'http://{address}'\nclient_id = 'pulse'"));
        let mut oidc = Oidc::new(config.expect("a configuration")).expect("a client");
        let failed = async |oidc: &Oidc| {
            let begun = oidc.begin("http://a.example/back", "/", 0).await;
            match begun {
                Err(OidcError::Provider(why)) => why,
                other => panic!("{other:?}"),
            }
        };
        let all = async { futures::join!(failed(&oidc), failed(&oidc), failed(&oidc)) };
        let release = async {
            while asked.load(Ordering::SeqCst) == 0 {
                tokio::task::yield_now().await;
            }
            hang_up.notify_one();
        };
        let ((first, second, third), ()) = futures::join!(all, release);
        assert!(!first.contains("s ago"), "{first}");
        assert!(
            second.contains("s ago") && third.contains("s ago"),
            "{second}"
        );
        assert!(failed(&oidc).await.starts_with(&first));
        assert_eq!(asked.load(Ordering::SeqCst), 1);
        // Later it is asked again.
        oidc.failed_for = Duration::ZERO;
        hang_up.notify_one();
        failed(&oidc).await;
        assert_eq!(asked.load(Ordering::SeqCst), 2);
    }
}
