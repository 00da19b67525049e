//! What is asked before something is done to a person that cannot be taken back.

use std::sync::Arc;

use leptos::prelude::*;
use protocol::{Disabled, User, paths};

use super::PeoplePage;
use super::rows::PersonRow;
use crate::live::client;
use crate::pages::admin::list::Open;

impl PeoplePage {
    /// Asks whether the person is to be removed.
    pub fn ask_removal(self, row: &PersonRow) {
        let (id, name) = (row.user.id, row.user.name.clone());
        let title = format!("Remove {name}?");
        let words = "The person is signed out everywhere at once, and what they changed about \
                     dashboards for themselves is gone for good. To keep it, disable the person instead.";
        let done = Arc::new(move || {
            self.list.close();
            self.users
                .update(|users| users.retain(|user| user.id != id));
            self.list.toast.show(format!("Removed {name}."));
        });
        let (confirm, path) = (self.list.confirm, paths::admin_user(id));
        confirm.ask_deletion(title, words.into(), "Remove the person", path, done);
    }

    /// Asks whether the person is not to sign in any more.
    pub fn ask_disabling(self, row: &PersonRow) {
        let (id, name) = (row.user.id, row.user.name.clone());
        let title = format!("Disable {name}?");
        let words = "The person is signed out everywhere within a second and cannot sign in, also not \
                     with a provider; their tokens are rejected, and links that they made stop \
                     working. Nothing else is lost: enable the person again at any time.";
        let work = move || {
            let name = name.clone();
            async move {
                let body = Disabled { disabled: true };
                client::replace(&paths::admin_user_disabled(id), &body).await?;
                self.change(id, |user| user.disabled = true);
                self.list.toast.show(format!("Disabled {name}."));
                Ok(())
            }
        };
        let confirm = self.list.confirm;
        confirm.ask(title, words.into(), "Disable the person", work);
    }

    /// Asks whether the person is to be signed out everywhere.
    pub fn ask_end_of_sessions(self, row: &PersonRow) {
        let (id, name) = (row.user.id, row.user.name.clone());
        let title = format!("Sign {name} out everywhere?");
        let words = "All sessions of the person end at once, and open pages stop within a second. They \
                     can sign in again.";
        let said = format!("Signed {name} out everywhere.");
        let done = Arc::new(move || self.list.toast.show(said.clone()));
        let (confirm, path) = (self.list.confirm, paths::admin_user_sessions(id));
        confirm.ask_deletion(title, words.into(), "Sign out everywhere", path, done);
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
