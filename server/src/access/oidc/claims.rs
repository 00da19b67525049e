//! What a provider's token says of a person.

use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreRevocableToken,
    CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AdditionalClaims, ClaimsVerificationError, EmptyExtraTokenFields, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, IdTokenFields, Nonce, StandardErrorResponse,
    StandardTokenResponse, TokenResponse,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::config::OidcConfig;

/// Most groups of a person that are looked at.
const MAX_GROUPS: usize = 1_000;

/// Who somebody is to a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The provider.
    pub issuer: String,
    /// Names the person there, for ever.
    pub subject: String,
    /// What the person is called there, when the token says it.
    pub name: Option<String>,
    /// The person's groups there.
    pub groups: Vec<String>,
}

/// Why a token is not believed.
#[derive(Debug, thiserror::Error)]
pub enum ClaimsError {
    /// There is none.
    #[error("its answer has no `id_token`")]
    None,
    /// It is not for this server and this sign-in, has ended, or is not signed by the provider.
    #[error("its token does not hold: {0}")]
    Invalid(#[from] ClaimsVerificationError),
}

impl ClaimsError {
    /// Whether other keys could help.
    pub fn is_of_keys(&self) -> bool {
        matches!(
            self,
            ClaimsError::Invalid(ClaimsVerificationError::SignatureVerification(_))
        )
    }
}

/// Every claim of a token beside those of the standard.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Claims(Map<String, Value>);

impl AdditionalClaims for Claims {}

pub type Answer = StandardTokenResponse<
    IdTokenFields<
        Claims,
        EmptyExtraTokenFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    >,
    CoreTokenType,
>;

pub type Client = openidconnect::Client<
    Claims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Answer,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Who the answer is about, once its token is verified.
pub fn identity(
    client: &Client,
    config: &OidcConfig,
    answer: &Answer,
    nonce: &Nonce,
) -> Result<Identity, ClaimsError> {
    let token = answer.id_token().ok_or(ClaimsError::None)?;
    let claims = token.claims(&client.id_token_verifier(), nonce)?;
    // Claims of the standard are not among the additional ones: all of them are read alike.
    let all = serde_json::to_value(claims).unwrap_or_default();
    let text = |key: &str| {
        let text = all.get(key)?.as_str()?.trim();
        (!text.is_empty()).then(|| text.to_owned())
    };
    Ok(Identity {
        issuer: claims.issuer().to_string(),
        subject: claims.subject().to_string(),
        name: text(&config.name_claim).or_else(|| text("email")),
        groups: groups(all.get(&config.groups_claim)),
    })
}

/// A list of texts, or one text.
fn groups(claim: Option<&Value>) -> Vec<String> {
    match claim {
        Some(Value::String(group)) => vec![group.clone()],
        Some(Value::Array(groups)) => {
            let texts = groups.iter().filter_map(Value::as_str);
            texts.take(MAX_GROUPS).map(str::to_owned).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn groups_are_a_list_or_one_text() {
        let check = |claim: Value, want: &[&str]| assert_eq!(groups(Some(&claim)), want, "{claim}");
        check(json!("staff"), &["staff"]);
        check(json!(["a", "b"]), &["a", "b"]);
        check(json!(["a", 1, null]), &["a"]);
        check(json!({ "a": true }), &[]);
        check(json!(null), &[]);
        assert!(groups(None).is_empty());
    }
}
