//! Rules, normal form, and the bounds of the queue.

use argon2::password_hash::{PasswordHasher, PasswordVerifier};

use super::*;

fn passwords() -> Passwords {
    Passwords::new(100)
}

#[tokio::test]
async fn a_password_verifies_against_its_own_hash_only() {
    let passwords = passwords();
    let hash = passwords
        .hash("correct horse".into())
        .await
        .expect("hashes");
    assert!(
        hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
        "{hash}"
    );
    // As any other program reads it.
    let phc = PasswordHash::new(&hash).expect("a PHC string");
    let other = argon2id().expect("parameters");
    assert!(other.verify_password(b"correct horse", &phc).is_ok());
    let check = async |password: &str, hash: Option<&str>| {
        passwords
            .verify(password.into(), hash.map(str::to_owned))
            .await
            .expect("verifies")
    };
    assert_eq!(check("correct horse", Some(&hash)).await, Verified::Yes);
    assert_eq!(check("correct horsE", Some(&hash)).await, Verified::No);
    assert_eq!(check("", Some(&hash)).await, Verified::No);
    assert_eq!(check("correct horse", None).await, Verified::No);
    assert_eq!(check(&"x".repeat(1025), Some(&hash)).await, Verified::No);
}

#[tokio::test]
async fn a_password_is_text_however_it_is_composed() {
    let (nfc, nfd) = ("Zo\u{eb} und Jos\u{e9}", "Zoe\u{308} und Jose\u{301}");
    let passwords = passwords();
    let hash = passwords.hash(nfc.into()).await.expect("hashes");
    let check = async |password: &str, hash: &str| {
        let verified = passwords.verify(password.into(), Some(hash.to_owned()));
        verified.await.expect("verifies")
    };
    assert_eq!(check(nfc, &hash).await, Verified::Yes);
    assert_eq!(check(nfd, &hash).await, Verified::Yes);
    let plain = check("Zoe und Jose", &hash).await;
    assert_eq!(plain, Verified::No);

    // Hashes of bytes, as they were made before.
    let old = |password: &str| {
        let salt = SaltString::encode_b64(&[7; 16]).expect("a salt");
        let argon2 = argon2id().expect("parameters");
        let hash = argon2.hash_password(password.as_bytes(), &salt);
        hash.expect("hashes").to_string()
    };
    assert_eq!(check(nfc, &old(nfc)).await, Verified::Yes);
    assert_eq!(check(nfd, &old(nfc)).await, Verified::Yes);
    assert_eq!(check(nfd, &old(nfd)).await, Verified::Outdated);
    assert_eq!(check("x", &old(nfd)).await, Verified::No);
}

#[tokio::test]
async fn a_hash_of_other_parameters_opens_and_is_outdated() {
    let passwords = passwords();
    let check = async |algorithm: Algorithm, m: u32, t: u32, want: Verified| {
        let salt = SaltString::encode_b64(&[7; 16]).expect("a salt");
        let params = Params::new(m, t, 1, None).expect("parameters");
        let argon2 = Argon2::new(algorithm, Version::V0x13, params);
        let hash = argon2.hash_password(b"correct horse", &salt);
        let hash = hash.expect("hashes").to_string();
        let verified = passwords.verify("correct horse".into(), Some(hash.clone()));
        assert_eq!(verified.await.expect("verifies"), want, "{hash}");
        let wrong = passwords.verify("wrong".into(), Some(hash));
        assert_eq!(wrong.await.expect("verifies"), Verified::No);
    };
    check(Algorithm::Argon2id, 19 * 1024, 2, Verified::Yes).await;
    check(Algorithm::Argon2id, 8 * 1024, 2, Verified::Outdated).await;
    check(Algorithm::Argon2id, 19 * 1024, 1, Verified::Outdated).await;
    check(Algorithm::Argon2i, 19 * 1024, 2, Verified::Outdated).await;
}

#[test]
fn nobody_costs_as_much_as_somebody() {
    let hash = PasswordHash::new(NOBODY).expect("a PHC string");
    let params = Params::try_from(&hash).expect("parameters");
    assert_eq!(
        (params.m_cost(), params.t_cost(), params.p_cost()),
        (19 * 1024, 2, 1)
    );
    assert_eq!(hash.hash.expect("a hash").len(), 32);
}

#[tokio::test]
async fn lengths() {
    let passwords = passwords();
    let check = async |length: usize, good: bool| {
        // What counts is what a person counts: these have two bytes each.
        for character in ["x", "\u{e9}"] {
            let hashed = passwords.hash(character.repeat(length)).await;
            assert_eq!(hashed.is_ok(), good, "{length} of {character}");
        }
    };
    check(0, false).await;
    check(7, false).await;
    check(8, true).await;
    check(1024, true).await;
    check(1025, false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sign_ins_at_once_share_one_buffer_which_is_given_back() {
    let passwords = passwords();
    let attempts = (0..12).map(|n| passwords.verify(format!("wrong {n}"), None));
    let verified = futures::future::join_all(attempts).await;
    assert!(verified.iter().all(|one| matches!(one, Ok(Verified::No))));
    let buffer = passwords.hasher.buffer();
    assert_eq!(buffer.allocations, 1);
    assert!(buffer.is_free());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn those_who_wait_are_bounded_and_one_who_gives_up_makes_room() {
    let passwords = Passwords::new(1);
    // Whoever hashes waits for the buffer here.
    let held = passwords.hasher.buffer.clone();
    let (locked, is_locked) = std::sync::mpsc::channel();
    let (release, released) = std::sync::mpsc::channel::<()>();
    let holder = std::thread::spawn(move || {
        let _held = held.lock();
        locked.send(()).expect("heard");
        // An error says that the test failed, and ends the hold too.
        let _ = released.recv();
    });
    is_locked.recv().expect("locked");
    let verify = |passwords: Passwords| async move { passwords.verify("x".into(), None).await };
    let first = tokio::spawn(verify(passwords.clone()));
    let second = tokio::spawn(verify(passwords.clone()));
    while passwords.hasher.queue.available_permits() > 0 {
        tokio::task::yield_now().await;
    }
    let third = passwords.verify("x".into(), None).await;
    assert!(matches!(third, Err(PasswordError::Busy)), "{third:?}");
    second.abort();
    first.abort();
    while passwords.hasher.queue.available_permits() == 0 {
        tokio::task::yield_now().await;
    }
    let fourth = tokio::spawn(verify(passwords.clone()));
    release.send(()).expect("held until now");
    assert!(matches!(fourth.await, Ok(Ok(Verified::No))));
    holder.join().expect("no panic");
}
