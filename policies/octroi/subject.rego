package octroi.gate

# Who asks.

reasons contains "application-suspended" if not input.subject.application_active

# A token asked for without a scope carries whatever the agreements give; one with scopes is held to them.
reasons contains "scope-missing" if {
	count(input.subject.scopes) > 0
	not needed_scope in input.subject.scopes
}

needed_scope := concat("", [
	"octroi:",
	input.resource.territory,
	"/",
	input.resource.dataset_slug,
	":",
	input.action.kind,
])
