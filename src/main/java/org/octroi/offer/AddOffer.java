package org.octroi.offer;

import java.util.List;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.territory.Holder;
import org.octroi.territory.Territory;
import org.octroi.vocabulary.Caller;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Publishes the first version of an offer, for an editor of its holder.
 *
 * @refuses not-found when there is no such territory
 * @refuses forbidden when the caller is no editor of the holder
 * @refuses invalid-field when a member is wrong, or the gate could not honour the tier
 * @refuses conflict when the territory has an offer of this name
 * @refuses offer-unlawful when the law forbids it
 * @refuses ground-needed when the law warns of it, and no ground is given
 */
@Component
@Transactional
class AddOffer {

  private final EditedOffers edited;
  private final BodyReader reader;
  private final Offers offers;
  private final PublishOffers publish;

  AddOffer(EditedOffers edited, BodyReader reader, Offers offers, PublishOffers publish) {
    this.edited = edited;
    this.reader = reader;
    this.offers = offers;
    this.publish = publish;
  }

  PublishedOffer handle(String territory, OfferBody body, Caller by) {
    Territory in = edited.territory(territory);
    Holder holder = edited.holder(in, body, by);
    OfferProposal proposal = reader.read(in, holder, body);
    if (offers.newest(in.id(), proposal.draft().slug()).isPresent()) {
      throw taken(proposal);
    }
    try {
      return publish.handle(in.id(), List.of(proposal), by.actor()).getFirst().kept();
    } catch (DuplicateKeyException twoAtOnce) {
      throw taken(proposal);
    }
  }

  private static RefusedException taken(OfferProposal proposal) {
    return RefusedException.of(
        ProblemType.CONFLICT,
        "an offer named " + proposal.draft().slug() + " is there: publish its next version");
  }
}
