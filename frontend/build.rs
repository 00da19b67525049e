//! Has the linker of the programs that are cut write down what refers to what: `cargo xtask site` cuts
//! files that are loaded later out of them by that.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "wasm32") {
        for program in ["viewing", "editing"] {
            println!("cargo::rustc-link-arg-bin={program}=--emit-relocs");
        }
        // The program with every page, which cargo-leptos builds, is whole.
        if std::env::var_os("CARGO_FEATURE_EVERY_PAGE").is_none() {
            println!("cargo::rustc-link-arg-cdylib=--emit-relocs");
        }
    }
}
