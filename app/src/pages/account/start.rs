//! What opens first, the order of dashboards and what lists leave out: as the person's roles say, or as
//! the person chooses.
//!
//! Invariant: what the person did not choose follows their roles, also when these change later.

use leptos::prelude::*;
use protocol::{DashboardLink, Preferences, RoleDefaults};

use super::Section;
use super::display::changed;
use crate::erased::{CollectAny, effect, part};
use crate::shell::fields::{Choices, Field};
use crate::shell::ordered::Ordered;
use crate::shell::task::{Problem, Task};

/// What the person chose; none of what follows their roles.
#[derive(Clone, Debug, Default, PartialEq)]
struct Chosen {
    home: Option<String>,
    order: Option<Vec<String>>,
    muted: Option<Vec<String>>,
}

impl Chosen {
    fn put(&self, own: &mut Preferences) {
        own.home.clone_from(&self.home);
        own.order.clone_from(&self.order);
        own.muted.clone_from(&self.muted);
    }
}

/// What stands in the fields, saved whenever it changes: copied freely.
#[derive(Clone, Copy)]
struct StartForm {
    /// Id of a dashboard; empty for that of the roles.
    home: RwSignal<String>,
    order: OwnList,
    muted: OwnList,
    /// As the server has it.
    own: StoredValue<Preferences>,
    task: Task,
    saved: RwSignal<bool>,
}

impl StartForm {
    fn new(own: Preferences, defaults: &RoleDefaults) -> StartForm {
        StartForm {
            home: RwSignal::new(own.home.clone().unwrap_or_default()),
            order: OwnList::new(own.order.clone(), &defaults.order),
            muted: OwnList::new(own.muted.clone(), &defaults.muted),
            own: StoredValue::new(own),
            task: Task::new(),
            saved: RwSignal::new(false),
        }
    }

    /// Follows the fields; reactive.
    fn chosen(self) -> Chosen {
        Chosen {
            home: Some(self.home.get()).filter(|id| !id.is_empty()),
            order: self.order.get(),
            muted: self.muted.get(),
        }
    }

    /// Saves each change. One request is on its way at a time; what changes meanwhile follows it.
    fn follow(self) {
        let former = StoredValue::new(untrack(|| self.chosen()));
        effect(move || {
            let now = self.chosen();
            if former.with_value(|former| *former != now) {
                former.set_value(now);
                self.save();
            }
        });
    }

    fn save(self) {
        self.saved.set(false);
        self.task.run(async move {
            // Without a page nothing is left to save.
            while !self.home.is_disposed() {
                let sent = untrack(|| self.chosen());
                let next = changed(self.own.get_value(), &|own| sent.put(own)).await?;
                if self.own.try_set_value(next).is_some() || untrack(|| self.chosen()) == sent {
                    break;
                }
            }
            self.saved.try_set(true);
            Ok(())
        });
    }
}

