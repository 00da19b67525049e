//! Takes out of the page's program what can never be called, but is held by tables of functions
//! that no linker can see into. Should one be called after all, the page stops with `unreachable`
//! and does nothing wrong in silence.

use anyhow::ensure;
use walrus::ir::{Instr, Unreachable};
use walrus::{FunctionKind, LocalFunction, Module, ModuleConfig};
use wasm_bindgen_cli_support::Bindgen;

/// Ends of the names of functions, as compilers write them, before a hash: the asynchronous
/// hydration of any kind of view, the futures and effects in it, and the future of an effect whose
/// first value is waited for. The page is taken over at once: it has neither `Suspense` nor lazy
/// routes. These alone: LLVM makes one of functions that do the same, and a wider name could be
/// that of a function which others call by another. These have a place in the source in them (what
/// they panic with) or a table of their own, so none is the same as any other.
const NEVER_CALLED: [&str; 4] = [
    "8into_any13hydrate_async",
    "13hydrate_async28_$u7b$$u7b$closure$u7d$$u7d$",
    "13hydrate_async28_$u7b$$u7b$closure$u7d$$u7d$28_$u7b$$u7b$closure$u7d$$u7d$",
    "27new_with_async_value_erased28_$u7b$$u7b$closure$u7d$$u7d$",
];

/// Gives `bindgen` the program in `bytes`, without what is never called.
///
/// # Errors
/// When they are no WASM, or a name of the list is in no function any more: then the list is to
/// be brought up to date with leptos.
pub fn input<'a>(
    bindgen: &'a mut Bindgen,
    name: &str,
    bytes: &[u8],
) -> anyhow::Result<&'a mut Bindgen> {
    // As wasm-bindgen would read it: without name section and producers, not validated.
    let mut module = ModuleConfig::new()
        .strict_validate(false)
        .generate_name_section(false)
        .generate_producers_section(false)
        .parse(bytes)?;
    for part in NEVER_CALLED {
        ensure!(empty(&mut module, part) > 0, "no function is called {part}");
    }
    Ok(bindgen.input_module(name, module))
}

/// Empties every function whose name ends in `part` and a hash, and says how many there were.
fn empty(module: &mut Module, part: &str) -> usize {
    let hashed = format!("{part}17h");
    let mut count = 0;
    for function in module.funcs.iter_mut() {
        let named = function.name.as_ref().is_some_and(|n| n.contains(&hashed));
        if let (true, FunctionKind::Local(body)) = (named, &mut function.kind) {
            stop(body);
            count += 1;
        }
    }
    count
}

fn stop(function: &mut LocalFunction) {
    let entry = function.entry_block();
    let block = function.block_mut(entry);
    block.instrs.clear();
    let place = Default::default();
    block
        .instrs
        .push((Instr::Unreachable(Unreachable {}), place));
}

#[cfg(test)]
mod tests {
    use walrus::{FunctionBuilder, ValType};

    use super::*;

    #[test]
    fn only_what_is_named_is_empty() {
        let mut module = Module::default();
        for name in [
            "_ZN3app13hydrate_async17h0E",
            "_ZN3app7hydrate17h0E",
            "_ZN3app13hydrate_async5inner17h0E",
        ] {
            let mut function = FunctionBuilder::new(&mut module.types, &[], &[ValType::I32]);
            function.name(name.into()).func_body().i32_const(1);
            function.finish(Vec::new(), &mut module.funcs);
        }
        assert_eq!(empty(&mut module, "13hydrate_async"), 1);
        assert_eq!(empty(&mut module, "8suspense"), 0);
        let is_empty = |part: &str| {
            let function = module.funcs.iter().find(|f| {
                let name = f.name.as_deref().unwrap_or_default();
                name.contains(part)
            });
            let body = function.expect("it was added").kind.unwrap_local();
            let instrs = &body.block(body.entry_block()).instrs;
            matches!(instrs[..], [(Instr::Unreachable(_), _)])
        };
        assert!(is_empty("13hydrate_async17h"));
        assert!(!is_empty("7hydrate"));
        assert!(!is_empty("5inner"));
    }
}
