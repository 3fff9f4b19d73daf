package org.octroi.issuer;

/**
 * An issuer was registered or removed, or the territories changed that it is trusted in. Published
 * inside the transaction that changed it.
 *
 * @param issuer which
 */
public record IssuerChanged(IssuerId issuer) {}
