//! What the forms share that make tokens: of anybody by admins, of oneself by everybody.
//!
//! Invariant: a secret is shown once, in the answer to making its token.

use leptos::prelude::*;
use protocol::Scope;

use crate::browser;
use crate::shell::fields::CopyField;

const DAY_MS: f64 = 86_400_000.0;

/// When a token ends that works for this many days from now; 0 days are without end.
pub fn end_ms(days: u32) -> Option<i64> {
    let end_ms = browser::host().wall_ms() + f64::from(days) * DAY_MS;
    (days > 0).then_some(end_ms as i64)
}

/// Boxes for scopes, with words for people.
pub fn scope_choices(
    scopes: impl IntoIterator<Item = (Scope, &'static str)>,
) -> Vec<(String, String)> {
    let choice = |(scope, words): (Scope, &str)| (scope.name().to_string(), words.to_string());
    scopes.into_iter().map(choice).collect()
}

/// The scopes whose boxes are checked, in the order of [`Scope::ALL`].
pub fn chosen_scopes(chosen: RwSignal<Vec<String>>) -> Vec<Scope> {
    let chosen = chosen.read_untracked();
    let is_chosen = |scope: &Scope| chosen.iter().any(|one| one == scope.name());
    Scope::ALL.into_iter().filter(is_chosen).collect()
}

/// The secret of a token that was just made.
#[component]
pub fn SecretOnce(
    /// Label of the field.
    label: &'static str,
    /// The secret.
    secret: String,
) -> impl IntoView {
    view! {
        <p role="status">"The token is made. Copy it now: it is not shown again."</p>
        <CopyField label text=secret takes_focus=true/>
        <p class="hint">"Programs send it as Authorization: Bearer, or in PULSEBOARD_TOKEN."</p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::browser::fake::Fake;

    #[test]
    fn days_end_after_now_and_none_never_do() {
        let _fake = Fake::install();
        let now_ms = browser::host().wall_ms() as i64;
        assert_eq!(end_ms(0), None);
        assert_eq!(end_ms(30), Some(now_ms + 30 * 86_400_000));
    }
}
