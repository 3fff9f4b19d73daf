package octroi.gate_test

import data.octroi.gate

test_a_format_that_the_tier_lacks_is_refused if {
	gate.reasons == {"tier-forbids-format"} with input as but(under_agreement, {"action": {"format": "geojson"}})
}

test_a_tier_without_a_list_of_formats_gives_all if {
	gate.allow with input as but(by_anybody, {"action": {"format": "geojson"}})
}

test_a_hidden_column_asked_for_is_refused if {
	gate.reasons == {"tier-forbids-column"} with input as but(under_agreement, {"action": {"columns": ["device", "district"]}})
}

test_a_hidden_column_that_nobody_asked_for_is_left_out_quietly if {
	decision := gate.decision with input as but(under_agreement, {"action": {"columns": [], "operators": []}})
	decision.allow
	not "device" in decision.obligations.visible_columns
}

test_comparing_with_a_hidden_column_is_refused if {
	gate.reasons == {"tier-forbids-column"} with input as but(under_agreement, {"action": {"columns": [], "operators": ["device:eq"]}})
}

test_a_masked_column_may_be_asked_for if {
	gate.allow with input as but(under_agreement, {"action": {"columns": ["presence"]}})
}

test_comparing_with_a_masked_column_is_refused if {
	gate.reasons == {"tier-forbids-column"} with input as but(under_agreement, {"action": {"operators": ["presence:gte"]}})
}

test_ordering_by_a_masked_column_is_refused if {
	gate.reasons == {"tier-forbids-column"} with input as but(under_agreement, {"action": {"operators": ["presence:order"]}})
}

test_ordering_by_a_hidden_column_is_refused if {
	gate.reasons == {"tier-forbids-column"} with input as but(under_agreement, {"action": {"columns": [], "operators": ["device:order"]}})
}

test_ordering_by_a_column_that_is_shown_is_allowed if {
	gate.allow with input as but(under_agreement, {"action": {"operators": ["district:order"]}})
}

test_a_column_whose_name_has_a_colon_is_told_from_its_operator if {
	request := but(under_agreement, {"action": {"operators": ["presence:day:gte"]}})
	visible := {"visible_columns": ["district", "presence", "presence:day"]}
	gate.allow with input as but(request, {"grant": {"tier": {"obligations": visible}}})
	gate.reasons == {"tier-forbids-column"} with input as request
}

test_a_tier_that_hides_nothing_lets_any_column_be_asked if {
	gate.allow with input as but(by_anybody, {"action": {"columns": ["name"], "operators": ["name:eq"]}})
}

test_a_tier_with_no_visible_column_lets_none_be_asked if {
	gate.reasons == {"tier-forbids-column"} with input as but(under_agreement, {"grant": {"tier": {"obligations": {"visible_columns": []}}}})
}

test_the_obligations_of_the_tier_go_out_as_they_are if {
	obligations := gate.obligations with input as under_agreement
	every name, obligation in json.remove(under_agreement.grant.tier.obligations, ["attribution"]) {
		obligations[name] == obligation
	}
	count(obligations) == count(under_agreement.grant.tier.obligations)
}

test_the_source_is_named_whatever_the_tier_says if {
	obligations := gate.obligations with input as under_agreement
	obligations.attribution == true
}
