package org.octroi.quota;

import java.time.ZoneId;

/**
 * One of the accounts that a request is charged to.
 *
 * @param account whose allowance
 * @param limits what it lets through
 * @param zone where its hours, days and months begin and end
 */
public record Charge(Account account, Limits limits, ZoneId zone) {}
