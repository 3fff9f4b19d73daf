package org.octroi.offer;

import java.util.Optional;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.territory.Holder;
import org.octroi.territory.Holders;
import org.octroi.territory.Territories;
import org.octroi.territory.Territory;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.OfferId;
import org.springframework.stereotype.Component;

/** Whose offers somebody may change: those of the holders that they edit for, and no others. */
@Component
class EditedOffers {

  private final Territories territories;
  private final Holders holders;
  private final Offers offers;

  EditedOffers(Territories territories, Holders holders, Offers offers) {
    this.territories = territories;
    this.holders = holders;
    this.offers = offers;
  }

  /**
   * The territory of this name.
   *
   * @refuses not-found when there is none
   */
  Territory territory(String slug) {
    return territories
        .find(slug)
        .orElseThrow(() -> RefusedException.of(ProblemType.NOT_FOUND, slug));
  }

  /**
   * The holder that a body names, where the caller edits for it.
   *
   * @refuses invalid-field when the body names no holder of the territory
   * @refuses forbidden when the caller is no editor of it
   */
  Holder holder(Territory territory, OfferBody body, Caller by) {
    if (body.holder() == null) {
      throw new RefusedException(Refusal.field("/holder", "is missing"));
    }
    Holder holder =
        holders
            .find(territory.id(), body.holder())
            .filter(found -> found.retiredAt().isEmpty())
            .orElseThrow(
                () ->
                    new RefusedException(
                        Refusal.field("/holder", "is no holder of this territory")));
    mustEdit(holder, by);
    return holder;
  }

  /**
   * The newest version of the offer that some version's id names, where the caller edits for its
   * holder.
   *
   * @refuses not-found when there is no such offer
   * @refuses forbidden when the caller is no editor of its holder
   */
  PublishedOffer newest(OfferId id, Caller by) {
    PublishedOffer offer = offer(id);
    mustEdit(holders.find(offer.territory(), offer.holder()).orElseThrow(), by);
    return offers.newest(offer.territory(), offer.slug()).orElseThrow();
  }

  /**
   * The version of this id, where the caller may see what its holder sees of it: those who edit or
   * review for the holder, and those who audit the territory.
   *
   * @refuses not-found when there is no such offer
   * @refuses forbidden when the caller is none of these
   */
  PublishedOffer seenByHolder(OfferId id, Caller by) {
    PublishedOffer offer = offer(id);
    if (!by.mayEdit(offer.holder())
        && !by.mayReview(offer.holder())
        && !by.mayAudit(Optional.of(offer.territory()))) {
      throw RefusedException.of(ProblemType.FORBIDDEN);
    }
    return offer;
  }

  private PublishedOffer offer(OfferId id) {
    return offers
        .find(id)
        .orElseThrow(() -> RefusedException.of(ProblemType.NOT_FOUND, id.toString()));
  }

  private static void mustEdit(Holder holder, Caller by) {
    if (!by.mayEdit(holder.id())) {
      throw RefusedException.of(ProblemType.FORBIDDEN);
    }
  }
}
