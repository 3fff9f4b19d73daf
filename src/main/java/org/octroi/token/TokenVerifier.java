package org.octroi.token;

import java.time.Instant;
import java.util.Optional;
import java.util.SortedSet;
import org.octroi.vocabulary.Purpose;

/**
 * Verifies OAuth2 access tokens (RFC 9068) for the gate: signature once, remembered by the token's
 * hash until it expires; issuer, audience and times. Whether the application may act, whether the
 * token was revoked and whether its sender holds its key is looked at by the caller on every
 * request. Safe for use by many threads; never waits for another server.
 */
public interface TokenVerifier {

  /** What is to be thought of this token now. */
  Verdict verify(String token, Instant now);

  /** The verdict on a token. */
  sealed interface Verdict {

    /**
     * It is good.
     *
     * @param issuer who issued it
     * @param clientId the OAuth2 client that it was issued to
     * @param scopes its scopes
     * @param purpose the purpose that it was asked for, if any
     * @param expires when it ends
     * @param id the id that it carries, by which it can be revoked
     * @param proofKey the thumbprint of the key that its sender must prove to hold (RFC 9449 §6.1)
     */
    record Good(
        String issuer,
        String clientId,
        SortedSet<String> scopes,
        Optional<Purpose> purpose,
        Instant expires,
        Optional<String> id,
        Optional<String> proofKey)
        implements Verdict {}

    /** It was good once. */
    record Expired(Instant since) implements Verdict {}

    /** It is none of ours, or broken; the words go to the log, not to the caller. */
    record Bad(String why) implements Verdict {}
  }
}
