//! What is understood, what is text, and that nothing else comes of any input.

use proptest::prelude::*;

use super::*;

/// A short writing of blocks: `h1(…)`, `p(…)`, `em(…)`, …
fn shown(blocks: &[Block]) -> String {
    let words = |words: &[Inline]| words.iter().map(inline).collect::<String>();
    let block = |block: &Block| match block {
        Block::Heading(level, w) => format!("h{level}({})", words(w)),
        Block::Paragraph(w) => format!("p({})", words(w)),
        Block::Code(code) => format!("pre({code})"),
        Block::Rule => "hr".into(),
        Block::List { ordered, items } => {
            let items = items.iter().map(|item| format!("li({})", words(item)));
            let name = if *ordered { "ol" } else { "ul" };
            format!("{name}[{}]", items.collect::<String>())
        }
    };
    blocks.iter().map(block).collect::<Vec<_>>().join(" ")
}

fn inline(inline: &Inline) -> String {
    let all = |words: &[Inline]| words.iter().map(self::inline).collect::<String>();
    match inline {
        Inline::Text(text) => text.clone(),
        Inline::Code(code) => format!("code({code})"),
        Inline::Emphasis(words) => format!("em({})", all(words)),
        Inline::Strong(words) => format!("b({})", all(words)),
        Inline::Link { to, words } => format!("a<{to}>({})", all(words)),
    }
}

#[test]
fn texts() {
    let check = |text: &str, want: &str| assert_eq!(shown(&parse(text)), want, "{text:?}");
    check("", "");
    check(" \n\n", "");
    check("one\ntwo\n\nthree", "p(one two) p(three)");
    check(
        "# One\n## Two ##\n####### no",
        "h1(One) h2(Two) p(####### no)",
    );
    check("#no", "p(#no)");
    check("*a* **b** _c_ __d__", "p(em(a) b(b) em(c) b(d))");
    check("**a *b* c**", "p(b(a em(b) c))");
    check(
        "2 * 3 * 4 and snake_case_name",
        "p(2 * 3 * 4 and snake_case_name)",
    );
    check("* not closed **", "ul[li(not closed **)]");
    check("`a*b*` and \\*plain\\*", "p(code(a*b*) and *plain*)");
    check(
        "```rust\nlet a = 1;\n\n# b\n```\nc",
        "pre(let a = 1;\n\n# b) p(c)",
    );
    check("```\nnever closed", "pre(never closed)");
    check(
        "- a\n- b\n  goes on\n\n1. c\n2. d",
        "ul[li(a)li(b goes on)] ol[li(c)li(d)]",
    );
    check("---\n***", "hr hr");
    check(
        "[docs](/docs) [x](https://a.b/c?d=e)",
        "p(a</docs>(docs) a<https://a.b/c?d=e>(x))",
    );
    check("[*a*](#b)", "p(a<#b>(em(a)))");
    check("[a](javascript:alert(1))", "p([a](javascript:alert(1)))");
    check("![a](https://b.c/d.png)", "p(!a<https://b.c/d.png>(a))");
    check("<script>alert(1)</script>", "p(<script>alert(1)</script>)");
    check("<b onclick=x>*y*", "p(<b onclick=x>em(y))");
}

#[test]
fn links() {
    for (to, want) in [
        ("https://a.b", true),
        ("HTTP://a.b", true),
        ("mailto:a@b.c", true),
        ("/d/gallery", true),
        ("?range=300", true),
        ("#part", true),
        ("docs/a.html", true),
        ("", false),
        ("javascript:alert(1)", false),
        ("JaVaScRiPt:alert(1)", false),
        ("java\tscript:alert(1)", false),
        (" javascript:alert(1)", false),
        ("data:text/html,x", false),
        ("vbscript:x", false),
        ("//elsewhere.example", false),
        ("/\\elsewhere.example", false),
        ("https://a b", false),
        ("\u{0}https://a.b", false),
    ] {
        assert_eq!(is_safe(to), want, "{to:?}");
    }
}

/// Every link in it, and how deep it goes.
fn walk(words: &[Inline], depth: usize) -> Result<(), TestCaseError> {
    prop_assert!(depth <= usize::from(DEPTH) + 1);
    for inline in words {
        match inline {
            Inline::Link { to, words } => {
                let scheme = to.split(['/', '?', '#']).next().unwrap_or_default();
                let scheme = scheme.to_ascii_lowercase();
                let known =
                    ["http:", "https:"].contains(&&*scheme) || scheme.starts_with("mailto:");
                prop_assert!(known || !scheme.contains(':'), "{to:?}");
                prop_assert!(!to.contains(char::is_whitespace));
                walk(words, depth + 1)?;
            }
            Inline::Emphasis(words) | Inline::Strong(words) => walk(words, depth + 1)?,
            Inline::Text(_) | Inline::Code(_) => {}
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn no_input_leads_elsewhere(
        text in "([a-z]|[*_`#\\[\\]()<>!:/\\\\ \n\t.1-]|javascript:|https?://|mailto:|data:|```|é){0,80}"
    ) {
        for block in parse(&text) {
            match block {
                Block::Heading(level, words) => {
                    prop_assert!((1..=6).contains(&level));
                    walk(&words, 0)?;
                }
                Block::Paragraph(words) => walk(&words, 0)?,
                Block::List { items, .. } => {
                    for words in &items {
                        walk(words, 0)?;
                    }
                }
                Block::Code(_) | Block::Rule => {}
            }
        }
    }

    #[test]
    fn plain_words_stay_as_they_are(text in "[a-zåäö,;!? ]{1,60}") {
        let want = text.trim();
        let got = parse(&text);
        if want.is_empty() {
            prop_assert_eq!(got, []);
        } else {
            prop_assert_eq!(got, [Block::Paragraph(vec![Inline::Text(want.to_owned())])]);
        }
    }
}
