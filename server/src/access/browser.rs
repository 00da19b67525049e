//! What a list of sessions calls a browser: short words from its `User-Agent`.

/// Browsers by what their header holds, in the order in which they are looked for: most hold the names
/// of those that they are compatible with, too.
const BROWSERS: [(&str, &str); 7] = [
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];
/// Systems, in the same way.
const SYSTEMS: [(&str, &str); 7] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];
/// Most characters that are kept of a header that is no browser's.
const MAX_CHARACTERS: usize = 64;

/// `Firefox on Linux`, or the beginning of the header. Never holds control characters.
pub fn browser_name(user_agent: &str) -> String {
    let find = |names: &[(&str, &'static str)]| {
        let mut names = names.iter();
        names.find_map(|(part, name)| user_agent.contains(part).then_some(*name))
    };
    match (find(&BROWSERS), find(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, _) => {
            let shown = user_agent.chars().filter(|c| !c.is_control());
            let shown: String = shown.take(MAX_CHARACTERS).collect();
            shown.trim().to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::browser_name;

    #[test]
    fn browsers_have_short_names() {
        let check = |header: &str, want: &str| assert_eq!(browser_name(header), want, "{header}");
        check(
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox on Linux",
        );
        let chrome = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
        check(
            &format!("Mozilla/5.0 (Linux; Android 15) {chrome}"),
            "Chrome on Android",
        );
        check(
            &format!("Mozilla/5.0 (Windows NT 10.0; Win64; x64) {chrome} Edg/140.0.0.0"),
            "Edge on Windows",
        );
        check(
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 \
             (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
            "Safari on iPhone",
        );
        check("curl/8.5.0", "curl/8.5.0");
        check(" a\u{1b}[31mb ", "a[31mb");
        check("", "");
        check(&"x".repeat(1_000), &"x".repeat(64));
    }
}
