package org.octroi.identity;

import java.util.Optional;
import org.octroi.vocabulary.PersonId;

/**
 * The tokens of applications that people let act for them at the desk; the authorization server
 * gives them. Safe for use by many threads.
 */
public interface DeskTokens {

  /** How each of them begins. */
  String PREFIX = "octd_";

  /**
   * What a token stands for.
   *
   * @param person for whom the application acts
   * @param mayChange whether it may do more than read
   */
  record Held(PersonId person, boolean mayChange) {}

  /** What this token stands for; empty where it never was one, has ended or was revoked. */
  Optional<Held> find(String token);
}
