package org.octroi.offer;

import java.util.Optional;

/**
 * What a holder states about an offer and the law.
 *
 * @param basis the id of the legal basis of what the offer restricts, from {@code law/bases.yml}
 * @param homologation the decision by which the State approved a licence that is not on its list
 * @param exclusive whether it is granted to one reuser at a time, to the exclusion of others
 */
public record LegalStatement(
    Optional<String> basis, Optional<String> homologation, boolean exclusive) {

  /** States nothing. */
  public static final LegalStatement NONE =
      new LegalStatement(Optional.empty(), Optional.empty(), false);
}
