//! Request templates: a few references, and nothing else passes.

use genesys_bundle::data_action::{Template, TemplateError};

#[test]
fn what_is_not_known_is_refused() {
    for text in [
        "${input.agentId}",
        "$input.agentId",
        "$!{input.notes}",
        "$esc.jsonString($input.notes)",
        "$esc.url(${input.email})",
        "${credentials.}",
        "${authResponse}",
        "${authResponse.}",
        "$encoding.base64(${credentials.clientId})",
        "$encoding.base64(\"$5\")",
        "#if($input.notes)x#end",
        "$5",
    ] {
        assert_eq!(
            Template::try_from(text.to_owned()),
            Err(TemplateError::Unknown(text.to_owned())),
            "{text}"
        );
    }
}

#[test]
fn what_the_bundle_uses_is_known() {
    for text in [
        "${credentials.baseUrl}/agents?email=$esc.url($input.email)",
        "${input.rawRequest}",
        "${rawResult}",
        "${authResponse.token_type} ${authResponse.access_token}",
        "Basic $encoding.base64(\"${credentials.clientId}:${credentials.clientSecret}\")",
        "close",
        "",
    ] {
        Template::try_from(text.to_owned()).unwrap();
    }
    let template = Template::try_from("/$esc.url($input.externalId)".to_owned()).unwrap();
    assert_eq!(template.inputs().collect::<Vec<_>>(), ["externalId"]);
}
