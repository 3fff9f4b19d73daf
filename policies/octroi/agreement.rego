package octroi.gate

# Under what is asked: where it is in its life, and between which moments it holds.

reasons contains "agreement-suspended" if input.grant.status == "suspended"

reasons contains "agreement-revoked" if input.grant.status == "revoked"

reasons contains "agreement-expired" if input.grant.status == "expired"

reasons contains "agreement-expired" if input.grant.valid_until <= input.context.minute

# A newer text had to be accepted before this moment.
reasons contains "reacceptance-required" if input.grant.reaccept_by <= input.context.minute

reasons contains "agreement-not-yet-valid" if input.context.minute < input.grant.valid_from
