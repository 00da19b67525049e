//! One file per page; a new page is one file and one route line here.

mod dashboard;
mod missing;
mod setup;
mod sign_in;

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;

/// The application. Pages are changed by full loads: each begins with what the server boots it with.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Title text="Pulseboard"/>
        <Router>
            <Routes fallback=missing::Missing>
                <Route path=path!("/") view=dashboard::DashboardPage/>
                <Route path=path!("/d/:id") view=dashboard::DashboardPage/>
                <Route path=path!("/sign-in") view=sign_in::SignInPage/>
                <Route path=path!("/setup/:token") view=setup::SetupPage/>
            </Routes>
        </Router>
    }
}
