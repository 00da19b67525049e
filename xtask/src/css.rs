//! Makes one stylesheet out of several: replaces the `@import` rules at the top of a file by what
//! they name. As in CSS itself, an import counts only before the first other rule.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

/// Reads a stylesheet and what it imports, in order. `read` gives the text at a path; an import is
/// resolved against the folder of the file it stands in. `layer(name)` and a bare `layer` become
/// a layer block.
///
/// # Errors
/// When a file cannot be read, imports itself by way of others, or has an import that cannot be
/// inlined: from another site, or with a condition.
pub fn inline(
    path: &Path,
    read: &impl Fn(&Path) -> std::io::Result<String>,
) -> anyhow::Result<String> {
    inline_into(path, read, &mut Vec::new())
}

/// A stylesheet without comments and indentation, which only people read. The sheets have no text
/// that goes over several lines or holds the beginning of a comment.
pub fn without_words(style: &str) -> String {
    let mut out = String::with_capacity(style.len());
    let mut rest = style;
    while let Some((before, after)) = rest.split_once("/*") {
        out.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    let lines = out.lines().map(str::trim).filter(|line| !line.is_empty());
    let ends = |line: &str| line.ends_with(['{', '}', ';', ',']);
    lines
        .flat_map(|line| [line, if ends(line) { "" } else { " " }])
        .collect()
}

fn inline_into(
    path: &Path,
    read: &impl Fn(&Path) -> std::io::Result<String>,
    open: &mut Vec<PathBuf>,
) -> anyhow::Result<String> {
    if open.iter().any(|other| other == path) {
        bail!("{} imports itself", path.display());
    }
    let text = read(path).with_context(|| format!("cannot read {}", path.display()))?;
    open.push(path.to_path_buf());
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    loop {
        let (gap, after) = rest.split_at(gap_len(rest));
        out.push_str(gap);
        rest = after;
        let Some((statement, after)) = leading_statement(rest) else {
            break;
        };
        if let Some(import) = statement.strip_prefix("@import") {
            let (target, layer) = parse_import(import)
                .with_context(|| format!("in {}: `{statement}`", path.display()))?;
            let target = path.with_file_name(target);
            let inner = inline_into(&target, read, open)?;
            match layer {
                Some(name) => out.push_str(&format!("@layer {name}{{\n{inner}}}\n")),
                None => out.push_str(&inner),
            }
        } else {
            out.push_str(statement);
            out.push(';');
        }
        rest = after;
    }
    out.push_str(rest);
    open.pop();
    Ok(out)
}

/// The length of the white space and comments at the start.
fn gap_len(text: &str) -> usize {
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        match rest.strip_prefix("/*") {
            Some(comment) => rest = comment.split_once("*/").map_or("", |(_, after)| after),
            None => return text.len() - rest.len(),
        }
    }
}

/// A rule without a block that may stand among imports, and what follows its semicolon.
fn leading_statement(text: &str) -> Option<(&str, &str)> {
    let (statement, after) = text.split_once(';')?;
    let leads = ["@import", "@layer", "@charset"]
        .iter()
        .any(|rule| statement.starts_with(rule));
    (leads && !statement.contains('{')).then_some((statement, after))
}

/// The file and the layer of an import. A layer without a name is an empty string.
fn parse_import(import: &str) -> anyhow::Result<(&str, Option<&str>)> {
    let import = import.trim();
    let (quoted, rest) = match import.strip_prefix("url(") {
        Some(url) => url.split_once(')').context("`)` is missing")?,
        None => {
            let quote = import.chars().next().filter(|c| matches!(c, '"' | '\''));
            let end = quote.and_then(|quote| import[1..].find(quote));
            import.split_at(end.context("a quoted file name is missing")? + 2)
        }
    };
    let file = quoted.trim().trim_matches(['"', '\'']);
    if file.is_empty() || file.starts_with('/') || file.contains("//") {
        bail!("only files beside this one can be imported");
    }
    let layer = match rest.trim() {
        "" => None,
        "layer" => Some(""),
        other => Some(
            other
                .strip_prefix("layer(")
                .and_then(|name| name.strip_suffix(')'))
                .context("an import with a condition cannot be inlined")?,
        ),
    };
    Ok((file, layer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_left_out() {
        let check = |style: &str, expect: &str| assert_eq!(without_words(style), expect);
        check("", "");
        check("/* A */\n.a {\n  b: c; /* d\n e */\n\n}\n", ".a {b: c;}");
        check(".a { b: c }", ".a { b: c }");
        check(".a {} /* never ends", ".a {}");
    }

    fn read(path: &Path) -> std::io::Result<String> {
        let text = match path.to_str().unwrap_or_default() {
            "s/a.css" => "a{b:c}\n",
            "s/deep/b.css" => "@import 'c.css';b{}\n",
            "s/deep/c.css" => "c{}\n",
            "s/loop.css" => "@import \"again.css\";",
            "s/again.css" => "@import \"loop.css\";",
            _ => return Err(std::io::ErrorKind::NotFound.into()),
        };
        Ok(text.to_string())
    }

    #[test]
    fn imports_are_replaced_in_order() {
        fn check(main: &str, expect: Option<&str>) {
            let found = inline(Path::new("s/main.css"), &|path: &Path| {
                if path == Path::new("s/main.css") {
                    Ok(main.to_string())
                } else {
                    read(path)
                }
            });
            assert_eq!(
                found.as_deref().ok(),
                expect,
                "{main}: {:?}",
                found.as_ref().err()
            );
        }
        check("", Some(""));
        check("x{}", Some("x{}"));
        check("@import \"a.css\";x{}", Some("a{b:c}\nx{}"));
        check("@import url(a.css);", Some("a{b:c}\n"));
        check("@import url(\"a.css\") ;", Some("a{b:c}\n"));
        check(
            "@import 'deep/b.css';@import 'a.css';x{}",
            Some("c{}\nb{}\na{b:c}\nx{}"),
        );
        check(
            "@import \"a.css\" layer(base);",
            Some("@layer base{\na{b:c}\n}\n"),
        );
        check("@import \"a.css\" layer;", Some("@layer {\na{b:c}\n}\n"));
        check(
            "@layer one, two;\n@import \"a.css\";",
            Some("@layer one, two;\na{b:c}\n"),
        );
        check(
            "/* @import \"none.css\"; */ @import \"a.css\";",
            Some("/* @import \"none.css\"; */ a{b:c}\n"),
        );
        check("/* unclosed", Some("/* unclosed"));
        check("@layer base { x{y:z;} }", Some("@layer base { x{y:z;} }"));
        check(
            "x{y:z;} @import \"a.css\";",
            Some("x{y:z;} @import \"a.css\";"),
        );
        check("@import \"none.css\";", None);
        check("@import \"loop.css\";", None);
        check("@import \"main.css\";", None);
        check("@import \"a.css\" screen;", None);
        check("@import url(https://example.com/a.css);", None);
        check("@import \"//example.com/a.css\";", None);
        check("@import \"/a.css\";", None);
        check("@import \"\";", None);
        check("@import \"a.css;", None);
        check("@import ;", None);
    }
}
