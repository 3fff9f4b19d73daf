package octroi.gate

# Until when the answer may be remembered: the next review, or the first moment before it at which one
# of the agreement's own dates changes the answer.

valid_until := min(turning_points)

turning_points contains input.context.next_review

turning_points contains input.grant.valid_from if input.context.minute < input.grant.valid_from

turning_points contains input.grant.valid_until if input.context.minute < input.grant.valid_until

turning_points contains input.grant.reaccept_by if input.context.minute < input.grant.reaccept_by
