//! What is understood, what is text, and that nothing else comes of any input.

use proptest::prelude::*;

use super::*;

/// A short writing of nodes: `h1(…)`, `p(…)`, `em(…)`, …
fn shown(nodes: &[TextNode]) -> String {
    nodes.iter().map(one).collect()
}

fn one(node: &TextNode) -> String {
    let TextNode { kind, text, of } = node;
    let name = match kind {
        TextKind::Text => return text.clone(),
        TextKind::Code => return format!("code({text})"),
        TextKind::CodeBlock => return format!("pre({text})"),
        TextKind::Link => return format!("a<{text}>({})", shown(of)),
        TextKind::OrderedList => return format!("ol{text}({})", shown(of)),
        TextKind::Rule => return "hr".into(),
        TextKind::Break => return "br".into(),
        TextKind::Paragraph => "p",
        TextKind::Heading1 => "h1",
        TextKind::Heading2 => "h2",
        TextKind::Heading3 => "h3",
        TextKind::List => "ul",
        TextKind::Item => "li",
        TextKind::Quote => "quote",
        TextKind::Table => "table",
        TextKind::Head => "head",
        TextKind::Row => "row",
        TextKind::Cell => "cell",
        TextKind::Emphasis => "em",
        TextKind::Strong => "b",
        TextKind::Strike => "s",
    };
    format!("{name}({})", shown(of))
}

#[test]
fn texts() {
    let check = |text: &str, want: &str| assert_eq!(shown(&parse(text)), want, "{text:?}");
    check("", "");
    check(" \n\n", "");
    check("one\ntwo\n\nthree", "p(one two)p(three)");
    check("one  \ntwo", "p(onebrtwo)");
    check(
        "# One\n## Two ##\n#### Four\n####### no",
        "h1(One)h2(Two)h3(Four)p(####### no)",
    );
    check("#no", "p(#no)");
    check("*a* **b** _c_ __d__ ~~e~~", "p(em(a) b(b) em(c) b(d) s(e))");
    check("**a *b* c**", "p(b(a em(b) c))");
    check(
        "2 * 3 * 4 and snake_case_name",
        "p(2 * 3 * 4 and snake_case_name)",
    );
    check("* not closed **", "ul(li(not closed **))");
    check("`a*b*` and \\*plain\\*", "p(code(a*b*) and *plain*)");
    check(
        "```rust\nlet a = 1;\n\n# b\n```\nc",
        "pre(let a = 1;\n\n# b)p(c)",
    );
    check("```\nnever closed", "pre(never closed)");
    check(
        "- a\n- b\n  goes on\n\n3. c\n4. d",
        "ul(li(a)li(b goes on))ol3(li(c)li(d))",
    );
    check("---\n***", "hrhr");
    check("> a\n> b", "quote(p(a b))");
    check("<https://a.b/c>", "p(a<https://a.b/c>(https://a.b/c))");
    check("[*a*](#b)", "p(a<#b>(em(a)))");
    check(
        "[docs](/docs) [x](https://a.b/c?d=e)",
        "p(a</docs>(docs) a<https://a.b/c?d=e>(x))",
    );
    check("[a](javascript:alert(1))", "p([a](javascript:alert(1)))");
    check("b ![*a*](data:x) c", "p(b ![*a*](data:x) c)");
    check("![a](https://b.c/d.png)", "p(a<https://b.c/d.png>(a))");
    check(
        "a <script>alert(1)</script>",
        "p(a <script>alert(1)</script>)",
    );
    check("<b onclick=x>*y*", "p(<b onclick=x>em(y))");
    check("<div>\n*y*\n</div>", "p(<div>\n*y*\n</div>)");
}

#[test]
fn a_link_may_hold_brackets() {
    let check = |text: &str, want: &str| assert_eq!(shown(&parse(text)), want, "{text:?}");
    check("[w](https://e.org/a_(b))", "p(a<https://e.org/a_(b)>(w))");
    check("[w](<https://e.org/a)b>)", "p(a<https://e.org/a)b>(w))");
    check("[a [b] c](/d)", "p(a</d>(a [b] c))");
    check("[a](/b \"title\")", "p(a</b>(a))");
    check("[a]\n\n[a]: /b", "p(a</b>(a))");
}

#[test]
fn lists_hold_lists_and_tables_are_tables() {
    let check = |text: &str, want: &str| assert_eq!(shown(&parse(text)), want, "{text:?}");
    check(
        "- a\n  - b\n    1. c\n- d",
        "ul(li(aul(li(bol1(li(c)))))li(d))",
    );
    check("- a\n\n  b", "ul(li(p(a)p(b)))");
    check(
        "| a | *b* |\n|---|--:|\n| 1 | `2` |",
        "table(head(cell(a)cell(em(b)))row(cell(1)cell(code(2))))",
    );
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

#[test]
fn what_is_too_deep_is_there_and_not_deeper() {
    for text in [
        "> ".repeat(3_000) + "a",
        "*".repeat(5_000) + "a" + &"*".repeat(5_000),
    ] {
        let nodes = parse(&text);
        assert!(nodes.iter().any(|node| node.words().contains('a')));
        walk(&nodes, 1).expect("safe");
    }
}

/// Every link in it, and how deep it goes.
fn walk(nodes: &[TextNode], depth: usize) -> Result<(), TestCaseError> {
    for node in nodes {
        prop_assert!(depth <= DEPTH);
        if node.kind == TextKind::Link {
            let to = &node.text;
            let scheme = to.split(['/', '?', '#']).next().unwrap_or_default();
            let scheme = scheme.to_ascii_lowercase();
            let known = ["http:", "https:"].contains(&&*scheme) || scheme.starts_with("mailto:");
            prop_assert!(known || !scheme.contains(':'), "{to:?}");
            prop_assert!(!to.contains(char::is_whitespace));
        }
        walk(&node.of, depth + 1)?;
    }
    Ok(())
}

proptest! {
    #[test]
    fn no_input_leads_elsewhere(
        text in "([a-z]|[*_`#\\[\\]()<>!:/|~\\\\ \n\t.1-]|javascript:|https?://|mailto:|data:|```|é){0,80}"
    ) {
        walk(&parse(&text), 1)?;
    }

    #[test]
    fn plain_words_stay_as_they_are(text in "[a-zåäö,;!? ]{1,60}") {
        let want = text.trim();
        let got = parse(text.trim_start());
        if want.is_empty() {
            prop_assert_eq!(got, []);
        } else {
            let words = TextNode::leaf(TextKind::Text, want);
            prop_assert_eq!(got, [TextNode::new(TextKind::Paragraph, vec![words])]);
        }
    }
}
