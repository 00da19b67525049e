//! One request of a form at a time: whether it is on its way, and why it failed.

use std::future::Future;

use leptos::html;
use leptos::prelude::*;
use protocol::ErrorCode;

use crate::browser;
use crate::erased::{effect, part};
use crate::live::client::ClientError;

/// Of one form or button: copied freely.
#[derive(Clone, Copy)]
pub struct Task {
    busy: RwSignal<bool>,
    problem: RwSignal<String>,
    /// Code of the rejection that the problem is.
    code: RwSignal<ErrorCode>,
}

impl Task {
    /// Nothing is on its way.
    pub fn new() -> Self {
        Task {
            busy: RwSignal::new(false),
            problem: RwSignal::new(String::new()),
            code: RwSignal::new(ErrorCode::Unknown),
        }
    }

    /// Whether something is on its way.
    pub fn is_busy(self) -> bool {
        self.busy.get()
    }

    /// Why the last work failed; empty when it did not.
    pub fn problem(self) -> String {
        self.problem.get()
    }

    /// Forgets why the last work failed.
    pub fn clear(self) {
        self.problem.set(String::new());
    }

    /// Fails before anything is sent.
    pub fn fail(self, problem: impl Into<String>) {
        self.code.set(ErrorCode::Unknown);
        self.problem.set(problem.into());
    }

    /// Does the work, unless some is on its way.
    pub fn run(self, work: impl Future<Output = Result<(), ClientError>> + 'static) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.clear();
        browser::spawn(async move {
            let done = work.await;
            // The page may be gone.
            if self.busy.try_set(false).is_none()
                && let Err(error) = done
            {
                self.code.set(match error {
                    ClientError::Rejected { code, .. } => code,
                    _ => ErrorCode::Unknown,
                });
                self.problem.set(error.to_string());
            }
        });
    }
}

/// Says why the last work failed, and gives the focus to the field that it is about: the one of the same
/// form whose `data-code` names the code, or one in what is marked.
#[component]
pub fn Problem(
    /// The work.
    task: Task,
) -> impl IntoView {
    let node = NodeRef::<html::P>::new();
    let words = move || Some(task.problem()).filter(|problem| !problem.is_empty());
    effect(move || {
        let code = task.code.get_untracked().name();
        if let Some(form) = node.get().filter(|_| words().is_some())
            && let Ok(Some(form)) = form.closest("form")
        {
            let about = format!("[data-code~=\"{code}\"], .is-bad > input");
            browser::focus_in(&form, &about);
        }
    });
    view! { <p class="problem" role="alert" node_ref=node>{part(words)}</p> }
}

/// The button that sends a form, unless its work is on its way or the form lacks something.
#[component]
pub fn SubmitButton(
    /// The work.
    task: Task,
    /// What it says while nothing is on its way.
    words: &'static str,
    /// Whether it is the first choice of the form.
    #[prop(default = true)]
    primary: bool,
    /// Whether the form lacks something.
    #[prop(optional, into)]
    lacks: Option<Signal<bool>>,
) -> impl IntoView {
    let disabled = move || task.is_busy() || lacks.is_some_and(|lacks| lacks.get());
    view! {
        <button type="submit" class:primary=primary disabled=disabled>
            {part(move || if task.is_busy() { "Saving…" } else { words })}
        </button>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::browser::fake::Fake;

    #[test]
    fn one_request_at_a_time_and_its_failure_is_shown() {
        let (fake, owner) = (Fake::install(), Owner::new());
        owner.set();
        let (task, ran) = (Task::new(), RwSignal::new(0));
        let slow = move |result| async move {
            browser::sleep(100).await;
            ran.update(|ran| *ran += 1);
            result
        };
        task.run(slow(Err(ClientError::NoAnswer)));
        task.run(slow(Ok(())));
        assert!(task.is_busy());
        fake.advance(200);
        assert_eq!((ran.get(), task.is_busy()), (1, false));
        assert_eq!(task.problem(), ClientError::NoAnswer.to_string());
        task.run(slow(Ok(())));
        assert_eq!(task.problem(), "", "a new try forgets the last");
        fake.advance(200);
        assert_eq!((ran.get(), task.problem()), (2, String::new()));
    }
}
