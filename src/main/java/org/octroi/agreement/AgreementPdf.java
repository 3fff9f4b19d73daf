package org.octroi.agreement;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.octroi.catalogue.Datasets;
import org.octroi.identity.Applications;
import org.octroi.identity.NoticeWords;
import org.octroi.identity.Organisations;
import org.octroi.identity.RegisteredApplication;
import org.octroi.licence.LicenceTexts;
import org.octroi.licence.LicenceVersion;
import org.octroi.licence.Licences;
import org.octroi.offer.Offers;
import org.octroi.offer.PublishedOffer;
import org.octroi.offer.QuotaAmounts;
import org.octroi.offer.TierView;
import org.octroi.problem.PublicAddresses;
import org.octroi.territory.Holder;
import org.octroi.territory.Holders;
import org.octroi.territory.Siren;
import org.octroi.territory.Territories;
import org.octroi.vocabulary.OrganisationId;
import org.octroi.vocabulary.Purpose;
import org.springframework.context.MessageSource;
import org.springframework.stereotype.Component;

/**
 * An agreement for people to read, print and keep: what was granted, to whom, under which text,
 * with that text. It names the fingerprint of the signed record, by which it can be checked.
 */
@Component
class AgreementPdf {

  private final AgreementRecord.Records records;
  private final Offers offers;
  private final Licences licences;
  private final Datasets datasets;
  private final Territories territories;
  private final Holders holders;
  private final Applications applications;
  private final Organisations organisations;
  private final PublicAddresses addresses;
  private final MessageSource messages;

  AgreementPdf(
      AgreementRecord.Records records,
      Offers offers,
      Licences licences,
      Datasets datasets,
      Territories territories,
      Holders holders,
      Applications applications,
      Organisations organisations,
      PublicAddresses addresses,
      MessageSource messages) {
    this.records = records;
    this.offers = offers;
    this.licences = licences;
    this.datasets = datasets;
    this.territories = territories;
    this.holders = holders;
    this.applications = applications;
    this.organisations = organisations;
    this.addresses = addresses;
    this.messages = messages;
  }

  /** The document in French or English. */
  byte[] of(Agreement agreement, Locale language) {
    PublishedOffer offer = offers.find(agreement.offer()).orElseThrow();
    LicenceVersion licence = licences.version(agreement.licence()).orElseThrow();
    AgreementRecord signed = records.of(agreement);
    Words words = new Words(messages, language, offer.zone());
    String title = words.say("title", agreement.number().value());
    try (PdfPages pages =
        new PdfPages(
            title, agreement.number().value(), language, agreement.grantedAt().getEpochSecond())) {
      pages.heading(title, 18);
      parties(pages, words, agreement, offer);
      granted(pages, words, agreement, offer);
      tier(pages, words, signed.tier());
      text(pages, words, agreement, signed, licence);
      return pages.bytes();
    }
  }

  private void parties(PdfPages pages, Words words, Agreement agreement, PublishedOffer offer) {
    Holder holder = holders.find(agreement.territory(), agreement.holder()).orElseThrow();
    RegisteredApplication application = applications.find(agreement.application()).orElseThrow();
    pages.heading(words.say("parties"), 13);
    pages.line(
        words.say("territory"),
        territories.find(agreement.territory()).orElseThrow().name().in(words.language()));
    pages.line(words.say("holder"), named(holder.name(), holder.siren()));
    pages.line(words.say("reuser"), reuser(agreement, words));
    pages.line(words.say("application"), application.name() + " (" + application.clientId() + ")");
    pages.line(
        words.say("offer"), offer.title().in(words.language()) + " (" + offer.number() + ")");
  }

  /** A person is not named: what is printed once can't be forgotten any more. */
  private String reuser(Agreement agreement, Words words) {
    String kind = words.say("kind." + agreement.reuserKind().word());
    if (agreement.ownerKind().equals("person")) {
      return words.say("person", agreement.ownerId(), kind);
    }
    return organisations
        .find(OrganisationId.of(agreement.ownerId()))
        .map(organisation -> named(organisation.name(), organisation.siren()) + ", " + kind)
        .orElse(agreement.ownerId());
  }

  private static String named(String name, Optional<Siren> siren) {
    return siren.map(number -> name + " (SIREN " + number.value() + ")").orElse(name);
  }

