package octroi.gate

# What is asked for.

reasons contains "dataset-paused" if input.resource.paused

reasons contains "action-not-offered" if not input.action.kind in input.resource.actions

# Only what is public goes out to somebody who agreed to nothing.
reasons contains "classification-forbids" if {
	input.resource.classification != "public"
	not input.grant.agreement
}

# Personal data go out without an agreement only where the tier holds columns back.
reasons contains "classification-forbids" if {
	personal_data
	not input.grant.agreement
	not holds_columns_back
}

holds_columns_back if input.grant.tier.obligations.visible_columns

holds_columns_back if count(input.grant.tier.obligations.masks) > 0
