//! What is asked before something is done to a person that cannot be taken back.

use std::sync::Arc;

use leptos::prelude::*;
use protocol::{Disabled, OpenOfUser, User, paths};

use super::PeoplePage;
use super::rows::PersonRow;
use crate::live::client;
use crate::pages::admin::access::counted;
use crate::pages::admin::list::Open;

impl PeoplePage {
    /// Asks whether the person is to be removed.
    pub fn ask_removal(self, row: &PersonRow) {
        let (id, name) = (row.user.id, row.user.name.clone());
        let title = format!("Remove {name}?");
        let words = format!(
            "{}{} What they arranged on dashboards for themselves and the invitations that they made are \
             gone for good. To keep them, disable the person instead.",
            ends(&row.user),
            tokens(
                &row.user,
                [
                    "Their token has no owner then: it still sends, but reads and saves nothing.",
                    "tokens have no owner then: they still send, but read and save nothing.",
                ],
            ),
        );
        let done = Arc::new(move || {
            self.list.close();
            self.users
                .update(|users| users.retain(|user| user.id != id));
            self.list.toast.show(format!("Removed {name}."));
        });
        let (confirm, path) = (self.list.confirm, paths::admin_user(id));
        confirm.ask_deletion(title, words, "Remove the person", path, done);
    }

    /// Asks whether the person is not to sign in any more.
    pub fn ask_disabling(self, row: &PersonRow) {
        let (id, name) = (row.user.id, row.user.name.clone());
        let title = format!("Disable {name}?");
        let words = format!(
            "{}{} They cannot sign in, also not with a provider, and invitations that they made stop \
             working. Nothing else is lost: enable the person again at any time.",
            ends(&row.user),
            tokens(
                &row.user,
                [
                    "Their token is rejected as long.",
                    "tokens are rejected as long.",
                ],
            ),
        );
        let work = move || {
            let name = name.clone();
            async move {
                let body = Disabled { disabled: true };
                client::replace(&paths::admin_user_disabled(id), &body).await?;
                self.change(id, |user| {
                    user.disabled = true;
                    user.open = user.open.map(nothing_open);
                });
                self.list.toast.show(format!("Disabled {name}."));
                Ok(())
            }
        };
        let confirm = self.list.confirm;
        confirm.ask(title, words, "Disable the person", work);
    }

    /// Asks whether the person is to be signed out everywhere.
    pub fn ask_end_of_sessions(self, row: &PersonRow) {
        let (id, name) = (row.user.id, row.user.name.clone());
        let title = format!("Sign {name} out everywhere?");
        let words = format!("{} They can sign in again.", ends(&row.user));
        let said = format!("Signed {name} out everywhere.");
        let done = Arc::new(move || {
            self.change(id, |user| user.open = user.open.map(nothing_open));
            self.list.toast.show(said.clone());
        });
        let (confirm, path) = (self.list.confirm, paths::admin_user_sessions(id));
        confirm.ask_deletion(title, words, "Sign out everywhere", path, done);
    }

    /// Asks whether the second factor is to be taken away.
    pub fn ask_end_of_second_factor(self, row: &PersonRow) {
        let (id, name) = (row.user.id, row.user.name.clone());
        let title = format!("Take the second factor of {name} away?");
        let words = "The password alone signs the person in from then on, until they set up another \
                     second factor. Be sure that it is the person who asks for it.";
        let said = format!("{name} has no second factor any more.");
        let done = Arc::new(move || {
            self.change(id, |user| user.second_factor = false);
            self.list.toast.show(said.clone());
        });
        let (confirm, path) = (self.list.confirm, paths::admin_user_second_factor(id));
        confirm.ask_deletion(title, words.into(), "Take it away", path, done);
    }

    /// Changes what is shown of a person, in the list and in the panel.
    pub fn change(self, id: i64, change: impl FnOnce(&mut User)) {
        self.update(id, change);
        self.list.show(Open::Row(id.to_string()));
    }

    /// Changes what is shown of a person in the list.
    pub fn update(self, id: i64, change: impl FnOnce(&mut User)) {
        self.users.update(|users| {
            if let Some(user) = users.iter_mut().find(|user| user.id == id) {
                change(user);
            }
        });
    }
}

/// What ends when a person is signed out, in a sentence.
fn ends(user: &User) -> String {
    let OpenOfUser {
        sessions, streams, ..
    } = user.open.unwrap_or_default();
    let sessions = match sessions {
        0 => return "The person is signed in nowhere.".into(),
        1 => "1 session ends".into(),
        many => format!("{many} sessions end"),
    };
    match streams {
        0 => format!("{sessions} at once; no page is open."),
        streams => format!(
            "{sessions} at once, and {} within a second.",
            counted(streams as usize, "open stream")
        ),
    }
}

/// A sentence about the tokens of a person, of one or of several; empty without one.
fn tokens(user: &User, [one, several]: [&str; 2]) -> String {
    match user.open.unwrap_or_default().tokens {
        0 => String::new(),
        1 => format!(" {one}"),
        count => format!(" Their {count} {several}"),
    }
}

/// After sessions and streams have ended; tokens stay.
fn nothing_open(open: OpenOfUser) -> OpenOfUser {
    OpenOfUser {
        sessions: 0,
        streams: 0,
        ..open
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_says_how_much_ends() {
        let user = |sessions, streams, count| User {
            id: 1,
            name: "ada".into(),
            roles: Vec::new(),
            created_ms: 0,
            last_seen_ms: None,
            disabled: false,
            second_factor: false,
            open: Some(OpenOfUser {
                sessions,
                streams,
                tokens: count,
            }),
        };
        for (user, want, want_tokens) in [
            (user(0, 0, 0), "The person is signed in nowhere.", ""),
            (
                user(1, 0, 1),
                "1 session ends at once; no page is open.",
                " Their token ends.",
            ),
            (
                user(2, 3, 2),
                "2 sessions end at once, and 3 open streams within a second.",
                " Their 2 tokens end.",
            ),
        ] {
            assert_eq!(ends(&user), want);
            assert_eq!(
                tokens(&user, ["Their token ends.", "tokens end."]),
                want_tokens
            );
        }
    }
}
