package org.octroi.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.octroi.policy.DecisionInputs.MINUTE;
import static org.octroi.policy.DecisionInputs.aQuestionUnderAnAgreement;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.octroi.obligation.Obligations;
import org.octroi.vocabulary.Format;

class DecisionDocumentTest {

  @Test
  void the_document_has_one_form() {
    assertThat(DecisionDocument.of(aQuestionUnderAnAgreement().input()))
        .isEqualTo(
            """
            {"subject":{"authentication":"token",\
            "application":"018f0000-0000-7000-8000-000000000001",\
            "application_active":true,"reuser_kind":"company","scopes":[]},\
            "grant":{"agreement":"018f0000-0000-7000-8000-000000000002","status":"active",\
            "offer":"018f0000-0000-7000-8000-000000000003",\
            "licence_version":"018f0000-0000-7000-8000-000000000004",\
            "purposes":["ServiceProvision"],"valid_from":"2026-01-01T00:00:00Z",\
            "valid_until":"2027-01-01T00:00:00Z","tier":{"name":"pro","obligations":{\
            "visible_columns":["district","hour","presence"],\
            "masks":[{"column":"presence","how":"round","digits":1}],\
            "rows":[{"column":"district","operator":"in",\
            "values":["centre","la bastide « été »"]}],\
            "area":{"west":-0.64,"south":44.81,"east":-0.53,"north":44.92},\
            "freshness_delay_seconds":3600,"history_depth_seconds":31536000,\
            "row_cap":1000,"byte_cap":9007199254740993,"formats":["csv","json"],\
            "attribution":false}}},\
            "resource":{"territory":"bordeaux","holder":"018f0000-0000-7000-8000-000000000005",\
            "dataset":"018f0000-0000-7000-8000-000000000006","dataset_slug":"presence",\
            "distribution":"018f0000-0000-7000-8000-000000000007","classification":"controlled",\
            "themes":["SOCI"],"flags":[],"columns":["device","district","hour","presence"],\
            "actions":["query","read"],"formats":["csv","json"],"paused":false},\
            "action":{"kind":"query","format":"json","columns":["district"],\
            "operators":["district:eq"]},"purpose":"ServiceProvision",\
            "context":{"minute":"2026-11-24T10:15:00Z","next_review":"2026-11-24T10:25:00Z",\
            "region":"unknown","channel":"machine"}}\
            """);
  }

  @Test
  void sets_in_another_order_make_the_same_document() {
    Obligations pro = DecisionInputs.PRO;
    Obligations turned =
        new Obligations(
            pro.visibleColumns(),
            pro.masks(),
            pro.rows(),
            pro.area(),
            pro.freshnessDelay(),
            pro.historyDepth(),
            pro.rowCap(),
            pro.byteCap(),
            new LinkedHashSet<>(List.of(Format.CSV, Format.JSON)),
            pro.attribution());

    assertThat(DecisionDocument.of(aQuestionUnderAnAgreement().demanding(turned).input()))
        .isEqualTo(DecisionDocument.of(aQuestionUnderAnAgreement().input()));
  }

  @Test
  void the_shape_has_no_time_of_asking() {
    assertThat(DecisionDocument.shapeOf(aQuestionUnderAnAgreement().input()))
        .isEqualTo(
            DecisionDocument.shapeOf(
                aQuestionUnderAnAgreement().at(MINUTE.plusSeconds(3600)).input()))
        .doesNotContain("10:15", "10:25");
  }

  @Test
  void dates_between_minutes_are_rounded_down_so_that_what_was_granted_just_now_serves_at_once() {
    assertThat(
            DecisionDocument.of(
                aQuestionUnderAnAgreement()
                    .between(
                        Instant.parse("2026-01-01T00:00:00.000001Z"),
                        Optional.of(Instant.parse("2026-12-31T23:59:59.999999Z")))
                    .input()))
        .contains("\"valid_from\":\"2026-01-01T00:00:00Z\"")
        .contains("\"valid_until\":\"2026-12-31T23:59:00Z\"");
  }

  @Test
  void dates_out_of_the_four_digit_years_are_drawn_in_so_that_they_compare_as_texts() {
    assertThat(
            DecisionDocument.of(
                aQuestionUnderAnAgreement().between(Instant.MIN, Optional.of(Instant.MAX)).input()))
        .contains("\"valid_from\":\"0001-01-01T00:00:00Z\"")
        .contains("\"valid_until\":\"9999-12-31T23:59:00Z\"");
  }
}
