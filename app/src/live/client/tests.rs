//! Answers of a scripted server, through the page's client.

use super::*;
use crate::browser::fake::{Fake, Reply};
use protocol::{ApiError, Me, paths};

/// What the page does about an error.
#[derive(Debug, PartialEq)]
enum Outcome {
    /// It leads to the sign-in page.
    Leaves,
    /// It shows the server's message, and tries again by itself.
    Retries,
    /// It shows the server's message.
    Shows,
}

fn outcome(fake: &Fake, error: &ClientError) -> Outcome {
    match error {
        _ if !fake.went().is_empty() => Outcome::Leaves,
        _ if error.is_temporary() => Outcome::Retries,
        _ => Outcome::Shows,
    }
}

#[test]
fn every_code_of_the_server_is_shown_or_retried_and_one_ends_the_session() {
    for code in ErrorCode::ALL {
        let fake = Fake::install();
        fake.set_address("/d/shop?range=60");
        let message = format!("about {code}");
        let error = ApiError {
            code: *code,
            message: message.clone(),
        };
        fake.serve(move |_| Reply::error(code.status(), error.clone()));
        let error = fake.now(get::<Me>(paths::ME)).expect_err("an error");
        let want = match code {
            ErrorCode::SignInFirst => Outcome::Leaves,
            ErrorCode::Timeout | ErrorCode::TooMany | ErrorCode::Internal => Outcome::Retries,
            _ => Outcome::Shows,
        };
        assert_eq!(outcome(fake, &error), want, "{code}");
        if want == Outcome::Leaves {
            assert_eq!(error, ClientError::SignedOut);
            assert_eq!(
                fake.went(),
                ["/sign-in?ended=1&next=%2Fd%2Fshop%3Frange%3D60"]
            );
        } else {
            assert_eq!(error.to_string(), format!("About {code}."));
            assert!(matches!(&error, ClientError::Rejected { code: read, .. } if read == code));
        }
    }
}

#[test]
fn a_wrong_password_is_a_message_on_the_form() {
    let fake = Fake::install();
    fake.set_address("/sign-in");
    fake.serve(|_| {
        Reply::error(
            401,
            ApiError {
                code: ErrorCode::WrongCredentials,
                message: "name or password is wrong".into(),
            },
        )
    });
    let error = fake.now(post(paths::SESSION, &"{}")).expect_err("an error");
    assert_eq!(error.to_string(), "Name or password is wrong.");
    assert!(fake.went().is_empty());
}

#[test]
fn every_request_leads_to_sign_in_when_the_session_ended() {
    type Made = fn() -> crate::browser::Local<Result<(), ClientError>>;
    let requests: [(&str, Made); 5] = [
        ("GET /x", || {
            Box::pin(async { get::<Me>("/x").await.map(drop) })
        }),
        ("PUT /x", || {
            Box::pin(async { put::<Me>("/x", &1).await.map(drop) })
        }),
        ("POST /x", || Box::pin(post("/x", &1))),
        ("DELETE /x", || Box::pin(delete("/x"))),
        (
            "GET /api/history/columns?metrics=m&from=0&to=60000&points=60",
            || {
                Box::pin(async {
                    let metrics = ["m".to_string()];
                    histories(&metrics, 0, 60_000, 1_000).await.map(drop)
                })
            },
        ),
    ];
    for (line, request) in requests {
        let fake = Fake::install();
        fake.serve(|_| {
            Reply::error(
                401,
                ApiError {
                    code: ErrorCode::SignInFirst,
                    message: String::new(),
                },
            )
        });
        assert_eq!(fake.now(request()), Err(ClientError::SignedOut), "{line}");
        assert_eq!(fake.went(), ["/sign-in?ended=1"], "{line}");
        let sent = fake.take_requests();
        assert_eq!(format!("{} {}", sent[0].method, sent[0].path), line);
    }
}

#[test]
fn answers_that_are_not_the_servers() {
    let fake = Fake::install();
    let check = |reply: Reply, want: Result<(), ClientError>, temporary: bool| {
        fake.serve(move |_| reply.clone());
        let got = fake.now(get::<Vec<u8>>("/x")).map(drop);
        assert_eq!(got, want);
        assert_eq!(got.is_err_and(|error| error.is_temporary()), temporary);
    };
    let proxy = |status: u16| ClientError::Rejected {
        status,
        code: ErrorCode::Unknown,
        message: format!("The server answered {status}. Try again."),
        body: "<html>".into(),
    };
    check(Reply::NoAnswer, Err(ClientError::NoAnswer), true);
    check(Reply::Now(200, "[1]".into()), Ok(()), false);
    check(Reply::Now(204, "[]".into()), Ok(()), false);
    // Cut off, or of another version.
    check(
        Reply::Now(200, "[1".into()),
        Err(ClientError::Unreadable),
        false,
    );
    check(
        Reply::Now(200, r#"{"a":1}"#.into()),
        Err(ClientError::Unreadable),
        false,
    );
    check(Reply::Now(502, "<html>".into()), Err(proxy(502)), true);
    check(Reply::Now(403, "<html>".into()), Err(proxy(403)), false);
    // A proxy's own sign-in is not the end of a session here.
    check(Reply::Now(401, "<html>".into()), Err(proxy(401)), false);
    check(Reply::Now(302, "<html>".into()), Err(proxy(302)), false);
    assert!(fake.went().is_empty());
}

#[test]
fn an_answer_that_leaves_everything_over_is_not_asked_for_again() {
    let fake = Fake::install();
    fake.serve(|_| {
        Reply::json(&HistoryColumns {
            from: 0,
            to: 1_000,
            step_ms: 1_000,
            covered: Vec::new(),
            metrics: Vec::new(),
            rejected: Vec::new(),
            rest: vec!["m".into()],
        })
    });
    let metrics = ["m".to_string()];
    let got = fake.now(async move { histories(&metrics, 0, 1_000, 1_000).await });
    assert_eq!(got, Err(ClientError::Unreadable));
}

#[test]
fn messages_are_sentences() {
    for (message, want) in [
        ("it is so", "It is so."),
        ("Why?", "Why?"),
        ("`x` is no number", "`x` is no number."),
        ("\u{e9}t\u{e9}.", "\u{e9}t\u{e9}."),
    ] {
        assert_eq!(sentence(message), want);
    }
}
