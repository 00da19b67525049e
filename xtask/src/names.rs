//! Short names for what the page's program takes from its script: wasm-bindgen's own are long and
//! end in sixteen random digits, which no compression can shorten. Comments and indentation of the
//! script go as well. Invariant: script and program agree on every name.

use walrus::Module;

/// Digits at the end of a name that wasm-bindgen made.
const DIGITS: usize = 16;

/// Renames what `module` imports, and says how: old and new name of each.
pub fn shorten(module: &mut Module) -> Vec<(String, String)> {
    let mut renamed = Vec::new();
    for import in module.imports.iter_mut() {
        if is_random(&import.name) {
            let short = format!("i{}", renamed.len());
            let long = std::mem::replace(&mut import.name, short.clone());
            renamed.push((long, short));
        }
    }
    renamed
}

/// The script with the new names, and without what only people read.
pub fn script(text: &str, renamed: &[(String, String)]) -> String {
    let mut text = without_comments(text);
    for (long, short) in renamed {
        text = text.replace(long.as_str(), short);
    }
    text
}

fn is_random(name: &str) -> bool {
    let (_, digits) = name.rsplit_once('_').unwrap_or_default();
    digits.len() == DIGITS && digits.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Only comments that fill lines, which is how wasm-bindgen writes them; texts over several lines,
/// where an indentation would mean something, it has none.
fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut inside = false;
    for line in text.lines().map(str::trim_start) {
        inside |= line.starts_with("/**");
        if !inside && !line.is_empty() && !line.starts_with("//") {
            out.push_str(line);
            out.push('\n');
        }
        inside &= !line.ends_with("*/");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_scripts() {
        let mut module = Module::default();
        let ty = module.types.add(&[], &[]);
        let long = "__wbg_fill_0123456789abcdef";
        for name in [long, "__wbindgen_init", "memory_0123456789abcdeg", ""] {
            module.add_import_func("./a_bg.js", name, ty);
        }
        let renamed = shorten(&mut module);
        assert_eq!(renamed, [(long.to_string(), "i0".to_string())]);
        let names: Vec<_> = module.imports.iter().map(|i| i.name.as_str()).collect();
        assert_eq!(
            names,
            ["i0", "__wbindgen_init", "memory_0123456789abcdeg", ""]
        );
        let text = "/**\n * Says.\n */\nconst a = {\n    // Why.\n    __wbg_fill_0123456789abcdef: \
                    function() { return 'https://x'; },\n\n    /** One line. */\n    b: 1 / 2,\n};\n";
        let want = "const a = {\ni0: function() { return 'https://x'; },\nb: 1 / 2,\n};\n";
        assert_eq!(script(text, &renamed), want);
    }
}
