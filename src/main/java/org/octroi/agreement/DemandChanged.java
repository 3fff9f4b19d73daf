package org.octroi.agreement;

/**
 * Somebody asked for data that no offer covers, or was answered. Published inside the transaction.
 *
 * @param demand which
 * @param status where it is now
 */
record DemandChanged(String demand, DataDemands.Status status) {}
