package org.octroi.desk;

import java.io.PrintStream;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.octroi.entitlement.Snapshot;
import org.octroi.identity.FirstAdministrator;
import org.octroi.obligation.Catalogue;
import org.octroi.offer.Offers;
import org.octroi.problem.PublicAddresses;
import org.octroi.store.StoreAddress;
import org.octroi.territory.Territories;
import org.octroi.territory.Territory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * What a start ends in: where the doors are, how to become the first administrator, and a line that
 * works as pasted. It goes to the terminal and not to the log, since the link is a secret.
 */
@Component
class StartScreen {

  private final PublicAddresses addresses;
  private final FirstAdministrator firstAdministrator;
  private final Territories territories;
  private final Offers offers;
  private final Environment environment;

  StartScreen(
      PublicAddresses addresses,
      FirstAdministrator firstAdministrator,
      Territories territories,
      Offers offers,
      Environment environment) {
    this.addresses = addresses;
    this.firstAdministrator = firstAdministrator;
    this.territories = territories;
    this.offers = offers;
    this.environment = environment;
  }

  @EventListener
  void show(ApplicationReadyEvent ready) {
    PrintStream out = System.out;
    String management =
        "http://localhost:" + environment.getProperty("local.management.port", "8082");
    out.println();
    out.printf("  Octroi is open.%n%n");
    out.printf("  Gate    %s%n", addresses.gate().publicUrl());
    out.printf("  Desk    %s%n", addresses.desk().publicUrl());
    out.printf("  API     %s/api/v1/openapi.json%n", addresses.desk().publicUrl());
    out.printf("  Health  %s/actuator/health%n", management);
    firstAdministrator
        .renewLink()
        .ifPresent(
            link ->
                out.printf(
                    "%n  Become the first administrator (works once, within %s):%n   "
                        + " %s/welcome/%s%n",
                    inWords(firstAdministrator.linkLifetime()),
                    addresses.desk().publicUrl(),
                    link));
    anOpenAnswer()
        .ifPresent(
            url ->
                out.printf("%n  Try it:%n    curl -i '%s%s'%n", addresses.gate().publicUrl(), url));
    out.printf("%n  Ctrl-C stops it.%n%n");
    out.flush();
  }

  /** In the largest unit that it is a whole number of: 7 days, 36 hours, 90 minutes. */
  static String inWords(Duration duration) {
    for (ChronoUnit unit : List.of(ChronoUnit.DAYS, ChronoUnit.HOURS, ChronoUnit.MINUTES)) {
      long count = duration.dividedBy(unit.getDuration());
      if (count > 0 && unit.getDuration().multipliedBy(count).equals(duration)) {
        return counted(count, unit);
      }
    }
    return counted(duration.toSeconds(), ChronoUnit.SECONDS);
  }

  private static String counted(long count, ChronoUnit unit) {
    String many = unit.toString().toLowerCase(Locale.ROOT);
    return count + " " + (count == 1 ? many.substring(0, many.length() - 1) : many);
  }

  /** The path of something that anybody may read, and that answers with a few rows. */
  private Optional<String> anOpenAnswer() {
    for (Territory territory : territories.all()) {
      for (Snapshot.Dataset dataset : offers.entitlements(territory.id())) {
        if (dataset.anonymousOffer().isEmpty() || dataset.paused()) {
          continue;
        }
        for (Snapshot.Distribution distribution : dataset.distributions().values()) {
          boolean takesLimit =
              distribution.target().address() instanceof StoreAddress.Sql
                  || distribution.target().parameters().stream()
                      .anyMatch(p -> p.name().equals("limit"));
          if (takesLimit && distribution.target().catalogue() != Catalogue.NONE) {
            return Optional.of(
                "/"
                    + territory.slug()
                    + "/"
                    + dataset.slug()
                    + "/"
                    + distribution.slug()
                    + "?limit=2");
          }
        }
      }
    }
    return Optional.empty();
  }
}
