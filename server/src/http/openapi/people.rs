//! Routes of people, programs and what they may do.

use protocol::role::Setup;
use protocol::{
    AuditEntry, AuditPage, ChangePassword, ErrorCode, Me, NewName, NewPassword, NewToken, NewUser,
    Role, Roles, SignIn, Token, TokenCreated, User, UserRoles, paths,
};

use super::operation::Shape::{List, OneOf, Text, Whole};
use super::operation::{JSON, Of, Operation, Parameter, object, opaque};

const NEXT: &[Parameter] = &[Parameter::new(
    "next",
    Text,
    "The path of the page that the browser goes to after it",
)];
const WHO: Parameter = Parameter::new("who", Text, "By the user or token of this name");
const WHAT: Parameter = Parameter::new("what", List, "Of one of these kinds");
const FROM: Parameter = Parameter::new(
    "from",
    Whole(i64::MIN, i64::MAX),
    "Not before this time in ms since the epoch; as a negative number, before now",
);
const TO: Parameter = Parameter::new("to", Whole(i64::MIN, i64::MAX), "Not after this time");
const SEARCH: Parameter = Parameter::new(
    "search",
    Text,
    "With this text in the name, object, address or state",
);
const TOKEN_ERRORS: &[ErrorCode] = &[
    ErrorCode::BadName,
    ErrorCode::BadScopes,
    ErrorCode::TooManyTokens,
];

const fn new_token(path: &'static str, summary: &'static str) -> Operation {
    Operation::post(path, summary)
        .takes(Of::<NewToken>::JSON)
        .answers(Of::<TokenCreated>::CREATED)
        .fails(TOKEN_ERRORS)
}

const fn changed_token(path: &'static str, summary: &'static str) -> Operation {
    Operation::put(path, summary)
        .by_number()
        .takes(Of::<NewToken>::JSON)
        .answers(Of::<Token>::OK)
        .fails(TOKEN_ERRORS)
}

