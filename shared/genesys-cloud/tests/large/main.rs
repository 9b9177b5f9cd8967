//! An organisation of 20,000 users, in bounded memory. A program of its own, whose memory is
//! measured.

#[cfg(test)]
mod tests {
    use std::fs;

    use axum::extract::Query;
    use axum::http::header::CONTENT_TYPE;
    use axum::response::IntoResponse;
    use axum::routing::{get, post};
    use axum::serve::ListenerExt;
    use axum::{Json, Router};
    use genesys_cloud::{Client, ClientCredentials, Site, UserId, http_client};
    use serde_json::{Value, json};
    use tokio::net::TcpListener;

    const USERS: usize = 20_000;

    async fn token() -> Json<Value> {
        Json(json!({ "access_token": "token", "expires_in": 86399 }))
    }

    /// Everybody asked for, with the 3 KB that Genesys sends of each.
    async fn users(Query(query): Query<Vec<(String, String)>>) -> impl IntoResponse {
        let padding = "x".repeat(3_000);
        let ids = query.into_iter().filter(|(name, _)| name == "id");
        let entities: Vec<String> = ids
            .map(|(_, id)| format!(r#"{{"id":"{id}","state":"active","email":"{id}@example.com","images":["{padding}"]}}"#))
            .collect();
        let body = format!(r#"{{"pageCount":1,"entities":[{}]}}"#, entities.join(","));
        ([(CONTENT_TYPE, "application/json")], body)
    }

    /// The most memory that this process ever used, in MiB.
    fn peak() -> Option<u64> {
        let status = fs::read_to_string("/proc/self/status").ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        line.split_whitespace().next()?.parse::<u64>().ok().map(|kib| kib / 1024)
    }

    #[tokio::test]
    async fn twenty_thousand_users_are_read_in_less_than_the_size_of_their_answers() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
        let routes =
            Router::new().route("/oauth/token", post(token)).route("/api/v2/users", get(users));
        let serving = tokio::spawn(async move { axum::serve(listener, routes).await });

        let site = Site::at(url.parse().unwrap(), url.parse().unwrap());
        let credentials = ClientCredentials::new("id", "secret").unwrap();
        let client = Client::new(http_client().unwrap(), site, credentials);
        let ids: Vec<UserId> =
            (0..USERS).map(|number| format!("user-{number:036}").parse().unwrap()).collect();
        let read = client.users(&ids).await.unwrap();
        assert!(read.iter().map(|user| &user.id).eq(&ids));
        // The answers take 60 MiB, the process by itself some 15.
        if let Some(peak) = peak() {
            println!("{USERS} users read with a peak of {peak} MiB");
            assert!(peak < 50, "{peak} MiB");
        }
        serving.abort();
    }
}
