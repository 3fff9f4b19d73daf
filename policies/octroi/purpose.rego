package octroi.gate

# What for. The gate fills in the purpose where the agreement has only one.

reasons contains "purpose-required" if {
	count(input.grant.purposes) > 0
	not input.purpose
}

reasons contains "purpose-not-agreed" if {
	count(input.grant.purposes) > 0
	not input.purpose in input.grant.purposes
	input.purpose
}

# GDPR art. 5(1)(b): personal data go out for specified purposes only.
reasons contains "personal-data-purpose" if {
	input.grant.agreement
	personal_data
	count(input.grant.purposes) == 0
}

personal_data if "personal-data" in input.resource.flags
