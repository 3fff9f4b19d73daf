package org.octroi.agreement;

import java.time.Instant;
import java.time.Period;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.octroi.catalogue.Dataset;
import org.octroi.catalogue.Datasets;
import org.octroi.entitlement.Snapshot;
import org.octroi.licence.LicenceVersion;
import org.octroi.licence.Licences;
import org.octroi.offer.Offers;
import org.octroi.offer.PublishedOffer;
import org.octroi.offer.TierView;
import org.octroi.problem.PublicAddresses;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.Sha256;
import org.springframework.stereotype.Component;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What was granted, whole: the record that is signed. Nothing in it changes with the time but the
 * acceptances, of which a newer one may follow, and names are not in it: people may be forgotten,
 * and holders change theirs.
 *
 * @param issuer the desk that keeps it
 * @param number what people quote
 * @param uid its address
 * @param offer the version of the offer
 * @param licence the version of the licence that it stands on
 * @param acceptances who accepted which text, when, and how it was known that it was them
 * @param tier what is given
 * @param purposes DPV terms
 * @param validUntil the first moment after; absent where it has no end
 * @param renews the agreement that it follows on
 */
record AgreementRecord(
    String issuer,
    String number,
    String uid,
    String territory,
    String holder,
    Reuser reuser,
    String application,
    Offer offer,
    Licence licence,
    List<Accepted> acceptances,
    List<String> datasets,
    List<String> purposes,
    TierView tier,
    Instant grantedAt,
    Instant validFrom,
    @Nullable Instant validUntil,
    @Nullable String renews) {

  /** The media type of the record in a signature, without {@code application/}. */
  static final String TYPE = "octroi-agreement+jws";

  /** Members in the order of their names: the same record is always the same bytes. */
  private static final JsonMapper CANONICAL =
      JsonMapper.builder()
          .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .disable(MapperFeature.SORT_CREATOR_PROPERTIES_FIRST)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .build();

  /** To whom: a person or an organisation, by id, and as what it reuses data. */
  record Reuser(String kind, String id, String reuserKind) {}

  /** Which version of which offer; with its usual length. */
  record Offer(String id, String slug, int version, @Nullable String validity) {}

  /** Which version of which licence. */
  record Licence(String id, int version, String address, String textSha256) {}

  /** An acceptance. */
  record Accepted(
      String textSha256, @Nullable String termsSha256, String by, String how, Instant at) {}

  /** The record as UTF-8, always the same for the same record. */
  byte[] bytes() {
    return CANONICAL.writeValueAsBytes(this);
  }

  /** SHA-256 of {@link #bytes}, in hex. */
  String fingerprint() {
    return Sha256.hex(bytes());
  }

  /** Makes the records. */
  @Component
  static class Records {

    private final Agreements agreements;
    private final Offers offers;
    private final Licences licences;
    private final Datasets datasets;
    private final PublicAddresses addresses;

    Records(
        Agreements agreements,
        Offers offers,
        Licences licences,
        Datasets datasets,
        PublicAddresses addresses) {
      this.agreements = agreements;
      this.offers = offers;
      this.licences = licences;
      this.datasets = datasets;
      this.addresses = addresses;
    }

    AgreementRecord of(Agreement agreement) {
      PublishedOffer offer = offers.find(agreement.offer()).orElseThrow();
      LicenceVersion licence = licences.version(agreement.licence()).orElseThrow();
      List<Dataset> covered = datasets.find(offer.territory(), offer.datasets());
      Snapshot.Tier tier = agreement.tier().orElse(offer.tier());
      return new AgreementRecord(
          addresses.desk().publicUrl(),
          agreement.number().value(),
          addresses.agreement(agreement.id()),
          offer.territorySlug().value(),
          agreement.holder().toString(),
          new Reuser(agreement.ownerKind(), agreement.ownerId(), agreement.reuserKind().word()),
          agreement.application().toString(),
          new Offer(
              offer.id().toString(),
              offer.slug().value(),
              offer.number(),
              offer.validity().map(Period::toString).orElse(null)),
          new Licence(
              licence.licence().name(),
              licence.number(),
              addresses.licenceVersion(licence.licence().name(), licence.number()),
              agreement.textSha256()),
          agreements.acceptances(agreement).stream()
              .map(
                  one ->
                      new Accepted(
                          one.textSha256(),
                          one.termsSha256().orElse(null),
                          one.by().toString(),
                          one.how(),
                          one.at()))
              .toList(),
          covered.stream().map(dataset -> dataset.slug().value()).toList(),
          agreement.purposes().stream().map(Purpose::term).toList(),
          TierView.of(tier, covered),
          agreement.grantedAt(),
          agreement.validFrom(),
          agreement.validUntil().orElse(null),
          agreement.renews().map(Object::toString).orElse(null));
    }
  }
}
