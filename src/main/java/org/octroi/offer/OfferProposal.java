package org.octroi.offer;

import java.util.List;

/**
 * An offer that its holder wants to publish.
 *
 * @param draft the offer
 * @param grounds why, against each warning
 */
public record OfferProposal(OfferDraft draft, List<Ground> grounds) {

  public OfferProposal {
    grounds = List.copyOf(grounds);
  }
}
