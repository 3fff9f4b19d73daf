package octroi.gate_test

import data.octroi.gate

test_an_answer_holds_until_the_next_review if {
	gate.valid_until == "2026-11-24T10:25:00Z" with input as under_agreement
}

test_an_answer_holds_no_longer_than_the_agreement if {
	gate.valid_until == "2026-11-24T10:20:00Z" with input as but(under_agreement, {"grant": {"valid_until": "2026-11-24T10:20:00Z"}})
}

test_a_refusal_before_the_first_moment_holds_no_longer_than_that if {
	gate.valid_until == "2026-11-24T10:20:00Z" with input as but(under_agreement, {"grant": {"valid_from": "2026-11-24T10:20:00Z"}})
}

test_a_refusal_after_the_last_moment_holds_until_the_next_review if {
	gate.valid_until == "2026-11-24T10:25:00Z" with input as but(under_agreement, {"grant": {"valid_until": "2026-11-24T10:00:00Z"}})
}

test_an_agreement_without_an_end_holds_until_the_next_review if {
	gate.valid_until == "2026-11-24T10:25:00Z" with input as json.remove(under_agreement, ["grant/valid_until"])
}

test_an_answer_holds_no_longer_than_a_newer_text_may_wait_for_acceptance if {
	gate.valid_until == "2026-11-24T10:20:00Z" with input as but(under_agreement, {"grant": {"reaccept_by": "2026-11-24T10:20:00Z"}})
}

test_a_refusal_for_a_newer_text_holds_until_the_next_review if {
	gate.valid_until == "2026-11-24T10:25:00Z" with input as but(under_agreement, {"grant": {"reaccept_by": "2026-11-24T10:00:00Z"}})
}
