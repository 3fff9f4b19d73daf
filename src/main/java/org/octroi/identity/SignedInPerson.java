package org.octroi.identity;

import java.io.Serializable;
import java.time.Instant;
import java.util.UUID;
import org.octroi.vocabulary.PersonId;
import org.springframework.security.core.AuthenticatedPrincipal;

/**
 * The principal of everybody who is signed in at the pages, however they did it. Its name is the
 * person's id. It is kept with the session, so it says who and when and nothing that may change.
 *
 * @param id the person's id
 * @param since when they were found to be who they are
 * @param means how
 */
public record SignedInPerson(UUID id, Instant since, SignInMeans means)
    implements AuthenticatedPrincipal, Serializable {

  private static final long serialVersionUID = 1L;

  /** Who it is. */
  public PersonId person() {
    return new PersonId(id);
  }

  /** Whether they came after this moment, and by other means than a password. */
  boolean cameWithoutPassword(Instant after) {
    return since.isAfter(after)
        && switch (means) {
          case PASSKEY, ISSUER -> true;
          case PASSWORD, PASSWORD_AND_CODE -> false;
        };
  }

  @Override
  public String getName() {
    return id.toString();
  }
}
