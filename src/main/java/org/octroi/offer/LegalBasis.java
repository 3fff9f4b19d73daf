package org.octroi.offer;

import java.util.Set;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.Classification;
import org.octroi.vocabulary.HolderKind;

/**
 * A text that lets a holder restrict what it offers, from {@code law/bases.yml}.
 *
 * @param id its name in offers
 * @param article which
 * @param title what it protects
 * @param holderKinds who may name it
 * @param classifications the data that it covers, by their classification
 * @param flags and by their legal flags
 * @param allows the restrictions that it covers
 */
record LegalBasis(
    String id,
    String article,
    Bilingual title,
    Set<HolderKind> holderKinds,
    Set<Classification> classifications,
    Set<String> flags,
    Set<Restriction> allows) {

  boolean covers(OfferCase offer, OfferCase.Covered dataset) {
    return holderKinds.contains(offer.holder())
        && (classifications.contains(dataset.classification())
            || dataset.flags().stream().anyMatch(flags::contains))
        && allows.containsAll(offer.restrictions(dataset));
  }
}
