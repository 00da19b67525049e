//! Stable codes of errors, rejections and entries of the audit log, for programs.
//!
//! Invariant: a code that was released is never renamed, and a code that this version does not
//! know reads as `Unknown`, so that a page works with a newer server.

/// An enum of codes that are text in JSON, with `ALL`, `name` and `parse`.
macro_rules! codes {
    (
        $(#[$doc:meta])*
        $enum:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)+ }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $enum {
            $($(#[$variant_doc])* $variant,)+
            /// A code of a newer version. Never written by this one.
            Unknown,
        }

        impl $enum {
            /// Every code but [`Self::Unknown`].
            pub const ALL: &'static [$enum] = &[$($enum::$variant),+];

            /// The code as JSON holds it.
            pub const fn name(self) -> &'static str {
                match self {
                    $($enum::$variant => $text,)+
                    $enum::Unknown => "unknown",
                }
            }

            /// The code of this name.
            pub fn parse(name: &str) -> $enum {
                let found = $enum::ALL.iter().find(|code| code.name() == name);
                found.copied().unwrap_or($enum::Unknown)
            }
        }

        impl std::fmt::Display for $enum {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }

        impl serde::Serialize for $enum {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.name())
            }
        }

        impl<'de> serde::Deserialize<'de> for $enum {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                String::deserialize(from).map(|name| $enum::parse(&name))
            }
        }
    };
}

codes! {
    /// Why a request has no result.
    ErrorCode {
        /// Nobody is signed in, or the session has ended.
        SignInFirst = "sign_in_first",
        /// The name or the password is wrong.
        WrongCredentials = "wrong_credentials",
        /// Name and password are right, and the account takes a code of the second factor as well.
        SecondFactorNeeded = "second_factor_needed",
        /// The code of the second factor is wrong, too old, or was used before.
        WrongCode = "wrong_code",
        /// The request needs a token in `Authorization: Bearer`.
        TokenNeeded = "token_needed",
        /// The request is for users with the role `admin`.
        AdminsOnly = "admins_only",
        /// The dashboard belongs to somebody else.
        NotOwner = "not_owner",
        /// No role of the user has the right that the request needs.
        RightMissing = "right_missing",
        /// A preview of a role changes nothing.
        ReadOnly = "read_only",
        /// The request is for users; a token cannot make it.
        UsersOnly = "users_only",
        /// The token lacks the scope for the request.
        ScopeMissing = "scope_missing",
        /// A page of another site made the browser send the request.
        CrossSite = "cross_site",
        /// The one-time link was used before, has expired, or never existed.
        LinkInvalid = "link_invalid",
        /// Nothing is at this address, or nothing that this principal may see.
        NotFound = "not_found",
        /// The address exists, with other methods: see `Allow`.
        MethodNotAllowed = "method_not_allowed",
        /// The request took longer than `limits.request_timeout_s`.
        Timeout = "timeout",
        /// A limit of rate or of open streams; `Retry-After` says when to try again.
        TooMany = "too_many",
        /// Another version of the document was saved in between; the body holds it.
        StaleVersion = "stale_version",
        /// A user of this name, or a dashboard of this id, exists.
        NameTaken = "name_taken",
        /// The dashboard comes from a file, which alone changes it.
        FromFile = "from_file",
        /// The second factor is on already.
        SecondFactorOn = "second_factor_on",
        /// Without this user, nobody would have the role `admin`.
        LastAdmin = "last_admin",
        /// A query parameter is missing, unknown or out of range.
        BadParameter = "bad_parameter",
        /// The answer would be longer than the server gives at once.
        TooMuch = "too_much",
        /// The body is no JSON.
        BadJson = "bad_json",
        /// A field of the body is missing, unknown or out of range.
        BadField = "bad_field",
        /// A field of the form is missing or unknown.
        BadForm = "bad_form",
        /// The body says that it is gzip, and is not.
        BadGzip = "bad_gzip",
        /// The body is no `ExportMetricsServiceRequest`.
        BadProtobuf = "bad_protobuf",
        /// The body holds no event.
        Empty = "empty",
        /// The body is longer than the limit of its route, packed or unpacked.
        BodyTooLarge = "body_too_large",
        /// The connection closed before the whole body was sent.
        BodyUnreadable = "body_unreadable",
        /// The body is of a type that this address does not read.
        ContentType = "content_type",
        /// The body is packed in a way that the server does not unpack.
        ContentEncoding = "content_encoding",
        /// The document is longer than `limits.max_document_bytes`.
        DocumentTooLarge = "document_too_large",
        /// A rule for documents is broken; the message begins with the JSON path.
        InvalidDocument = "invalid_document",
        /// The name is empty, too long, or has control characters.
        BadName = "bad_name",
        /// The password is too short or too long.
        BadPassword = "bad_password",
        /// A role is unknown, or there is none.
        BadRoles = "bad_roles",
        /// Somebody has the role that is to be removed.
        RoleInUse = "role_in_use",
        /// As many roles exist as `limits.max_roles` allows.
        TooManyRoles = "too_many_roles",
        /// As many invitations are open as `limits.max_invitations` allows.
        TooManyInvitations = "too_many_invitations",
        /// The token would have no scope, one twice, or one that its owner may not use.
        BadScopes = "bad_scopes",
        /// As many tokens exist as `limits.max_tokens` or `limits.max_tokens_per_user` allow.
        TooManyTokens = "too_many_tokens",
        /// As many dashboards exist as `limits.max_dashboards` or `limits.max_dashboards_per_user` allow.
        TooManyDashboards = "too_many_dashboards",
        /// As many annotations exist as `limits.max_annotations` allows.
        TooManyAnnotations = "too_many_annotations",
        /// More events than `pipeline.max_events_per_request`.
        TooManyEvents = "too_many_events",
        /// More points than `pipeline.max_events_per_request`.
        TooManyPoints = "too_many_points",
        /// Any other request that cannot be understood.
        Refused = "refused",
        /// A fault of the server. Its log has the cause.
        Internal = "internal",
    }
}

