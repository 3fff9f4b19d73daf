package org.octroi.offer;

import org.octroi.identity.web.ExpectedVersion;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.OfferId;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Takes an offer back; agreements made under it go on. Does nothing the second time.
 *
 * @refuses not-found when there is no such offer
 * @refuses forbidden when the caller is no editor of its holder
 * @refuses stale-version when a newer version was published after the one named in {@code If-Match}
 */
@Component
@Transactional
class WithdrawOffer {

  private final EditedOffers edited;
  private final Offers offers;

  WithdrawOffer(EditedOffers edited, Offers offers) {
    this.edited = edited;
    this.offers = offers;
  }

  PublishedOffer handle(OfferId id, ExpectedVersion expected, Caller by) {
    PublishedOffer newest = edited.newest(id, by);
    expected.check(newest.number());
    offers.withdraw(newest.territory(), newest.id(), by.actor());
    PublishedOffer now = offers.newest(newest.territory(), newest.slug()).orElseThrow();
    expected.check(now.number());
    return now;
  }
}
