package org.octroi.charter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.octroi.offer.Fee;
import org.octroi.offer.Offers;
import org.octroi.offer.PublishedOffer;
import org.octroi.offer.Question;
import org.octroi.testing.TestDatabase;
import org.octroi.vocabulary.Slug;

/** A charter's offers pass the same guard as those of an editor. */
class CharterLawTest {

  private static final String LICENCE = "licence: etalab-2.0";
  private static final String OFF_LIST = "licence: CC-BY-4.0";
  private static final String FEE = "fee: {amount: 1200, currency: EUR, per: year}";

  @TempDir Path folder;
  private CharterRooms rooms;

  @BeforeEach
  void open() throws IOException {
    rooms = CharterRooms.open(TestDatabase.Engine.H2, folder);
  }

  @AfterEach
  void close() {
    rooms.close();
  }

  @Test
  void a_warning_without_a_ground_is_found_at_its_place_and_nothing_is_applied()
      throws IOException {
    rooms.change(LICENCE, OFF_LIST);

    assertThat(rooms.findings())
        .singleElement()
        .asString()
        .startsWith(
            "102: offers[0].licence: the law warns of this (licence-off-list; CRPA, L323-2 and"
                + " D323-2-1): The licence is not on the list");
    assertThatThrownBy(rooms::apply)
        .isInstanceOf(CharterException.class)
        .hasMessageContaining("102: offers[0].licence: the law warns of this");
    assertThat(rooms.everythingIn("offer")).isEmpty();
  }

  @Test
  void with_a_ground_it_is_applied_and_the_ground_is_kept() throws IOException {
    rooms.change(
        LICENCE,
        OFF_LIST
            + "\n    grounds: [{rule: licence-off-list, ground: We received the data under this"
            + " licence.}]");

    assertThat(rooms.findings()).isEmpty();
    rooms.apply();

    assertThat(rooms.everythingIn("offer_ground"))
        .contains("licence-off-list", "We received the data under this licence.", "house");
    assertThat(rooms.apply().unchanged()).isPositive();
  }

  @Test
  void what_the_law_forbids_is_refused_whatever_ground_is_given() throws IOException {
    rooms.change("    kind: private\n", "    kind: city\n");

    assertThat(rooms.findings())
        .anyMatch(f -> f.contains("offers[1].fee: the law forbids this (fee-not-at-cost"))
        .anyMatch(f -> f.contains("the law forbids this (restriction-without-basis"));
    assertThatThrownBy(rooms::apply).hasMessageContaining("the law forbids this");
  }

  @Test
  void an_offer_that_stands_already_is_not_judged_again() throws IOException {
    rooms.change("    kind: city\n", "    kind: private\n").change(LICENCE, OFF_LIST);
    rooms.apply();

    rooms.change("    kind: private\n    siren", "    kind: city\n    siren");

    assertThat(rooms.findings()).anyMatch(f -> f.contains("licence-off-list"));
    assertThat(rooms.apply().changed()).isEqualTo(1);
  }

  @Test
  void fees_forms_and_statements_are_read_and_stay_as_they_are() throws IOException {
    rooms.change(
        FEE,
        """
        fee:
              kind: share-above-audience
              percentage: 2.5
              per: year
              audience: {threshold: 10000, of: {fr: usagers par mois, en: users a month}}
              calculation: {address: "https://example.org/calcul"}
              reduced: [{reuser: association, percentage: 1}]
            basis: holders-own-terms
            form:
              - {id: size, title: {fr: "Taille ?", en: "Size?"}, kind: number, required: true, least: 1}
              - {id: plan, title: {fr: Plan, en: Plan}, kind: choice, options: [{value: one, title: {fr: Un, en: One}}]}\
        """);
    assertThat(rooms.findings()).isEmpty();

    Applied applied = rooms.apply();
    PublishedOffer light =
        rooms
            .door(Offers.class)
            .newest(applied.territory(), new Slug("presence-light"))
            .orElseThrow();

    assertThat(light.fee().orElseThrow())
        .isInstanceOfSatisfying(
            Fee.ShareAboveAudience.class,
            fee -> {
              assertThat(fee.share())
                  .isEqualTo(new Fee.Share(new BigDecimal("2.5"), Optional.empty()));
              assertThat(fee.audience().threshold()).isEqualTo(10_000);
              assertThat(fee.reduced()).hasSize(1);
            });
    assertThat(light.form().questions()).extracting(Question::id).containsExactly("size", "plan");
    assertThat(light.stated().basis()).hasValue("holders-own-terms");
    assertThat(rooms.apply().changed()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "fee: {kind: gift, amount: 1, currency: EUR, per: year}|offers[1].fee.kind: \"gift\" must"
            + " be one of",
        "fee: {kind: at-cost, amount: 1, currency: EUR, per: year, audience:"
            + " {}}|offers[1].fee.audience: is not for",
        "fee: {kind: share-above-audience, per: year, percentage: 2}|offers[1].fee.audience: is"
            + " missing",
        "fee: {kind: at-cost, amount: 1, currency: EUR, per: year, calculation: {}}|must have an"
            + " address or a text",
        "basis: because|offers[1].basis: \"because\" must be one of",
        "grounds: [{rule: none, ground: long enough a ground}]|offers[1].grounds[0].rule: \"none\""
            + " must be one of",
        "grounds: [{rule: licence-off-list, ground: short}]|offers[1].grounds[0].ground: must be a"
            + " ground of",
        "form: [{id: a, title: {fr: a, en: b}, kind: choice}]|offers[1].form[0]: options are for a"
            + " choice",
      })
  void what_is_wrong_in_them_is_named(String into, String finding) throws IOException {
    rooms.change(FEE, into);

    assertThat(rooms.findings()).anyMatch(f -> f.contains(finding));
  }
}
