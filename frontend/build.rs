//! Has the linker of the program for viewing write down what refers to what: `cargo xtask site` cuts
//! files that are loaded later out of it by that.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "wasm32") {
        println!("cargo::rustc-link-arg-bin=viewing=--emit-relocs");
    }
}
