package octroi.gate_test

import data.octroi.gate

test_a_suspended_agreement_is_refused if {
	gate.reasons == {"agreement-suspended"} with input as but(under_agreement, {"grant": {"status": "suspended"}})
}

test_a_revoked_agreement_is_refused if {
	gate.reasons == {"agreement-revoked"} with input as but(under_agreement, {"grant": {"status": "revoked"}})
}

test_an_expired_agreement_is_refused if {
	gate.reasons == {"agreement-expired"} with input as but(under_agreement, {"grant": {"status": "expired"}})
}

test_an_agreement_in_a_state_that_nobody_knows_is_refused if {
	gate.reasons == {"input-incomplete"} with input as but(under_agreement, {"grant": {"status": "sleeping"}})
}

test_an_agreement_is_over_at_its_last_moment_though_its_state_lags if {
	gate.reasons == {"agreement-expired"} with input as but(under_agreement, {"grant": {"valid_until": "2026-11-24T10:15:00Z"}})
}

test_an_agreement_holds_until_the_minute_before_its_last_moment if {
	gate.allow with input as but(under_agreement, {"grant": {"valid_until": "2026-11-24T10:16:00Z"}})
}

test_an_agreement_without_an_end_holds if {
	gate.allow with input as json.remove(under_agreement, ["grant/valid_until"])
}

test_an_agreement_does_not_hold_before_its_first_moment if {
	gate.reasons == {"agreement-not-yet-valid"} with input as but(under_agreement, {"grant": {"valid_from": "2026-11-24T10:16:00Z"}})
}

test_an_agreement_holds_from_its_first_moment_on if {
	gate.allow with input as but(under_agreement, {"grant": {"valid_from": "2026-11-24T10:15:00Z"}})
}

test_an_agreement_whose_newer_text_was_not_accepted_in_time_is_refused if {
	gate.reasons == {"reacceptance-required"} with input as but(under_agreement, {"grant": {"reaccept_by": "2026-11-24T10:15:00Z"}})
}

test_an_agreement_serves_until_the_minute_before_a_newer_text_must_be_accepted if {
	gate.allow with input as but(under_agreement, {"grant": {"reaccept_by": "2026-11-24T10:16:00Z"}})
}
