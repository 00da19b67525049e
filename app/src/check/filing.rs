//! What holds for the texts by which lists find a dashboard: its description, folder and tags.

use protocol::Dashboard;

use super::{Invalid, rule};

/// Longest description in characters.
const MAX_DESCRIPTION: usize = 500;
/// Longest folder in characters, with those that it is in.
const MAX_FOLDER: usize = 128;
/// How deep folders are in each other.
const MAX_DEPTH: usize = 4;
/// Tags of one dashboard.
const MAX_TAGS: usize = 20;
/// Longest tag in characters.
const MAX_TAG: usize = 32;

/// Checks description, folder and tags.
pub(super) fn check(dashboard: &Dashboard, note: &mut dyn FnMut(Result<(), Invalid>)) {
    note(check_description(&dashboard.description));
    note(check_folder(&dashboard.folder));
    let tags = &dashboard.tags;
    note(rule(tags.len() <= MAX_TAGS, "tags", || {
        format!(
            "there are {}; a dashboard has at most {MAX_TAGS}",
            tags.len()
        )
    }));
    for (place, tag) in tags.iter().enumerate().take(MAX_TAGS) {
        let path = format!("tags[{place}]");
        note(rule(is_name(tag, MAX_TAG, ','), &path, || {
            format!(
                "a tag has 1 to {MAX_TAG} characters, without commas, control characters or spaces \
                 at its ends"
            )
        }));
        note(rule(!tags[..place].contains(tag), &path, || {
            "it stands there twice".to_owned()
        }));
    }
}

fn check_description(description: &str) -> Result<(), Invalid> {
    let holds = description.chars().count() <= MAX_DESCRIPTION
        && !description.chars().any(|c| c.is_control() && c != '\n');
    rule(holds, "description", || {
        format!(
            "a description has at most {MAX_DESCRIPTION} characters and no control characters but \
             ends of lines"
        )
    })
}

fn check_folder(folder: &str) -> Result<(), Invalid> {
    if folder.is_empty() {
        return Ok(());
    }
    let holds = folder.chars().count() <= MAX_FOLDER
        && folder.split('/').count() <= MAX_DEPTH
        && folder.split('/').all(|name| is_name(name, MAX_FOLDER, '/'));
    rule(holds, "folder", || {
        format!(
            "a folder is at most {MAX_DEPTH} names with `/` between them, {MAX_FOLDER} characters in \
             all; no name is empty, has control characters or spaces at its ends"
        )
    })
}

fn is_name(name: &str, longest: usize, without: char) -> bool {
    (1..=longest).contains(&name.chars().count())
        && name.trim() == name
        && !name.chars().any(|c| c.is_control() || c == without)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lists_find_a_dashboard_by_has_bounds() {
        let filed = |description: &str, folder: &str, tags: &[&str]| {
            let dashboard = Dashboard {
                description: description.into(),
                folder: folder.into(),
                tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
                ..Dashboard::default()
            };
            let mut found = Vec::new();
            check(&dashboard, &mut |checked| found.extend(checked.err()));
            found.into_iter().next().map(|invalid| invalid.path)
        };
        let (long, many) = ("x".repeat(501), ["a"; 21]);
        let tag = "x".repeat(33);
        for (description, folder, tags, want) in [
            ("", "", &[][..], None),
            ("One\nTwo", "Shop/Web", &["web", "eu 1"], None),
            (&long, "", &[], Some("description")),
            ("a\u{7}", "", &[], Some("description")),
            ("", "/Shop", &[], Some("folder")),
            ("", "Shop/", &[], Some("folder")),
            ("", "Shop//Web", &[], Some("folder")),
            ("", "Shop/ Web", &[], Some("folder")),
            ("", "a/b/c/d/e", &[], Some("folder")),
            ("", "a\nb", &[], Some("folder")),
            ("", "", &many, Some("tags")),
            ("", "", &["a", ""], Some("tags[1]")),
            ("", "", &["a", "b", "a"], Some("tags[2]")),
            ("", "", &["a,b"], Some("tags[0]")),
            ("", "", &[&tag], Some("tags[0]")),
        ] {
            let found = filed(description, folder, tags);
            assert_eq!(found.as_deref(), want, "{folder:?} {tags:?}");
        }
    }
}
