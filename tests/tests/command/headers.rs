//! Headers of a product and its API key, in the output of the subcommand.

use telemetry_runtime::{
    Client, Disclosure, Product, TelemetryCommand, telemetry_headers, transport::ApiKey,
};

use super::support::{EVENTS, command, environment, scratch, typed};

static KEYED: Product = Product::new("Keyed")
    .events(&[EVENTS])
    .endpoint("https://collector.example/V1")
    .headers(telemetry_headers! { "x-team" = "nemo" })
    .api_key_header("x-api-key")
    .default_on(true);

#[test]
fn status_and_show_name_the_headers_and_the_reason_why_the_api_key_is_not_sent() {
    let scratch = scratch("headers");
    let command = command(&KEYED, scratch.path()).width(100);
    let status = typed(&command, &["status"]).out;
    assert!(status.contains("  header       x-team: nemo\n"), "{status}");
    let key = "  header       x-api-key: the API key, if the program has one\n";
    assert!(status.contains(key), "{status}");
    assert!(!status.contains("not sent"), "{status}");
    let json = typed(&command, &["status", "--json"]).json();
    assert_eq!(json["headers"]["x-team"], "nemo");
    assert_eq!(json["apiKey"]["header"], "x-api-key");
    assert!(json["apiKey"].get("problem").is_none());
    let show = typed(&command, &["show"]).out;
    let show = show.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        show.contains("has the header x-team, which is always nemo."),
        "{show}"
    );
    assert!(
        show.contains("also has the header x-api-key with the key."),
        "{show}"
    );

    let client = Client::builder(&KEYED)
        .env(environment(scratch.path(), &[]))
        .api_key(ApiKey::new("secret-918273645"))
        .endpoint("stdout")
        .build();
    let command = TelemetryCommand::new(Disclosure::new(&KEYED))
        .env(environment(scratch.path(), &[]))
        .width(100)
        .client(&client);
    let status = typed(&command, &["status"]).out;
    let problem = "the API key is not sent: the endpoint is not an https address";
    assert!(
        status.contains(&format!("  API key      {problem}\n")),
        "{status}"
    );
    let json = typed(&command, &["status", "--json"]);
    assert!(!json.out.contains("918273645") && !status.contains("918273645"));
    assert_eq!(json.json()["apiKey"]["problem"], problem);
}
