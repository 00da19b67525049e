//! Which value stands, and what is reported of those that cannot.

use super::*;

fn merged(overrides: impl Into<Overrides>, toml: &str) -> Result<Config, ConfigError> {
    Config::merge(overrides.into(), File::parse(Path::new("p.toml"), toml)?)
}

#[test]
fn defaults() {
    let config = merged(Overrides::default(), "").expect("holds");
    assert_eq!(config.addr.to_string(), "127.0.0.1:3000");
    assert_eq!(config.database, Path::new("data/pulseboard.db"));
    assert_eq!(config.limits, Limits::default());
    assert!(config.admin_password.is_none() && !config.trust_proxy);
}

#[test]
fn flags_stand_over_the_file() {
    let flags = Settings {
        addr: Some("127.0.0.1:1".into()),
        ..Settings::default()
    };
    let toml = "addr = '127.0.0.1:2'\ndata_dir = '/d'\npublic_url = 'https://p.example/'";
    let config = merged(flags, toml).expect("holds");
    assert_eq!(config.addr.port(), 1);
    assert_eq!(config.database, Path::new("/d/pulseboard.db"));
    assert_eq!(config.public_url.as_deref(), Some("https://p.example"));
}

#[test]
fn databases() {
    let check = |url: &str, expect: Option<&str>| {
        let given = Given::new(url.to_owned(), Source::Flag("--database-url"));
        let path = database(Some(given), Path::new("d")).ok();
        assert_eq!(path.as_deref(), expect.map(Path::new), "{url}");
    };
    check("sqlite:x.db", Some("x.db"));
    check("sqlite:///var/x.db", Some("/var/x.db"));
    check("sqlite:", None);
    check("sqlite://", None);
    check("postgres://h/d", None);
    check("", None);
}

#[test]
fn empty_is_unset_wherever_it_stands() {
    let flags = Settings {
        addr: Some(String::new()),
        database_url: Some("\n".into()),
        data_dir: Some(PathBuf::new()),
        admin_password: Some("\n".into()),
        public_url: Some(String::new()),
        ..Settings::default()
    };
    let file = "addr = ''\npublic_url = ''\nadmin_password = ''\ndata_dir = ''\n\
                database_url = ''";
    for toml in ["", file] {
        let config = merged(flags.clone(), toml).expect("holds");
        assert_eq!(config.addr.to_string(), "127.0.0.1:3000");
        assert_eq!(config.database, Path::new("data/pulseboard.db"));
        assert!(config.public_url.is_none() && config.admin_password.is_none());
    }
    // An empty flag leaves what stands below it.
    let toml = "addr = '127.0.0.1:2'\npublic_url = 'HTTPS://P.example:443/'";
    let config = merged(flags, toml).expect("holds");
    assert_eq!(config.addr.port(), 2);
    assert_eq!(config.public_url.as_deref(), Some("https://p.example"));
}

#[test]
fn an_error_names_what_was_given_once() {
    let settings = |addr: &str| Settings {
        addr: Some(addr.to_owned()),
        ..Settings::default()
    };
    let flag = |addr: &str| Overrides::from(settings(addr));
    let variable = |addr: &str| Overrides {
        environment: settings(addr),
        ..Overrides::default()
    };
    let check = |overrides: Overrides, expect: &str| {
        let error = merged(overrides, "\naddr = 'x'").expect_err("rejected");
        let error = error.to_string();
        let rest = error
            .strip_prefix(expect)
            .unwrap_or_else(|| panic!("{error}"));
        assert!(!rest.contains("addr") && !rest.contains("ADDR"), "{error}");
    };
    check(flag("x"), "--addr: `x` is not IP:PORT");
    check(variable("y"), "PULSEBOARD_ADDR: `y` is not IP:PORT");
    check(Overrides::default(), "p.toml:2: addr: `x` is not IP:PORT");
    let password = "\n\nadmin_password = 'short'";
    let config = merged(Overrides::default(), password).expect("holds");
    let source = config.admin_password.expect("given").source;
    assert_eq!(source.to_string(), "p.toml:3: admin_password");
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let check = |toml: &str, expect: &str| {
        let error = merged(Overrides::default(), toml)
            .expect_err("refused")
            .to_string();
        assert!(error.starts_with(expect), "{error}");
        assert_eq!(error.lines().count(), 1, "{error}");
    };
    check(
        "addr = '127.0.0.1:3000'\nadress = 1",
        "p.toml:2: adress: unknown field `adress`",
    );
    check("addr = 3", "p.toml:1: addr: invalid type: integer `3`");
    check("a = ", "p.toml:1: ");
    check(
        "[limits]\nmax_body = 3",
        "p.toml:2: limits.max_body: unknown field",
    );
    check(
        "\n[limits]\nsession_hours = 0",
        "p.toml:3: limits.session_hours: 0 is out of range",
    );
    check(
        "[pipeline]\nflush_ms = 3",
        "p.toml:2: pipeline.flush_ms: 3 is out of range",
    );
    check(
        "[limits]\nmax_body_bytes = -1",
        "p.toml:2: limits.max_body_bytes: ",
    );
    check(
        "statsd_addr = '127.0.0.1:8125'",
        "p.toml:1: statsd_addr: unknown field",
    );
    check("roles = ['ops', 'ops']", "p.toml:1: roles[1]: ");
    check("roles = ['']", "p.toml:1: roles[0]: ");
    check("roles = ['admin']", "p.toml:1: roles[0]: is there always");
    check(
        "roles = ['ops']\n[[metrics]]\nname = 'a.b'\nkind = 'counter'\nevent = 'a'\n\
         required_roles = ['ops', 'opps']",
        "p.toml:2: metrics[0].required_roles[1]: there is no role `opps`",
    );
    check(
        "\n[[metrics]]\nname = 'a.b'\nkind = 'nope'",
        "p.toml:4: metrics[0].kind: unknown variant",
    );
    check(
        "[[metrics]]\nname = 'a.b'\nkind = 'distribution'\nevent = 'a'\nmeasurement = 'b'",
        "p.toml:1: metrics[0].buckets: ",
    );
    check(
        "[[metrics]]\nname = 'a.b'\nkind = 'distribution'\nevent = 'a'\nmeasurement = 'b'\n\
         buckets = { exponential = { first = 1, factor = 1, count = 8 } }",
        "p.toml:1: metrics[0].buckets.exponential.factor: ",
    );
    check(
        "[[metrics]]\nname = 'a.b'\nkind = 'counter'\nevent = 'a'\n\
         keep = { x = 'a*', y = 1 }\ndrop = { z = ['b', 'c'] }",
        "p.toml:1: metrics[0].drop: ",
    );
    check(
        "addr = 'localhost'",
        "p.toml:1: addr: `localhost` is not IP:PORT",
    );
    check("public_url = 'p.example'", "p.toml:1: public_url: ");
    check(
        "public_url = 'https://p.example/board'",
        "p.toml:1: public_url: `https://p.example/board` has a path",
    );
    check(
        "public_url = 'ftp://p.example'",
        "p.toml:1: public_url: `ftp://p.example` begins neither",
    );
    check(
        "public_url = 'https://me@p.example?x'",
        "p.toml:1: public_url: ",
    );
}