/// The section. What is chosen is saved at once.
#[component]
pub fn Start(
    /// What the person chose before.
    preferences: Preferences,
    /// What their roles set.
    defaults: RoleDefaults,
    /// The dashboards that they may open.
    dashboards: Vec<DashboardLink>,
    /// The categories that they see.
    categories: Vec<String>,
) -> impl IntoView {
    let form = StartForm::new(preferences, &defaults);
    let StartForm { order, muted, .. } = form;
    form.follow();
    let links: Vec<(String, String)> = dashboards
        .into_iter()
        .map(|one| (one.id, one.title))
        .collect();
    let usual = match &defaults.home {
        Some(home) => {
            let title = links.iter().find(|(id, _)| id == home);
            let title = title.map_or(home, |(_, title)| title);
            format!("{title}, as your role says")
        }
        None => "System, as for everybody".to_owned(),
    };
    let usual = [(String::new(), usual)].into_iter();
    let options = usual.chain(links.iter().cloned()).map(|(id, words)| {
        let is_chosen = form.home.with_untracked(|home| *home == id);
        view! { <option value=id selected=is_chosen>{words}</option> }
    });
    let options = options.collect_any();
    let categories: Vec<(String, String)> = categories
        .into_iter()
        .map(|one| (one.clone(), one))
        .collect();
    let state = move || match (form.task.is_busy(), form.saved.get()) {
        (true, _) => "Saving…",
        (false, true) => "Saved.",
        (false, false) => "",
    };
    view! {
        <Section
            id="about-start"
            title="Dashboards and lists"
            about="As your roles say, until you choose otherwise."
        >
            <Field label="Opens first">
                <select on:change=move |event| form.home.set(event_target_value(&event))>{options}</select>
            </Field>
            {order.switch("An order of dashboards of my own")}
            <Show when=move || order.is_own.get()>
                <Ordered
                    label="Dashboards in this order"
                    add_label="Add a dashboard"
                    hint="Lists of dashboards begin with these; the others follow."
                    choices=links.clone()
                    chosen=order.list
                />
            </Show>
            {muted.switch("Muted categories of my own")}
            <Show when=move || muted.is_own.get()>
                <Choices label="Muted in lists, until you ask for them" choices=categories.clone() chosen=muted.list/>
            </Show>
            <Problem task=form.task/>
            <p class="hint" role="status">{part(state)}</p>
        </Section>
    }
}

/// A list that follows the roles, or is the person's own: copied freely.
#[derive(Clone, Copy)]
struct OwnList {
    is_own: RwSignal<bool>,
    list: RwSignal<Vec<String>>,
}

impl OwnList {
    /// As the person has it, or else their roles: what an own list begins with.
    fn new(own: Option<Vec<String>>, of_roles: &[String]) -> OwnList {
        OwnList {
            is_own: RwSignal::new(own.is_some()),
            list: RwSignal::new(own.unwrap_or_else(|| of_roles.to_vec())),
        }
    }

    /// The own list, none while it follows the roles; reactive.
    fn get(self) -> Option<Vec<String>> {
        self.is_own.get().then(|| self.list.get())
    }

    /// The switch between both.
    fn switch(self, words: &'static str) -> impl IntoView {
        let is_own = self.is_own;
        view! {
            <div class="choices">
                <label>
                    <input
                        type="checkbox"
                        role="switch"
                        prop:checked=move || is_own.get()
                        checked=move || is_own.get()
                        on:change=move |_| is_own.update(|is_own| *is_own = !*is_own)
                    />
                    {words}
                </label>
            </div>
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::browser::fake::{Fake, Reply};

    #[test]
    fn what_is_chosen_is_saved_and_what_is_not_follows_the_roles() {
        let (fake, owner) = (Fake::install(), Owner::new());
        owner.set();
        fake.serve(|request| {
            let body = request.body.as_deref().expect("preferences");
            let sent: Preferences = serde_json::from_str(body).expect("preferences");
            let version = sent.version + 1;
            let saved = Preferences { version, ..sent };
            Reply::After(50, 200, serde_json::to_string(&saved).expect("JSON"))
        });
        let own = Preferences {
            range_s: Some(60),
            ..Preferences::default()
        };
        let defaults = RoleDefaults {
            muted: vec!["Web".into()],
            ..RoleDefaults::default()
        };
        let form = StartForm::new(own, &defaults);
        assert_eq!(form.chosen(), Chosen::default());
        form.home.set("shop".into());
        form.save();
        fake.advance(1);
        // What changes while a request is on its way is saved after it.
        form.muted.is_own.set(true);
        form.save();
        fake.advance(200);
        let sent = fake.take_requests().into_iter().map(|request| {
            serde_json::from_str(&request.body.expect("a body")).expect("preferences")
        });
        let sent: Vec<Preferences> = sent.collect();
        assert_eq!(sent.len(), 2, "{sent:?}");
        assert_eq!(
            (&sent[0].home, &sent[0].muted),
            (&Some("shop".into()), &None)
        );
        let want = Preferences {
            version: 1,
            range_s: Some(60),
            home: Some("shop".into()),
            muted: Some(vec!["Web".into()]),
            ..Preferences::default()
        };
        assert_eq!(sent[1], want);
    }
}
