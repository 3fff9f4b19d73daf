# METADATA
# title: Octroi's gate
# description: >
#   What the gate asks once per shape of request: may it go on, under which tier, with which
#   obligations, and if not, why. One rule per reason, in the file of what it looks at. Time comes in
#   the input, to the minute; times are texts of one fixed form (2026-11-24T10:15:00Z), so that they
#   compare as texts. Only what OPA's WebAssembly has built in may be used here.
# scope: package
# schemas:
#   - input: schema.input
package octroi.gate

# METADATA
# title: The decision
# description: The one answer that the gate reads. Equal inputs have equal answers.
# entrypoint: true
# scope: document
decision := {
	"allow": allow,
	"reasons": sort([reason | some reason in reasons]),
	"obligations": obligations,
	"tier": input.grant.tier.name,
	"valid_until": valid_until,
}

default allow := false

allow if {
	complete
	count(reasons) == 0
}

# A part that is missing must never read as a condition that does not hold.
reasons contains "input-incomplete" if not complete

default complete := false

complete if {
	input.subject.authentication in {"anonymous", "key", "token"}
	is_boolean(input.subject.application_active)
	is_array(input.subject.scopes)
	input.grant.status in {"active", "suspended", "revoked", "expired"}
	input.grant.offer
	is_array(input.grant.purposes)
	input.grant.valid_from
	is_object(input.grant.tier.obligations)
	input.resource.territory
	input.resource.dataset_slug
	input.resource.classification
	is_array(input.resource.flags)
	is_array(input.resource.actions)
	is_boolean(input.resource.paused)
	input.action.kind
	input.action.format
	is_array(input.action.columns)
	is_array(input.action.operators)
	input.context.minute < input.context.next_review
}
