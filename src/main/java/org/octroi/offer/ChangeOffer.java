package org.octroi.offer;

import java.util.ArrayList;
import java.util.List;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.octroi.problem.Refusal.FieldError;
import org.octroi.problem.RefusedException;
import org.octroi.territory.Holder;
import org.octroi.territory.Holders;
import org.octroi.territory.Territories;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.OfferId;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Publishes the next version of an offer; agreements keep the version that they were made under. A
 * body that says what the version in force says already changes nothing.
 *
 * @refuses not-found when there is no such offer
 * @refuses forbidden when the caller is no editor of its holder
 * @refuses precondition-required when the version that was seen is not named in {@code If-Match}
 * @refuses stale-version when a newer version was published after it
 * @refuses invalid-field when a member is wrong, or names another offer or holder
 * @refuses offer-unlawful when the law forbids it
 * @refuses ground-needed when the law warns of it, and no ground is given
 */
@Component
@Transactional
class ChangeOffer {

  private final EditedOffers edited;
  private final BodyReader reader;
  private final Territories territories;
  private final Holders holders;
  private final PublishOffers publish;

  ChangeOffer(
      EditedOffers edited,
      BodyReader reader,
      Territories territories,
      Holders holders,
      PublishOffers publish) {
    this.edited = edited;
    this.reader = reader;
    this.territories = territories;
    this.holders = holders;
    this.publish = publish;
  }

  PublishedOffer handle(OfferId id, OfferBody body, ExpectedVersion expected, Caller by) {
    PublishedOffer newest = edited.newest(id, by);
    if (expected instanceof ExpectedVersion.Any) {
      throw RefusedException.of(ProblemType.PRECONDITION_REQUIRED);
    }
    expected.check(newest.number());
    Holder holder = holders.find(newest.territory(), newest.holder()).orElseThrow();
    mustStay(newest, holder, body);
    OfferProposal proposal =
        reader.read(territories.find(newest.territory()).orElseThrow(), holder, body);
    try {
      PublishedOffer now =
          publish.handle(newest.territory(), List.of(proposal), by.actor()).getFirst().kept();
      if (now.number() > newest.number() + 1) {
        throw stale(now.number() - 1L);
      }
      return now;
    } catch (DuplicateKeyException twoAtOnce) {
      throw stale(newest.number() + 1L);
    }
  }

  /** Somebody published a version between our reading of the newest and our writing. */
  private static RefusedException stale(long current) {
    return new RefusedException(
        Refusal.of(ProblemType.STALE_VERSION).with("currentVersion", ExpectedVersion.tag(current)));
  }

  private static void mustStay(PublishedOffer newest, Holder holder, OfferBody body) {
    List<FieldError> errors = new ArrayList<>();
    if (!newest.slug().value().equals(body.slug())) {
      errors.add(new FieldError("/slug", "must stay " + newest.slug()));
    }
    if (!holder.slug().value().equals(body.holder())) {
      errors.add(new FieldError("/holder", "must stay " + holder.slug()));
    }
    if (!errors.isEmpty()) {
      throw new RefusedException(Refusal.fields(errors));
    }
  }
}
