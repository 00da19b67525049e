//! `pulseboard user add`, `pulseboard token create`, and what is said when something is wrong.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::common::{PASSWORD, TestApp, TestConfig, given};
use serde_json::json;

/// Runs the binary in a folder, with this environment and nothing else, and this input.
pub fn run(folder: &Path, args: &[&str], env: &[(&str, &str)], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_pulseboard"))
        .args(args)
        .env_clear()
        .envs(env.iter().copied())
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("runs");
    let mut stdin = child.stdin.take().expect("an input");
    // A binary that needs no input may have ended already.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    child.wait_with_output().expect("ends")
}

/// Runs it beside a server of this test, which goes on meanwhile: one that stood still within a
/// transaction would hold the database until the command gives up.
pub async fn run_beside(folder: &Path, args: &[&str], env: &[(&str, &str)]) -> Output {
    let owned = |text: &&str| (*text).to_owned();
    let (folder, args) = (
        folder.to_owned(),
        args.iter().map(owned).collect::<Vec<_>>(),
    );
    let env = env.iter().map(|(name, value)| (owned(name), owned(value)));
    let env: Vec<(String, String)> = env.collect();
    let ran = tokio::task::spawn_blocking(move || {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let env: Vec<(&str, &str)> = env.iter().map(|(k, v)| (&**k, &**v)).collect();
        run(&folder, &args, &env, "")
    });
    ran.await.expect("runs")
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// It says one line that holds `expect`, and status 1.
fn check_refused(output: &Output, expect: &str) {
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.starts_with("pulseboard: ") && said.contains(expect),
        "{said}"
    );
    assert_eq!(said.lines().count(), 1, "{said}");
    assert_eq!(text(&output.stdout), "");
}

#[tokio::test]
async fn users_and_tokens_made_here_work_in_the_server() {
    let folder = tempfile::tempdir().expect("a folder");
    let env = [("PULSEBOARD_PASSWORD", PASSWORD)];
    let ada = run(
        folder.path(),
        &["user", "add", "ada", "--role", "admin"],
        &env,
        "",
    );
    assert!(ada.status.success(), "{}", text(&ada.stderr));
    let piped = format!("{PASSWORD}\n");
    let bob = run(
        folder.path(),
        &["user", "add", "bob", "--role", "viewer"],
        &[],
        &piped,
    );
    assert!(bob.status.success(), "{}", text(&bob.stderr));
    let token = run(
        folder.path(),
        &["token", "create", "billing", "--scope", "ingest"],
        &[],
        "",
    );
    let secret = text(&token.stdout).trim_end().to_owned();
    assert!(secret.starts_with("pb_"), "{}", text(&token.stderr));

    let app = TestApp::start_in(folder, TestConfig::default()).await;
    assert_eq!(app.setup_link, None);
    app.signed_in("ada").await;
    app.signed_in("bob").await;
    let program = app
        .state
        .access
        .resolve_token(&secret)
        .await
        .expect("the database");
    assert_eq!(program.expect("a token").name, "billing");
}

