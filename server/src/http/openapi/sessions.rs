//! Routes of sessions, one-time links and the second factor.

use protocol::{
    AcceptInvitation, ConfirmEnrolment, Disabled, Enrolment, ErrorCode, Invitation, LinkCreated,
    Me, NewInvitation, PasswordProof, RecoveryCodes, ResetPassword, SecondFactor, Session, paths,
};

use super::operation::{Of, Operation};

const PROOF_ERRORS: &[ErrorCode] = &[
    ErrorCode::WrongCredentials,
    ErrorCode::BadPassword,
    ErrorCode::NotFound,
    ErrorCode::SecondFactorOn,
];

pub const OPERATIONS: &[Operation] = &[
    Operation::get(paths::MY_SESSIONS, "One's own sessions, last seen first")
        .answers(Of::<Vec<Session>>::OK),
    Operation::delete(paths::MY_SESSIONS, "End all of one's sessions but this one"),
    Operation::delete(paths::MY_SESSION, "End one of one's sessions"),
    Operation::get(
        paths::MY_SECOND_FACTOR,
        "Whether signing in takes a code as well",
    )
    .answers(Of::<SecondFactor>::OK),
    Operation::post(
        paths::MY_SECOND_FACTOR,
        "A secret for an authenticator app, off until it is confirmed",
    )
    .takes(Of::<PasswordProof>::JSON)
    .answers(Of::<Enrolment>::OK)
    .fails(PROOF_ERRORS),
    Operation::put(
        paths::MY_SECOND_FACTOR,
        "Switch the second factor on by a code; answers recovery codes once",
    )
    .takes(Of::<ConfirmEnrolment>::JSON)
    .answers(Of::<RecoveryCodes>::OK)
    .fails(&[
        ErrorCode::WrongCode,
        ErrorCode::NotFound,
        ErrorCode::SecondFactorOn,
    ]),
    Operation::post(
        paths::MY_SECOND_FACTOR_REMOVAL,
        "Switch the second factor off",
    )
    .takes(Of::<PasswordProof>::JSON)
    .fails(PROOF_ERRORS),
    Operation::post(
        paths::MY_RECOVERY_CODES,
        "New recovery codes, answered once; the former ones do not work any more",
    )
    .takes(Of::<PasswordProof>::JSON)
    .answers(Of::<RecoveryCodes>::OK)
    .fails(PROOF_ERRORS),
    Operation::post(
        paths::INVITATION,
        "Become a user through an invitation, and sign in; a form is sent on to a page",
    )
    .takes(Of::<AcceptInvitation>::JSON_OR_FORM)
    .answers(Of::<Me>::OK_OR_PAGE)
    .fails(&[
        ErrorCode::LinkInvalid,
        ErrorCode::BadName,
        ErrorCode::BadPassword,
        ErrorCode::BadRoles,
        ErrorCode::NameTaken,
    ]),
    Operation::post(
        paths::PASSWORD_RESET,
        "Another password through a one-time link; a form is sent on to a page",
    )
    .takes(Of::<ResetPassword>::JSON_OR_FORM)
    .answers(&[(204, &[]), (303, &[])])
    .fails(&[ErrorCode::LinkInvalid, ErrorCode::BadPassword]),
    Operation::put(
        paths::ADMIN_USER_DISABLED,
        "Whether a user can sign in; all of the user's sessions end when not",
    )
    .by_number()
    .takes(Of::<Disabled>::JSON)
    .fails(&[ErrorCode::LastAdmin]),
    Operation::delete(
        paths::ADMIN_USER_SECOND_FACTOR,
        "Take the second factor of a user away, who lost the device",
    )
    .by_number(),
    Operation::post(
        paths::ADMIN_USER_RESET_LINK,
        "Make a link by which a user chooses another password; answered once",
    )
    .by_number()
    .answers(Of::<LinkCreated>::CREATED),
    Operation::delete(paths::ADMIN_USER_SESSIONS, "End all sessions of a user").by_number(),
    Operation::get(
        paths::ADMIN_SESSIONS,
        "Everybody's sessions, last seen first",
    )
    .answers(Of::<Vec<Session>>::OK),
    Operation::delete(paths::ADMIN_SESSION, "End a session of anybody"),
    Operation::get(
        paths::ADMIN_INVITATIONS,
        "Invitations that still work; one's own for who is no admin",
    )
    .answers(Of::<Vec<Invitation>>::OK),
    Operation::post(
        paths::ADMIN_INVITATIONS,
        "Make an invitation; its secret is answered once",
    )
    .takes(Of::<NewInvitation>::JSON)
    .answers(Of::<LinkCreated>::CREATED)
    .fails(&[
        ErrorCode::TooManyInvitations,
        ErrorCode::InvalidDocument,
        ErrorCode::BadRoles,
    ]),
    Operation::delete(paths::ADMIN_INVITATION, "Revoke an invitation").by_number(),
];
