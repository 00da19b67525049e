//! The second factor: setting it up with an authenticator app, recovery codes, turning it off.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use protocol::{
    ConfirmEnrolment, Enrolment, ErrorCode, PasswordProof, RecoveryCodes, SecondFactor, paths,
};

use super::{AccountPage, Section};
use crate::browser;
use crate::erased::{CollectAny, part};
use crate::live::client::{self, ClientError};
use crate::shell::fields::{CopyField, Field};
use crate::shell::task::{Problem, Task};

/// What is shown.
#[derive(Clone)]
pub(super) enum Step {
    /// Whether it is on, and what can be done.
    State,
    /// A secret that an app is to take, and a code of it to confirm that.
    Enrol(Enrolment),
    /// Recovery codes that were just made.
    Codes(RecoveryCodes),
}

/// The forms of it: copied freely.
#[derive(Clone, Copy)]
pub(super) struct Forms {
    pub page: AccountPage,
    pub step: RwSignal<Step>,
    pub password: RwSignal<String>,
}

impl Forms {
    pub fn new(page: AccountPage) -> Self {
        Forms {
            page,
            step: RwSignal::new(Step::State),
            password: RwSignal::new(String::new()),
        }
    }

    fn proof(self) -> PasswordProof {
        PasswordProof {
            password: self.password.get_untracked(),
        }
    }

    /// Has a secret made.
    pub async fn begin(self) -> Result<(), ClientError> {
        let enrolment = client::made(paths::MY_SECOND_FACTOR, &self.proof()).await?;
        self.password.set(String::new());
        self.step.set(Step::Enrol(enrolment));
        Ok(())
    }

    /// Turns it on.
    pub async fn confirm(self, code: String) -> Result<(), ClientError> {
        let codes = client::put(paths::MY_SECOND_FACTOR, &ConfirmEnrolment { code }).await?;
        self.show_codes(codes);
        self.page.toast.show("The second factor is on.");
        Ok(())
    }

    /// Has other recovery codes made.
    pub async fn renew(self) -> Result<(), ClientError> {
        let codes = client::made(paths::MY_RECOVERY_CODES, &self.proof()).await?;
        self.password.set(String::new());
        self.show_codes(codes);
        Ok(())
    }

    /// Turns it off.
    pub async fn remove(self) -> Result<(), ClientError> {
        client::post(paths::MY_SECOND_FACTOR_REMOVAL, &self.proof()).await?;
        self.password.set(String::new());
        self.page.second_factor.set(SecondFactor::default());
        self.page.toast.show("The second factor is off.");
        Ok(())
    }

    fn show_codes(self, codes: RecoveryCodes) {
        self.page.second_factor.set(SecondFactor {
            on: true,
            recovery_codes: codes.codes.len() as u32,
        });
        self.step.set(Step::Codes(codes));
    }
}

/// The section.
#[component]
pub fn SecondFactorForms(
    /// The page.
    page: AccountPage,
) -> impl IntoView {
    let forms = Forms::new(page);
    browser::keep_focus(move || {
        forms.step.track();
        "[aria-labelledby=about-factor] :is(input, button)"
    });
    let inside = move || match forms.step.get() {
        Step::State if page.second_factor.with(|state| state.on) => {
            view! { <On forms/> }.into_any()
        }
        Step::State => view! { <Off forms/> }.into_any(),
        Step::Enrol(enrolment) => view! { <Enrol forms enrolment/> }.into_any(),
        Step::Codes(codes) => view! { <Codes forms codes/> }.into_any(),
    };
    view! {
        <Section
            id="about-factor"
            title="Second factor"
            about="A code of an authenticator app, which is asked for beside the password when you sign in."
        >
            {part(inside)}
        </Section>
    }
}

#[component]
fn Password(forms: Forms) -> impl IntoView {
    view! {
        <Field label="Current password">
            <input type="password" autocomplete="current-password" required data-code=ErrorCode::WrongCredentials.name() bind:value=forms.password/>
        </Field>
    }
}

#[component]
fn Off(forms: Forms) -> impl IntoView {
    let task = Task::new();
    let begin = move |event: SubmitEvent| {
        event.prevent_default();
        task.run(forms.begin());
    };
    view! {
        <p>"Off: the password alone signs you in."</p>
        <form on:submit=begin>
            <Password forms/>
            <Problem task/>
            <div class="form-actions">
                <button type="submit" disabled=move || task.is_busy()>"Set up…"</button>
            </div>
        </form>
    }
}

#[component]
fn Enrol(forms: Forms, enrolment: Enrolment) -> impl IntoView {
    let task = Task::new();
    let code = RwSignal::new(String::new());
    let confirm = move |event: SubmitEvent| {
        event.prevent_default();
        task.run(forms.confirm(code.get_untracked()));
    };
    view! {
        <p>"Scan this with an authenticator app, or type the secret into it. Then type the code that it shows."</p>
        // Made by the server: an SVG document without text from anybody.
        <div class="qr" role="img" aria-label="QR code of the secret" inner_html=enrolment.qr_svg></div>
        <CopyField label="Secret" text=enrolment.secret/>
        <form on:submit=confirm>
            <Field label="Code" hint="Six digits.">
                <input type="text" inputmode="numeric" autocomplete="one-time-code" maxlength="12" required autofocus data-code=ErrorCode::WrongCode.name() bind:value=code/>
            </Field>
            <Problem task/>
            <div class="form-actions">
                <button type="button" on:click=move |_| forms.step.set(Step::State)>"Cancel"</button>
                <button type="submit" class="primary" disabled=move || task.is_busy()>"Turn on"</button>
            </div>
        </form>
    }
}

#[component]
fn Codes(forms: Forms, codes: RecoveryCodes) -> impl IntoView {
    let all = codes.codes.join(" ");
    let listed = codes
        .codes
        .into_iter()
        .map(|code| view! { <li><code>{code}</code></li> });
    view! {
        <p role="status">
            "These are your recovery codes. Each replaces a code of the app once. Keep them where you find them without your phone: they are not shown again, and former ones do not work any more."
        </p>
        <ol class="codes" aria-label="Recovery codes">{listed.collect_any()}</ol>
        <CopyField label="All of them" text=all/>
        <div class="form-actions">
            <button type="button" class="primary" on:click=move |_| forms.step.set(Step::State)>
                "I have kept them"
            </button>
        </div>
    }
}

#[component]
fn On(forms: Forms) -> impl IntoView {
    let task = Task::new();
    let left = move || match forms.page.second_factor.with(|state| state.recovery_codes) {
        0 => "On. No recovery code is left: make new ones.".to_string(),
        1 => "On. 1 recovery code is left.".to_string(),
        left => format!("On. {left} recovery codes are left."),
    };
    let renew = move |event: SubmitEvent| {
        event.prevent_default();
        task.run(forms.renew());
    };
    // The password is checked by the form; this button is none of its own.
    let remove = move |_| {
        if forms.password.with_untracked(String::is_empty) {
            task.fail("Type your current password first.");
        } else {
            task.run(forms.remove());
        }
    };
    view! {
        <p>{part(left)}</p>
        <form on:submit=renew>
            <Password forms/>
            <Problem task/>
            <div class="form-actions">
                <button type="button" class="danger" disabled=move || task.is_busy() on:click=remove>
                    "Turn off"
                </button>
                <button type="submit" disabled=move || task.is_busy()>"New recovery codes"</button>
            </div>
        </form>
    }
}