#[tokio::test]
async fn passwords_are_reset_and_users_and_tokens_removed_here() {
    let folder = tempfile::tempdir().expect("a folder");
    let done = |args: &[&str], env: &[(&str, &str)], input: &str, expect: &str| {
        let output = run(folder.path(), args, env, input);
        assert!(output.status.success(), "{}", text(&output.stderr));
        assert_eq!(text(&output.stdout), expect);
    };
    // A mounted secret ends in the end of a line.
    let env = [("PULSEBOARD_PASSWORD", "correct horse\n")];
    for (name, role) in [("ada", "admin"), ("bob", "viewer")] {
        let made = format!("User {name} is made.\n");
        done(&["user", "add", name, "--role", role], &env, "", &made);
    }
    done(&["user", "list"], &[], "", "ada\tadmin\nbob\tviewer\n");
    let answer = "User ada has another password.\n";
    done(
        &["user", "password", "ADA"],
        &[],
        "battery staple\r\n",
        answer,
    );
    done(
        &["user", "remove", "bob"],
        &[],
        "",
        "User bob is removed.\n",
    );
    let role = [
        "role",
        "add",
        "shop",
        "--pattern",
        "shop.*",
        "--metric",
        "db.queries",
    ];
    done(&role, &[], "", "Role shop is made.\n");
    let set = ["user", "set", "cy", "--role", "shop", "--role", "viewer"];
    let made = "User cy is made.\n";
    done(&["user", "add", "cy", "--role", "viewer"], &env, "", made);
    done(&set, &[], "", "User cy has the roles shop, viewer.\n");
    let role = [
        "role",
        "set",
        "shop",
        "--category",
        "db",
        "--where",
        "query=orders*",
        "--right",
        "annotate",
        "--description",
        "x",
        "--home=gallery",
        "--order=gallery,system",
        "--muted=Database",
    ];
    done(&role, &[], "", "Role shop is changed.\n");
    let roles = "admin\tbuilt in\nviewer\tbuilt in\n\
                 shop\tcategory db where query=orders*\tannotate\tx\t\
                 home gallery; order gallery, system; muted Database\n";
    done(&["role", "list"], &[], "", roles);
    for (option, value, says) in [
        (
            "--home",
            "none",
            "defaults.home: there is no dashboard `none`",
        ),
        (
            "--order",
            "system,none",
            "defaults.order[1]: there is no dashboard",
        ),
        (
            "--muted",
            "None",
            "defaults.muted[0]: no metric has the category",
        ),
    ] {
        let set = ["role", "set", "shop", option, value];
        check_refused(&run(folder.path(), &set, &[], ""), says);
    }
    check_refused(
        &run(folder.path(), &["role", "remove", "shop"], &[], ""),
        "1 user has this role",
    );
    check_refused(
        &run(
            folder.path(),
            &["user", "set", "ada", "--role", "viewer"],
            &[],
            "",
        ),
        "the only enabled user with the role `admin`",
    );
    done(&["user", "remove", "cy"], &[], "", "User cy is removed.\n");
    done(
        &["role", "remove", "shop"],
        &[],
        "",
        "Role shop is removed.\n",
    );
    let token = ["token", "create", "ci", "--scope", "ingest"];
    let secret = text(&run(folder.path(), &token, &[], "").stdout);
    let listed = "1\tci\tingest\t-\tnever expires\tnever used\t\n";
    done(&["token", "list"], &[], "", listed);
    let set = [
        "token",
        "set",
        "1",
        "--description",
        "x",
        "--expires-in-days",
        "9",
    ];
    done(&set, &[], "", "Token 1 is changed.\n");
    let owned = ["token", "add", "reads", "--scope", "read", "--owner", "ada"];
    let owned = text(&run(folder.path(), &owned, &[], "").stdout);
    assert!(owned.starts_with("pb_"), "{owned}");
    check_refused(
        &run(
            folder.path(),
            &["token", "add", "x", "--scope", "read"],
            &[],
            "",
        ),
        "scopes: at least one",
    );
    done(&["token", "remove", "1"], &[], "", "Token 1 is revoked.\n");
    for (args, expect) in [
        (
            ["user", "remove", "ada"],
            "the only enabled user with the role `admin`",
        ),
        (["user", "remove", "bob"], "there is no such user"),
        (["token", "remove", "1"], "there is no token 1"),
    ] {
        check_refused(&run(folder.path(), &args, &[], ""), expect);
    }

    let app = TestApp::start_in(folder, TestConfig::default()).await;
    let access = &app.state.access;
    let here = std::net::IpAddr::from([127, 0, 0, 1]);
    let now_ms = server::clock::now_ms();
    let sign_in = async |password: &str| access.sign_in(given("ada", password), here, now_ms).await;
    assert!(sign_in("battery staple").await.is_ok());
    assert!(sign_in(PASSWORD).await.is_err());
    let revoked = access.resolve_token(secret.trim_end()).await;
    assert_eq!(revoked.expect("the database"), None);
    let filter = server::storage::AuditFilter {
        who: Some("command line".into()),
        what: Vec::new(),
        span: (0, i64::MAX),
        search: None,
        before: None,
        limit: 100,
    };
    let recorded = access.audit_page(&filter).await.expect("the database");
    let recorded = recorded.entries.iter().rev().map(|entry| entry.what.name());
    let expected = "user_added user_added password_reset user_removed role_saved user_added \
                    user_roles_set role_saved user_removed role_removed token_added token_changed \
                    token_added token_removed";
    assert_eq!(recorded.collect::<Vec<_>>().join(" "), expected);
}

