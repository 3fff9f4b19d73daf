package org.octroi.agreement;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.octroi.catalogue.Datasets;
import org.octroi.offer.Offers;
import org.octroi.offer.PublishedOffer;
import org.octroi.quota.Account;
import org.octroi.quota.ApplicationAllowance;
import org.octroi.quota.Limits;
import org.octroi.quota.TakenQuotas;
import org.octroi.territory.Territories;
import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.Caller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What of an agreement's quotas is used. */
@RestController
@RequestMapping("/api/v1/statistics")
@Tag(name = "Statistics")
class QuotaApi {

  private final Agreements agreements;
  private final Offers offers;
  private final Datasets datasets;
  private final Territories territories;
  private final TakenQuotas taken;
  private final ApplicationAllowance ofApplications;

  QuotaApi(
      Agreements agreements,
      Offers offers,
      Datasets datasets,
      Territories territories,
      TakenQuotas taken,
      ApplicationAllowance ofApplications) {
    this.agreements = agreements;
    this.offers = offers;
    this.datasets = datasets;
    this.territories = territories;
    this.taken = taken;
    this.ofApplications = ofApplications;
  }

  /**
   * One quota that a request under the agreement is charged to.
   *
   * @param of {@code agreement}; {@code application}, what its application may use under all its
   *     agreements; {@code dataset}, what is let through of a dataset in all
   * @param dataset its slug, where it is a dataset's
   * @param quota its name, such as {@code requestsPerDay}
   * @param amount how much there is in each window
   * @param used how much of it is used in the one under way; what gates elsewhere have leased
   *     counts as used
   * @param left what can still be used
   * @param refillsAt when the next window begins
   */
  record QuotaView(
      String of,
      @Nullable String dataset,
      String quota,
      long amount,
      long used,
      long left,
      Instant refillsAt) {}

  /** All of them. */
  record QuotasView(List<QuotaView> items) {}

  @GetMapping("/quota")
  @Operation(
      operationId = "readQuotas",
      summary = "Read what is left of an agreement's quotas",
      description =
          "Every quota that a request under the agreement is charged to, what of it is used, and"
              + " when it begins anew. What the gates hold leased is not counted as used where this"
              + " process is the gate.")
  QuotasView read(@RequestParam AgreementId agreement, Caller caller) {
    Agreement seen = agreements.see(agreement, caller);
    PublishedOffer offer = offers.find(seen.offer()).orElseThrow();
    ZoneId zone = territories.find(seen.territory()).orElseThrow().zone();
    List<QuotaView> all = new ArrayList<>();
    Limits own = seen.tier().orElse(offer.tier()).limits();
    add(all, null, new Account.OfAgreement(seen.id()), own, zone);
    add(
        all,
        null,
        new Account.OfApplication(seen.application()),
        ofApplications.limits(),
        ofApplications.zone());
    datasets
        .find(seen.territory(), offer.datasets())
        .forEach(
            dataset ->
                add(
                    all,
                    dataset.slug().value(),
                    new Account.OfDataset(dataset.id()),
                    dataset.limits(),
                    zone));
    return new QuotasView(all);
  }

  private void add(
      List<QuotaView> all,
      @Nullable String dataset,
      Account.Kept account,
      Limits limits,
      ZoneId zone) {
    taken
        .balances(account, limits, zone)
        .forEach(
            balance ->
                all.add(
                    new QuotaView(
                        account.word(),
                        dataset,
                        balance.quota().name(),
                        balance.quota().amount(),
                        balance.used(),
                        balance.left(),
                        balance.refillsAt())));
  }
}
