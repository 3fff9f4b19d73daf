package org.octroi.offer;

import java.util.List;
import org.octroi.problem.Refusal.FieldError;
import org.octroi.territory.Holder;
import org.octroi.territory.Territory;
import org.octroi.vocabulary.Caller;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Says what would stand against an offer if it were published, and publishes nothing.
 *
 * @refuses not-found when there is no such territory
 * @refuses forbidden when the caller is no editor of the holder
 * @refuses invalid-field when the body names no holder of the territory
 */
@Component
@Transactional(readOnly = true)
class CheckOffer {

  private final EditedOffers edited;
  private final BodyReader reader;
  private final Offers offers;
  private final PublicationGuard guard;

  CheckOffer(EditedOffers edited, BodyReader reader, Offers offers, PublicationGuard guard) {
    this.edited = edited;
    this.reader = reader;
    this.offers = offers;
    this.guard = guard;
  }

  /**
   * What stands against it.
   *
   * @param errors members that are wrong; while there are any, the law is not asked
   * @param findings of the law
   */
  record Checked(List<FieldError> errors, List<LawFinding> findings) {}

  Checked handle(String territory, OfferBody body, Caller by) {
    Territory in = edited.territory(territory);
    Holder holder = edited.holder(in, body, by);
    BodyReader.Read read = reader.tryReading(in, holder, body);
    if (read.proposal().isEmpty()) {
      return new Checked(read.errors(), List.of());
    }
    OfferDraft draft = read.proposal().get().draft();
    List<FieldError> errors = offers.errors(in.id(), draft);
    return new Checked(
        errors, errors.isEmpty() ? guard.findings(in.id(), in.zone(), draft) : List.of());
  }
}