  private void granted(PdfPages pages, Words words, Agreement agreement, PublishedOffer offer) {
    pages.heading(words.say("granted"), 13);
    pages.line(
        words.say("datasets"),
        datasets.find(offer.territory(), offer.datasets()).stream()
            .map(dataset -> dataset.title().in(words.language()))
            .collect(Collectors.joining(", ")));
    pages.line(
        words.say("purposes"),
        agreement.purposes().stream().map(Purpose::term).collect(Collectors.joining(", ")));
    pages.line(words.say("grantedAt"), words.time(agreement.grantedAt()));
    pages.line(words.say("validFrom"), words.time(agreement.validFrom()));
    pages.line(
        words.say("validUntil"),
        agreement.validUntil().map(words::time).orElse(words.say("noEnd")));
    agreement.renews().ifPresent(renewed -> pages.line(words.say("renews"), renewed.toString()));
  }

  private static void tier(PdfPages pages, Words words, TierView tier) {
    pages.heading(words.say("tier", tier.name()), 13);
    TierView.@Nullable RateView rate = tier.rate();
    if (rate != null) {
      pages.line(words.say("rate"), words.say("rateOf", rate.requests(), rate.per(), rate.burst()));
    }
    QuotaAmounts quota = tier.quota();
    number(pages, words, "requestsPerHour", quota.requestsPerHour());
    number(pages, words, "requestsPerDay", quota.requestsPerDay());
    number(pages, words, "requestsPerMonth", quota.requestsPerMonth());
    number(pages, words, "rowsPerHour", quota.rowsPerHour());
    number(pages, words, "rowsPerDay", quota.rowsPerDay());
    number(pages, words, "rowsPerMonth", quota.rowsPerMonth());
    number(pages, words, "bytesPerHour", quota.bytesPerHour());
    number(pages, words, "bytesPerDay", quota.bytesPerDay());
    number(pages, words, "bytesPerMonth", quota.bytesPerMonth());
    for (Map.Entry<String, TierView.ObligationsView> one : tier.obligations().entrySet()) {
      TierView.ObligationsView held = one.getValue();
      List<String> columns = held.columns();
      if (columns != null) {
        pages.line(words.say("columns", one.getKey()), String.join(", ", columns));
      }
      held.masks()
          .forEach(
              mask ->
                  pages.line(
                      words.say("masked", one.getKey()), mask.column() + " (" + mask.how() + ")"));
      held.rows()
          .forEach(
              row ->
                  pages.line(
                      words.say("rows", one.getKey()),
                      row.column() + " " + row.operator() + " " + String.join(", ", row.values())));
      if (held.area() != null) {
        pages.line(words.say("area", one.getKey()), held.area().toString());
      }
      if (held.delay() != null) {
        pages.line(words.say("delay", one.getKey()), held.delay());
      }
      if (held.history() != null) {
        pages.line(words.say("history", one.getKey()), held.history());
      }
    }
  }

  private static void number(PdfPages pages, Words words, String key, @Nullable Long number) {
    if (number != null) {
      pages.line(words.say(key), words.say("number", number));
    }
  }

  private void text(
      PdfPages pages,
      Words words,
      Agreement agreement,
      AgreementRecord signed,
      LicenceVersion licence) {
    pages.heading(words.say("licence"), 13);
    pages.line(words.say("licenceName"), licence.licence().title().in(words.language()));
    pages.line(words.say("licenceVersion"), Integer.toString(licence.number()));
    pages.line(
        words.say("address"), addresses.licenceVersion(licence.licence().name(), licence.number()));
    pages.line("SHA-256", agreement.textSha256());
    for (AgreementRecord.Accepted one : signed.acceptances()) {
      pages.line(
          words.say("accepted"),
          words.say("acceptedBy", words.time(one.at()), one.by(), one.how()));
    }
    pages.heading(words.say("check"), 13);
    pages.paragraph(
        words.say(
            "checkBy",
            addresses.agreement(agreement.id()) + ".jws",
            addresses.atDesk("/oauth2/jwks"),
            signed.fingerprint()));
    LicenceTexts texts = licences.texts(licence.id()).orElseThrow();
    String language = texts.languageFor(words.language());
    pages.newPage();
    pages.heading(licence.licence().title().in(words.language()), 13);
    if (!language.equals(texts.authoritative())) {
      pages.paragraph(words.say("translation"));
    }
    pages.paragraph(texts.in(language).orElseThrow());
  }

  /** The document's words in one language, and times as they are read in the territory. */
  private record Words(MessageSource messages, Locale language, ZoneId zone) {

    String say(String key, Object... about) {
      return messages.getMessage("agreement.pdf." + key, about, language);
    }

    String time(Instant time) {
      return NoticeWords.time(time, zone).in(language);
    }
  }
}
