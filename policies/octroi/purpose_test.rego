package octroi.gate_test

import data.octroi.gate

test_a_purpose_among_those_agreed_passes if {
	gate.allow with input as but(under_agreement, {"purpose": "ServiceOptimisation"})
}

test_another_purpose_is_refused if {
	gate.reasons == {"purpose-not-agreed"} with input as but(under_agreement, {"purpose": "Marketing"})
}

test_no_purpose_is_refused_where_some_were_agreed if {
	gate.reasons == {"purpose-required"} with input as json.remove(under_agreement, ["purpose"])
}

test_any_purpose_goes_where_none_was_agreed if {
	gate.allow with input as but(under_agreement, {"grant": {"purposes": []}, "purpose": "Marketing"})
	gate.allow with input as json.remove(but(under_agreement, {"grant": {"purposes": []}}), ["purpose"])
}

test_personal_data_under_an_agreement_need_agreed_purposes if {
	gate.reasons == {"personal-data-purpose"} with input as but(under_agreement, {
		"grant": {"purposes": []},
		"resource": {"flags": ["personal-data"]},
	})
}

test_personal_data_go_out_for_an_agreed_purpose if {
	gate.allow with input as but(under_agreement, {"resource": {"flags": ["personal-data"]}})
}
