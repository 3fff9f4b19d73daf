package octroi.gate_test

import data.octroi.gate

test_a_suspended_application_is_refused if {
	gate.reasons == {"application-suspended"} with input as but(under_agreement, {"subject": {"application_active": false}})
}

test_a_token_with_the_scope_passes if {
	gate.allow with input as but(under_agreement, {"subject": {"scopes": ["octroi:bordeaux/presence:query"]}})
}

test_a_token_with_other_scopes_only_is_refused if {
	every scope in [
		"octroi:bordeaux/presence:read",
		"octroi:bordeaux/parks:query",
		"octroi:rennes/presence:query",
		"octroi:bordeaux/presence:query2",
		"openid",
	] {
		gate.reasons == {"scope-missing"} with input as but(under_agreement, {"subject": {"scopes": [scope]}})
	}
}

test_a_token_without_scopes_has_what_the_agreements_give if {
	gate.allow with input as but(under_agreement, {"subject": {"scopes": []}})
}