#[test]
fn an_empty_variable_is_unset_and_a_wrong_one_is_named_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let list = |env: &[(&str, &str)]| run(folder.path(), &["user", "list"], env, "");
    let all = [
        "PULSEBOARD_CONFIG",
        "PULSEBOARD_ADDR",
        "PULSEBOARD_DATA_DIR",
        "PULSEBOARD_DATABASE_URL",
        "PULSEBOARD_PUBLIC_URL",
        "PULSEBOARD_TRUST_PROXY",
        "PULSEBOARD_ADMIN_PASSWORD",
    ];
    let output = list(&all.map(|name| (name, "")));
    assert!(output.status.success(), "{}", text(&output.stderr));
    for (name, value) in [
        ("PULSEBOARD_ADDR", "nowhere"),
        ("PULSEBOARD_DATABASE_URL", "postgres://x/y"),
        ("PULSEBOARD_PUBLIC_URL", "https://p.example/board"),
        ("PULSEBOARD_TRUST_PROXY", "maybe"),
    ] {
        let output = list(&[(name, value)]);
        check_refused(&output, &format!("pulseboard: {name}: "));
        assert_eq!(text(&output.stderr).matches("PULSEBOARD_").count(), 1);
    }
    std::fs::write(
        folder.path().join("pulseboard.toml"),
        "\npublic_url = 'p.example'\n",
    )
    .expect("writes");
    check_refused(
        &list(&[]),
        "pulseboard: pulseboard.toml:2: public_url: `p.example`",
    );
}

#[test]
fn what_is_wrong_is_one_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let check = |args: &[&str], password: &str, expect: &str| {
        let env = [("PULSEBOARD_PASSWORD", password)];
        check_refused(&run(folder.path(), args, &env, ""), expect);
    };
    check(
        &["user", "add", "ada", "--role", "root"],
        PASSWORD,
        "there is no role `root`",
    );
    check(
        &["user", "add", "ada", "--role", "viewer"],
        "short",
        "at least 8 characters",
    );
    check(
        &["user", "add", "", "--role", "viewer"],
        PASSWORD,
        "1 to 64 characters",
    );
    let made = run(
        folder.path(),
        &["user", "add", "ada", "--role", "viewer"],
        &[("PULSEBOARD_PASSWORD", PASSWORD)],
        "",
    );
    assert!(made.status.success());
    check(
        &["user", "add", "ADA", "--role", "viewer"],
        PASSWORD,
        "a user of that name already",
    );
    check(&["--addr", "nowhere"], "", "addr: `nowhere` is not IP:PORT");
    check(
        &["--database-url", "postgres://x/y"],
        "",
        "--database-url: ",
    );
    check(&["--config", "none.toml"], "", "cannot read none.toml");
    std::fs::write(
        folder.path().join("pulseboard.toml"),
        "addr = '127.0.0.1:0'\nadress = 1\n",
    )
    .expect("writes");
    check(&["serve"], "", "pulseboard.toml:2: adress: unknown field");
}

#[tokio::test]
async fn commands_beside_a_running_server_stay_right() {
    let app = TestApp::start_with(TestConfig::default()).await;
    let data = app.folder.path().join("data");
    let env = [
        ("PULSEBOARD_PASSWORD", PASSWORD),
        ("PULSEBOARD_DATA_DIR", data.to_str().expect("text")),
    ];
    let link = app.setup_link.clone().expect("a link");
    let (folder, add) = (app.folder.path(), ["user", "add", "ada", "--role", "admin"]);
    let ada = run_beside(folder, &add, &env).await;
    assert!(ada.status.success(), "{}", text(&ada.stderr));
    app.signed_in("ada").await;
    let secret = link.rsplit('/').next().expect("a secret");
    let late = json!({ "token": secret, "name": "eve", "password": PASSWORD });
    let late = app.client().post("/api/setup", &late).await;
    assert_eq!((late.status.as_u16(), late.code()), (403, "link_invalid"));
    let token = run_beside(
        folder,
        &["token", "create", "ci", "--scope", "ingest"],
        &env,
    )
    .await;
    assert!(token.status.success(), "{}", text(&token.stderr));
    let secret = text(&token.stdout).trim_end().to_owned();
    let event = json!({ "name": "no.such" });
    let sent = app.program(&secret).post("/api/events", &event).await;
    assert_ne!(sent.status, reqwest::StatusCode::UNAUTHORIZED, "{sent:?}");

    // The schema of another version stays as it is while its server runs.
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(data.join("pulseboard.db"));
    let mut outside = sqlx::ConnectOptions::connect(&options)
        .await
        .expect("opens");
    sqlx::query(
        "DELETE FROM _sqlx_migrations WHERE version = (SELECT MAX(version) FROM _sqlx_migrations)",
    )
    .execute(&mut outside)
    .await
    .expect("is older now");
    let bob = run_beside(folder, &["user", "add", "bob", "--role", "viewer"], &env).await;
    check_refused(
        &bob,
        "of another version of Pulseboard, whose server is running",
    );
}
