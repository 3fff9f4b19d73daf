package octroi.gate_test

import data.octroi.gate

test_a_request_under_an_agreement_passes if {
	gate.decision == {
		"allow": true,
		"reasons": [],
		"obligations": object.union(under_agreement.grant.tier.obligations, {"attribution": true}),
		"tier": "pro",
		"valid_until": "2026-11-24T10:25:00Z",
	} with input as under_agreement
}

test_anybody_may_have_open_data if {
	gate.decision == {
		"allow": true,
		"reasons": [],
		"obligations": {"masks": [], "rows": [], "formats": [], "attribution": true},
		"tier": "open",
		"valid_until": "2026-11-24T10:25:00Z",
	} with input as by_anybody
}

test_a_refusal_names_every_reason_in_order_and_demands_nothing if {
	gate.decision == {
		"allow": false,
		"reasons": ["agreement-revoked", "dataset-paused", "purpose-not-agreed", "tier-forbids-format"],
		"obligations": {},
		"tier": "pro",
		"valid_until": "2026-11-24T10:25:00Z",
	} with input as but(under_agreement, {
		"grant": {"status": "revoked"},
		"resource": {"paused": true},
		"action": {"format": "parquet"},
		"purpose": "Marketing",
	})
}

test_equal_inputs_have_equal_answers if {
	first := gate.decision with input as under_agreement
	second := gate.decision with input as json.remove(under_agreement, [])
	first == second
}

test_the_order_of_what_is_asked_makes_no_difference if {
	one := gate.decision with input as but(under_agreement, {"action": {"columns": ["district", "hour"]}})
	other := gate.decision with input as but(under_agreement, {"action": {"columns": ["hour", "district"]}})
	one == other
}

test_nothing_at_all_is_refused if {
	not gate.allow with input as {}
	"input-incomplete" in gate.reasons with input as {}
}

test_an_input_without_any_of_its_parts_is_refused if {
	every path in [
		"subject", "subject/authentication", "subject/application_active", "subject/scopes",
		"grant", "grant/status", "grant/offer", "grant/purposes", "grant/valid_from", "grant/tier",
		"grant/tier/obligations", "resource", "resource/territory", "resource/dataset_slug",
		"resource/classification", "resource/flags", "resource/actions", "resource/paused", "action",
		"action/kind", "action/format", "action/columns", "action/operators", "context",
		"context/minute", "context/next_review",
	] {
		not gate.allow with input as json.remove(under_agreement, [path])
		"input-incomplete" in gate.reasons with input as json.remove(under_agreement, [path])
	}
}

test_an_unknown_way_of_showing_who_asks_is_refused if {
	gate.reasons == {"input-incomplete"} with input as but(under_agreement, {"subject": {"authentication": "badge"}})
}

test_a_review_that_lies_behind_is_refused if {
	gate.reasons == {"input-incomplete"} with input as but(under_agreement, {"context": {"next_review": "2026-11-24T10:15:00Z"}})
}
