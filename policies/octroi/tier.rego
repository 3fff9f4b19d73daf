package octroi.gate

# What the tier lets be asked, and what it demands. What a tier hides is left out quietly where nobody
# asked for it, and refused where somebody did.

reasons contains "tier-forbids-format" if {
	count(input.grant.tier.obligations.formats) > 0
	not input.action.format in input.grant.tier.obligations.formats
}

reasons contains "tier-forbids-column" if {
	some column in asked_columns
	not column in input.grant.tier.obligations.visible_columns
	input.grant.tier.obligations.visible_columns
}

# Comparing with a masked column, or ordering by it, would tell what the mask hides.
reasons contains "tier-forbids-column" if {
	some column in compared_columns
	some mask in input.grant.tier.obligations.masks
	mask.column == column
}

asked_columns contains column if some column in input.action.columns

asked_columns contains column if some column in compared_columns

# An operator stands as column:operator, an order as column:order; the column's own name may have colons.
compared_columns contains column if {
	some operator in input.action.operators
	parts := split(operator, ":")
	column := concat(":", array.slice(parts, 0, count(parts) - 1))
}

default obligations := {}

# The source is named in every answer (CRPA art. L.322-1), whatever the tier says.
obligations := object.union(input.grant.tier.obligations, {"attribution": true}) if allow
