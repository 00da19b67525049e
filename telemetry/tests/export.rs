//! The test that `docs/CONTRACT.md` has a program write, as it is printed there.

use std::fs;
use std::panic::catch_unwind;
use std::path::Path;

const DOCUMENT: &str = include_str!("../../docs/CONTRACT.md");

telemetry::events! {
    SHOP;

    /// A customer finished a checkout.
    CHECKOUT_STOP = "shop.checkout.stop" {
        measurements { duration: Second, items: None }
        metadata { region, result }
    }
}

fn the_contract_is_exported() -> Result<(), Box<dyn std::error::Error>> {
    let contract = telemetry::contract::Contract::new([SHOP])?;
    let json = serde_json::to_string_pretty(&contract)? + "\n";
    let before = std::fs::read_to_string("contract.json").unwrap_or_default();
    std::fs::write("contract.json", &json)?;
    assert_eq!(
        before, json,
        "contract.json was out of date; commit the new one"
    );
    Ok(())
}

/// Letters and signs, however the lines are broken.
fn dense(text: &str) -> String {
    let dense: String = text.split_whitespace().collect();
    dense.replace(",)", ")")
}

#[test]
fn what_is_printed_is_what_runs_here() {
    let mut printed = DOCUMENT
        .split("```")
        .filter(|block| block.contains("#[test]"));
    let printed = printed.next().expect("the document prints a test");
    let code = printed.strip_prefix("rust\n#[test]\n").expect("a test");
    let here = dense(include_str!("export.rs"));
    assert!(here.contains(&dense(code)), "{code}");
}

/// The only test here that looks at the working folder, which is the whole process's.
#[test]
fn the_printed_test_writes_the_file_and_fails_when_it_was_out_of_date() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("export");
    fs::create_dir_all(&folder).expect("can be written");
    std::env::set_current_dir(&folder).expect("is there");
    let runs = || catch_unwind(|| the_contract_is_exported().expect("can be written")).is_ok();
    fs::write("contract.json", "{\"events\": []}\n").expect("can be written");
    assert!(!runs(), "it was out of date");
    let written = fs::read_to_string("contract.json").expect("was written");
    assert!(written.contains("shop.checkout.stop"), "{written}");
    assert!(runs(), "it is true now");
    fs::remove_file("contract.json").expect("was written");
    assert!(!runs(), "there was none");
    assert!(runs(), "there is one now");
}