codes! {
    /// Why one event of a batch was rejected.
    RejectionCode {
        /// The JSON breaks off here.
        BadJson = "bad_json",
        /// A field is missing, unknown or of another type.
        BadField = "bad_field",
        /// A metadata value is neither text, number nor truth.
        BadValue = "bad_value",
        /// A measurement is no finite number.
        NotANumber = "not_a_number",
        /// The name is reserved for the server's own events.
        ReservedEvent = "reserved_event",
        /// No metric consumes events of this name.
        UnknownEvent = "unknown_event",
        /// A name or a text is too long.
        TooLong = "too_long",
        /// Too many measurements or metadata entries.
        TooMany = "too_many",
        /// No metric takes the event: the first one measures what it does not have.
        MissingMeasurement = "missing_measurement",
        /// No metric takes the event: the first one has a tag that it does not have.
        MissingTag = "missing_tag",
    }
}

codes! {
    /// What somebody did, in the audit log.
    AuditCode {
        /// A browser signed in.
        SignedIn = "signed_in",
        /// Attempts to sign in failed: one entry for those of a minute.
        SignInFailed = "sign_in_failed",
        /// A session ended at its owner's request.
        SignedOut = "signed_out",
        /// A session ended at the request of somebody else, or from another session.
        SessionEnded = "session_ended",
        /// The first admin was made through the one-time link.
        SetUp = "set_up",
        /// A user was made.
        UserAdded = "user_added",
        /// A user's name or other fields were changed.
        UserChanged = "user_changed",
        /// A user got other roles.
        UserRolesSet = "user_roles_set",
        /// A user cannot sign in any more.
        UserDisabled = "user_disabled",
        /// A disabled user can sign in again.
        UserEnabled = "user_enabled",
        /// A user was removed.
        UserRemoved = "user_removed",
        /// Somebody changed their own password.
        PasswordChanged = "password_changed",
        /// An admin gave a user another password.
        PasswordReset = "password_reset",
        /// An admin made a link to choose another password.
        ResetLinkMade = "reset_link_made",
        /// A password was chosen through such a link.
        ResetLinkUsed = "reset_link_used",
        /// An invitation was made.
        InvitationMade = "invitation_made",
        /// Somebody became a user by an invitation.
        InvitationUsed = "invitation_used",
        /// An invitation was taken back.
        InvitationRemoved = "invitation_removed",
        /// Somebody turned their second factor on.
        SecondFactorOn = "second_factor_on",
        /// A second factor was turned off.
        SecondFactorOff = "second_factor_off",
        /// Other recovery codes replace the former ones.
        RecoveryCodesMade = "recovery_codes_made",
        /// A role was made or changed.
        RoleSaved = "role_saved",
        /// A role was removed.
        RoleRemoved = "role_removed",
        /// What a role's dashboards begin with was changed.
        RoleDefaultsSaved = "role_defaults_saved",
        /// Somebody looked at a dashboard as a role sees it.
        PreviewStarted = "preview_started",
        /// A dashboard was opened to guests.
        GuestOpened = "guest_opened",
        /// A dashboard was closed to guests.
        GuestClosed = "guest_closed",
        /// A token was made.
        TokenAdded = "token_added",
        /// A token's name, description or expiry was changed.
        TokenChanged = "token_changed",
        /// A token was revoked.
        TokenRemoved = "token_removed",
        /// A shared dashboard was made or changed.
        DashboardSaved = "dashboard_saved",
        /// A shared dashboard was removed.
        DashboardRemoved = "dashboard_removed",
        /// A dashboard got another owner, or other readers.
        DashboardOwnerSet = "dashboard_owner_set",
        /// A dashboard that was removed was put back.
        DashboardRestored = "dashboard_restored",
        /// One annotation was removed.
        AnnotationRemoved = "annotation_removed",
        /// The annotations of one author were cleared up.
        AnnotationsCleared = "annotations_cleared",
        /// Series of a metric were cleared up.
        SeriesCleared = "series_cleared",
    }
}

