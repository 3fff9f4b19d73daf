package org.octroi.charter;

import java.time.ZoneId;
import java.util.List;
import java.util.function.Function;
import org.octroi.catalogue.DatasetDraft;
import org.octroi.catalogue.StoreDraft;
import org.octroi.licence.LicenceDraft;
import org.octroi.offer.OfferProposal;
import org.octroi.territory.HolderDraft;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.Slug;

/**
 * A charter that was read and found right. What refers to other things becomes a draft once their
 * ids are known.
 */
record CharterPlan(
    Slug territory,
    Bilingual name,
    ZoneId zone,
    List<HolderDraft> holders,
    List<Planned<StoreDraft>> stores,
    List<LicenceDraft> licences,
    List<Planned<DatasetDraft>> datasets,
    List<Planned<OfferProposal>> offers) {

  /**
   * A thing that refers to others.
   *
   * @param slug its name
   * @param draft makes the draft
   */
  record Planned<T>(Slug slug, Function<Ids, T> draft) {}
}
