//! Dialogs over a page: the browser's own, which keeps the focus, closes by Escape, and gives the
//! focus back.
//!
//! Invariant: what is in a dialog is in the page while it is open alone.

use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;

use super::task::{Problem, Task};
use crate::browser;
use crate::erased::{effect, part};
use crate::live::client::{self, ClientError};

/// A dialog with a heading and a way out.
#[component]
pub fn Dialog(
    /// Names the dialog and its heading in the page.
    name: &'static str,
    /// The heading.
    #[prop(into)]
    title: Signal<String>,
    /// Whether it is open.
    open: RwSignal<bool>,
    /// Whether it has a button for nothing else than closing it.
    closes: bool,
    /// What it holds.
    children: ChildrenFn,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    effect(move || {
        let Some(dialog) = dialog.get() else { return };
        match (open.get(), dialog.open()) {
            // It is in the page and closed: nothing to fail.
            (true, false) => drop(dialog.show_modal()),
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    // Only what is around the dialog's content is the dialog itself. A press that began inside, to
    // mark text, may end there.
    let pressed = RwSignal::new(false);
    let is_around = move |event: &web_sys::MouseEvent| {
        let target = event.target();
        target.is_some() && target == dialog.get_untracked().map(Into::into)
    };
    let id = format!("{name}-title");
    let labelled = id.clone();
    let close = closes.then(|| {
        view! {
            <button
                type="button"
                class="icon close"
                aria-label="Close"
                title="Close (Escape)"
                on:click=move |_| open.set(false)
            >
                "×"
            </button>
        }
        .into_any()
    });
    view! {
        <dialog
            class=format!("sheet {name}")
            node_ref=dialog
            aria-labelledby=labelled
            on:close=move |_| {
                open.set(false);
                browser::rescue_focus("[role=grid], .settings button");
            }
            on:pointerdown=move |event| pressed.set(is_around(&event))
            on:click=move |event| {
                if pressed.get_untracked() && is_around(&event) {
                    open.set(false);
                }
            }
        >
            <div class="head">
                <h2 id=id>{part(move || title.get())}</h2>
                {close}
            </div>
            {part(move || open.get().then(|| children()))}
        </dialog>
    }
}

/// A question before something that cannot be taken back.
#[derive(Clone)]
pub struct Question {
    /// The heading: what would be done.
    pub title: String,
    /// What will happen.
    pub words: String,
    /// The button that does it.
    pub action: &'static str,
    /// Does it.
    pub run: Callback<Task>,
}

/// The questions of a page: copied freely.
#[derive(Clone, Copy)]
pub struct Confirm {
    question: RwSignal<Option<Question>>,
    open: RwSignal<bool>,
    task: Task,
}

impl Confirm {
    /// Asks nothing yet.
    pub fn new() -> Self {
        Confirm {
            question: RwSignal::new(None),
            open: RwSignal::new(false),
            task: Task::new(),
        }
    }

    /// The question that is asked, in tests.
    #[cfg(test)]
    pub fn asked(self) -> Option<Question> {
        self.question.get_untracked()
    }

    /// Does what is asked, in tests.
    #[cfg(test)]
    pub fn agree(self) {
        if let Some(Question { run, .. }) = self.asked() {
            run.run(self.task);
        }
    }

    /// Asks. The dialog stays open until the work is done, and says why when it is not.
    pub fn ask<F>(
        self,
        title: String,
        words: String,
        action: &'static str,
        work: impl Fn() -> F + Send + Sync + 'static,
    ) where
        F: Future<Output = Result<(), ClientError>> + 'static,
    {
        let open = self.open;
        let run = Callback::new(move |task: Task| {
            let work = work();
            task.run(async move {
                work.await?;
                open.set(false);
                Ok(())
            });
        });
        self.task.clear();
        self.question.set(Some(Question {
            title,
            words,
            action,
            run,
        }));
        open.set(true);
    }

    /// Asks before what is at `path` is deleted; `done` runs after that.
    pub fn ask_deletion(
        self,
        title: String,
        words: String,
        action: &'static str,
        path: String,
        done: Arc<dyn Fn() + Send + Sync>,
    ) {
        self.ask(title, words, action, move || {
            let (path, done) = (path.clone(), Arc::clone(&done));
            async move {
                client::delete(&path).await?;
                done();
                Ok(())
            }
        });
    }
}

/// Where the questions of a page are asked.
#[component]
pub fn ConfirmDialog(
    /// The questions.
    confirm: Confirm,
) -> impl IntoView {
    let Confirm {
        question,
        open,
        task,
    } = confirm;
    let title = move || question.with(|asked| asked.as_ref().map(|asked| asked.title.clone()));
    view! {
        <Dialog name="confirm" title=Signal::derive(move || title().unwrap_or_default()) open closes=false>
            {question
                .get_untracked()
                .map(|Question { words, action, run, .. }| {
                    view! {
                        <p>{words}</p>
                        <Problem task/>
                        <div class="form-actions">
                            <button type="button" autofocus on:click=move |_| open.set(false)>
                                "Cancel"
                            </button>
                            <button
                                type="button"
                                class="danger"
                                disabled=move || task.is_busy()
                                on:click=move |_| run.run(task)
                            >
                                {action}
                            </button>
                        </div>
                    }
                })}
        </Dialog>
    }
}
