//! Text grows with what people chose in their browser. Invariant: outside of paper no size of text is in
//! pixels, and no width at which the page changes.

use std::fs;
use std::path::Path;

#[test]
fn sizes_of_text_are_in_rem_and_breakpoints_in_em() {
    let style = Path::new(env!("CARGO_MANIFEST_DIR")).join("../style");
    let mut seen = 0;
    for entry in fs::read_dir(style).expect("the folder of style sheets") {
        let path = entry.expect("an entry").path();
        // A sheet of paper has a width in millimetres, and nobody zooms it.
        if path.ends_with("paper.css") {
            continue;
        }
        let css = fs::read_to_string(&path).expect("a style sheet");
        for (number, line) in css.lines().enumerate() {
            let place = format!("{}:{}", path.display(), number + 1);
            for (at, _) in line.match_indices("font") {
                let rest = &line[at..];
                let value = rest.split([';', '}']).next().unwrap_or_default();
                let is_size = value.starts_with("font-size:") || value.starts_with("font:");
                assert!(
                    !(is_size && value.contains("px")),
                    "{place}: `{value}`: 16px are 1rem"
                );
                seen += usize::from(is_size);
            }
            let asks = line.starts_with('@') && line.contains("width:");
            assert!(
                !(asks && line.contains("px")),
                "{place}: 720px are 45em, in a container 45rem"
            );
        }
    }
    assert!(seen > 40, "{seen} sizes of text");
}