impl ErrorCode {
    /// The HTTP status that goes with the code. [`ErrorCode::Refused`] also comes with other
    /// statuses of the range 400 to 599.
    pub const fn status(self) -> u16 {
        match self {
            ErrorCode::BadParameter
            | ErrorCode::BadJson
            | ErrorCode::BadGzip
            | ErrorCode::BadProtobuf
            | ErrorCode::BodyUnreadable
            | ErrorCode::Empty
            | ErrorCode::Refused => 400,
            ErrorCode::SignInFirst
            | ErrorCode::WrongCredentials
            | ErrorCode::SecondFactorNeeded
            | ErrorCode::WrongCode
            | ErrorCode::TokenNeeded => 401,
            ErrorCode::AdminsOnly
            | ErrorCode::NotOwner
            | ErrorCode::RightMissing
            | ErrorCode::ReadOnly
            | ErrorCode::UsersOnly
            | ErrorCode::ScopeMissing
            | ErrorCode::CrossSite
            | ErrorCode::LinkInvalid => 403,
            ErrorCode::NotFound => 404,
            ErrorCode::MethodNotAllowed => 405,
            ErrorCode::Timeout => 408,
            ErrorCode::StaleVersion
            | ErrorCode::NameTaken
            | ErrorCode::FromFile
            | ErrorCode::SecondFactorOn
            | ErrorCode::LastAdmin
            | ErrorCode::RoleInUse => 409,
            ErrorCode::BodyTooLarge
            | ErrorCode::DocumentTooLarge
            | ErrorCode::TooManyEvents
            | ErrorCode::TooManyPoints => 413,
            ErrorCode::ContentType | ErrorCode::ContentEncoding => 415,
            ErrorCode::BadField
            | ErrorCode::BadForm
            | ErrorCode::InvalidDocument
            | ErrorCode::BadName
            | ErrorCode::BadPassword
            | ErrorCode::BadRoles
            | ErrorCode::TooManyRoles
            | ErrorCode::TooManyInvitations
            | ErrorCode::BadScopes
            | ErrorCode::TooManyTokens
            | ErrorCode::TooMuch
            | ErrorCode::TooManyDashboards
            | ErrorCode::TooManyAnnotations => 422,
            ErrorCode::TooMany => 429,
            ErrorCode::Internal | ErrorCode::Unknown => 500,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_snake_case(name: &str) -> bool {
        !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    }

    #[test]
    fn names_read_back() {
        for code in ErrorCode::ALL {
            assert_eq!(ErrorCode::parse(code.name()), *code);
            assert!(is_snake_case(code.name()), "{code}");
        }
        for code in RejectionCode::ALL {
            assert_eq!(RejectionCode::parse(code.name()), *code);
            assert!(is_snake_case(code.name()), "{code}");
        }
        for code in AuditCode::ALL {
            assert_eq!(AuditCode::parse(code.name()), *code);
            assert!(is_snake_case(code.name()), "{code}");
        }
    }

    #[test]
    fn a_code_of_a_newer_server_is_unknown() {
        for json in [r#""of_tomorrow""#, r#""unknown""#, r#""""#] {
            let code: ErrorCode = serde_json::from_str(json).expect("decodes");
            assert_eq!(code, ErrorCode::Unknown);
            let code: RejectionCode = serde_json::from_str(json).expect("decodes");
            assert_eq!(code, RejectionCode::Unknown);
        }
        assert!(serde_json::from_str::<ErrorCode>("5").is_err());
    }
}
