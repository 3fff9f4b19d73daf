package org.octroi.agreement;

import java.time.Instant;
import java.util.Optional;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.PersonId;

/**
 * That somebody accepted terms for a reuser.
 *
 * @param textSha256 the hash of the licence text
 * @param termsSha256 the hash of the narrower terms, where such were proposed
 * @param by who
 * @param how how it was known that it was them, as {@link org.octroi.vocabulary.SignedIn#word()}
 *     says
 * @param at when
 */
record Acceptance(
    String textSha256, Optional<String> termsSha256, PersonId by, String how, Instant at) {

  /** The caller accepts a text, now. */
  static Acceptance of(String textSha256, Optional<String> termsSha256, Caller by, Instant now) {
    return new Acceptance(textSha256, termsSha256, by.person(), by.signedIn().word(), now);
  }
}
