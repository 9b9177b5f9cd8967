use super::*;

#[test]
fn a_construct_that_is_not_known_is_refused() {
    let action = PublishedAction {
        id: "custom_-_1".to_owned(),
        name: SOURCES[0].name.to_owned(),
        category: "Time-off bridge".to_owned(),
    };
    let flow = SOURCES[0].flow;
    for (from, to) in [
        ("endWorkflow:\n              name", "endTask:\n              name"),
        ("exitReason:", "reason:"),
        ("integerVariable:", "decimalVariable:"),
        ("successOutputs:", "outputs:"),
        ("Flow.status == \"Error\"", "Flow.status != \"Error\""),
        ("var: Flow.emails1\n", "var: Flow.emails99\n"),
        ("var: Flow.emails1\n", "var: Flow.statusCode\n"),
        ("emails1:\n", "emails99:\n"),
        ("dataAction:\n", "secureAction:\n"),
    ] {
        assert!(flow.contains(from), "{from}");
        let changed: &'static str = flow.replace(from, to).leak();
        let source = Source { flow: changed, ..SOURCES[0] };
        assert!(document::document(source, &action).is_err(), "{to}");
    }
    assert!(document::document(SOURCES[0], &action).is_ok());
}
