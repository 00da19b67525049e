//! Ids of users and tokens.

use super::*;

#[tokio::test]
async fn an_id_of_a_user_or_token_does_not_come_again() {
    let (_folder, storage, mut outside) = fresh().await;
    let mut made = Vec::new();
    for number in 1..=3u8 {
        let name = format!("u{number}");
        let user = AddUser {
            name: &name,
            password_hash: "",
            roles: &[],
            now_ms: 0,
        };
        let user = storage.add_user(user).await.expect("adds").expect("is new");
        let token = add_token(&storage, number).await.expect("adds");
        let token = token.expect("has room");
        made.push((user, token));
        outside
            .execute("DELETE FROM users; DELETE FROM tokens")
            .await
            .expect("removes");
    }
    assert_eq!(made, [(1, 1), (2, 2), (3, 3)]);
    let link = [9; 32];
    storage.set_setup_link(&link, 10).await.expect("sets");
    let first = AddUser {
        name: "first",
        password_hash: "",
        roles: &[],
        now_ms: 0,
    };
    let id = storage.use_setup_link(&link, first).await.expect("makes");
    assert_eq!(id, Some(4));
}
