package org.octroi.issuer;

/**
 * Other keys of issuers are in force than before, or those of one no more. Published inside the
 * transaction that changed them.
 */
public record IssuerKeysChanged() {}