pub const OPERATIONS: &[Operation] = &[
    Operation::get(paths::OPENAPI, "This document, as far as one may ask")
        .answers(&[(200, &[(JSON, object)])]),
    Operation::post(paths::SESSION, "Sign in; a form is sent on to a page")
        .query(NEXT)
        .takes(Of::<SignIn>::JSON_OR_FORM)
        .answers(Of::<Me>::OK_OR_PAGE)
        .fails(&[
            ErrorCode::WrongCredentials,
            ErrorCode::BadPassword,
            ErrorCode::SecondFactorNeeded,
            ErrorCode::WrongCode,
        ]),
    Operation::delete(paths::SESSION, "Sign out").people_only(),
    Operation::get(paths::OIDC, "On to the provider of sign-in")
        .query(NEXT)
        .answers(&[(303, &[])])
        .fails(&[ErrorCode::NotFound]),
    Operation::get(paths::OIDC_CALLBACK, "Back from the provider of sign-in")
        .query(&[
            Parameter::new("code", Text, "The provider's"),
            Parameter::new("state", Text, "The server's own"),
            Parameter::new("error", Text, "Why nobody is signed in"),
        ])
        .answers(&[(303, &[])])
        .fails(&[ErrorCode::NotFound]),
    Operation::post(
        paths::SETUP,
        "Make the first admin, through the one-time link",
    )
    .takes(Of::<Setup>::JSON_OR_FORM)
    .answers(Of::<Me>::OK_OR_PAGE)
    .fails(&[
        ErrorCode::LinkInvalid,
        ErrorCode::BadName,
        ErrorCode::BadPassword,
        ErrorCode::NameTaken,
    ]),
    Operation::get(paths::ME, "Who asks, and what they may do").answers(Of::<Me>::OK),
    Operation::put(paths::MY_NAME, "Another name of one's own")
        .takes(Of::<NewName>::JSON)
        .fails(&[
            ErrorCode::WrongCredentials,
            ErrorCode::BadPassword,
            ErrorCode::BadName,
            ErrorCode::NameTaken,
        ]),
    Operation::put(
        paths::MY_PASSWORD,
        "Another password of one's own; all other sessions end",
    )
    .takes(Of::<ChangePassword>::JSON)
    .fails(&[ErrorCode::WrongCredentials, ErrorCode::BadPassword]),
    Operation::get(paths::MY_TOKENS, "Tokens of one's own").answers(Of::<Vec<Token>>::OK),
    new_token(
        paths::MY_TOKENS,
        "Make a token of one's own; its secret is answered once",
    ),
    changed_token(paths::MY_TOKEN, "Change a token of one's own"),
    Operation::delete(paths::MY_TOKEN, "Revoke a token of one's own").by_number(),
    Operation::get(paths::ADMIN_TOKENS, "Every token").answers(Of::<Vec<Token>>::OK),
    new_token(
        paths::ADMIN_TOKENS,
        "Make a token of anybody; its secret is answered once",
    ),
    changed_token(paths::ADMIN_TOKEN, "Change a token"),
    Operation::delete(paths::ADMIN_TOKEN, "Revoke a token at once").by_number(),
    Operation::get(paths::ADMIN_USERS, "Every user").answers(Of::<Vec<User>>::OK),
    Operation::post(paths::ADMIN_USERS, "Make a user")
        .takes(Of::<NewUser>::JSON)
        .answers(Of::<Me>::CREATED)
        .fails(&[
            ErrorCode::BadName,
            ErrorCode::BadPassword,
            ErrorCode::BadRoles,
            ErrorCode::NameTaken,
        ]),
    Operation::delete(
        paths::ADMIN_USER,
        "Remove a user, with sessions and preferences",
    )
    .by_number()
    .fails(&[ErrorCode::LastAdmin]),
    Operation::put(
        paths::ADMIN_USER_PASSWORD,
        "Give a user another password; all of the user's sessions end",
    )
    .by_number()
    .takes(Of::<NewPassword>::JSON)
    .fails(&[ErrorCode::BadPassword]),
    Operation::put(paths::ADMIN_USER_ROLES, "Give a user exactly these roles")
        .by_number()
        .takes(Of::<UserRoles>::JSON)
        .fails(&[ErrorCode::BadRoles, ErrorCode::LastAdmin]),
    Operation::get(paths::ADMIN_ROLES, "Every role that a user can have").answers(Of::<Roles>::OK),
    Operation::get(paths::ADMIN_ROLE, "A role that an admin made").answers(Of::<Role>::OK),
    Operation::put(
        paths::ADMIN_ROLE,
        "Replace the version that the role names, 0 for a new one",
    )
    .replaces::<Role>()
    .fails(&[ErrorCode::InvalidDocument, ErrorCode::TooManyRoles]),
    Operation::delete(paths::ADMIN_ROLE, "Remove a role that nobody has")
        .fails(&[ErrorCode::RoleInUse]),
    Operation::get(paths::ADMIN_AUDIT, "The audit log, newest first")
        .query(&[
            WHO,
            WHAT,
            FROM,
            TO,
            SEARCH,
            Parameter::new(
                "before",
                Whole(i64::MIN, i64::MAX),
                "Older than the entry of this id",
            ),
            Parameter::new(
                "limit",
                Whole(1, 500),
                "Entries of one page; 100 without it",
            ),
        ])
        .answers(Of::<AuditPage>::OK),
    Operation::get(paths::ADMIN_AUDIT_EXPORT, "The audit log as a file")
        .query(&[
            WHO,
            WHAT,
            FROM,
            TO,
            SEARCH,
            Parameter::new("format", OneOf(&["csv", "json"]), "`csv` without it"),
        ])
        .answers(&[(
            200,
            &[("text/csv", opaque), (JSON, Of::<Vec<AuditEntry>>::SCHEMA)],
        )]),
];
