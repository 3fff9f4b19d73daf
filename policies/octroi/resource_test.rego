package octroi.gate_test

import data.octroi.gate

test_a_paused_dataset_is_refused if {
	gate.reasons == {"dataset-paused"} with input as but(by_anybody, {"resource": {"paused": true}})
}

test_an_action_that_the_distribution_lacks_is_refused if {
	gate.reasons == {"action-not-offered"} with input as but(under_agreement, {"action": {"kind": "download"}})
}

test_controlled_restricted_and_unknown_classes_need_an_agreement if {
	every class in ["controlled", "restricted", "secret"] {
		gate.reasons == {"classification-forbids"} with input as but(by_anybody, {"resource": {"classification": class}})
		gate.allow with input as but(under_agreement, {"resource": {"classification": class}})
	}
}

test_personal_data_are_refused_to_anybody_where_no_column_is_held_back if {
	gate.reasons == {"classification-forbids"} with input as but(by_anybody, {"resource": {"flags": ["personal-data"]}})
}

test_personal_data_go_to_anybody_without_the_columns_held_back if {
	gate.allow with input as but(by_anybody, {
		"resource": {"flags": ["personal-data"]},
		"grant": {"tier": {"obligations": {"visible_columns": ["activity"]}}},
	})
	gate.allow with input as but(by_anybody, {
		"resource": {"flags": ["personal-data"]},
		"grant": {"tier": {"obligations": {"masks": [{"column": "name", "how": "null", "digits": 0}]}}},
	})
}

test_other_flags_forbid_nothing if {
	gate.allow with input as but(by_anybody, {"resource": {"flags": ["high-value"]}})
}
