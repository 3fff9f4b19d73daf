package org.octroi.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.octroi.obligation.Catalogue;
import org.octroi.obligation.Obligations.Operator;
import org.octroi.problem.ProblemType;
import org.octroi.store.StoreAddress.SqlEngine;
import org.octroi.vocabulary.Format;

class AskedTest {

  private static final StoreTarget TABLE =
      ACall.to(new StoreAddress.Sql(SqlEngine.H2, "db", 9092, "town", "reader"), "places")
          .as(Format.JSON, Format.CSV, Format.GEOJSON)
          .column("name", Catalogue.Type.TEXT)
          .column("n", Catalogue.Type.INTEGER)
          .target();

  private static final StoreTarget API =
      ACall.to(new StoreAddress.Http(true, "api", 443, ""), "/items")
          .as(Format.GEOJSON)
          .comparing("since", "changed", Operator.GTE)
          .taking("page")
          .target();

  private static Asked ask(StoreTarget target, String name, String value) {
    return Asked.of(target, Map.of(name, List.of(value)), Optional.empty());
  }

  @Test
  void columns_shown_compared_and_ordered_by_are_all_named() {
    Asked asked =
        Asked.of(
            TABLE,
            Map.of("columns", List.of("name"), "n.gte", List.of("3"), "limit", List.of("5")),
            Optional.empty());

    assertThat(asked)
        .isInstanceOfSatisfying(
            Asked.Understood.class,
            u -> {
              assertThat(u.columns()).containsExactly("n", "name");
              assertThat(u.operators()).containsExactly("n:gte");
              assertThat(u.format()).isEqualTo(Format.JSON);
            });
  }

  @Test
  void the_shape_of_a_query_has_its_names_and_operators_and_no_value() {
    Map<String, List<String>> query =
        Map.of(
            "columns", List.of("name"),
            "n.gte", List.of("31"),
            "limit", List.of("57"));

    assertThat(shape(Asked.of(TABLE, query, Optional.empty()))).contains("limit&n:gte&name:show");
    assertThat(shape(ask(API, "since", "2026-01-01"))).contains("changed:gte");
    assertThat(shape(ask(API, "page", "7"))).contains("page");
    assertThat(shape(Asked.of(API, Map.of(), Optional.empty()))).isEmpty();
  }

  private static Optional<String> shape(Asked asked) {
    return ((Asked.Understood) asked).queryShape();
  }

  @Test
  void an_order_by_a_column_stands_among_the_operators() {
    assertThat(ask(TABLE, "order", "-n,name"))
        .isInstanceOfSatisfying(
            Asked.Understood.class,
            u -> assertThat(u.operators()).containsExactly("n:order", "name:order"));
  }

  @Test
  void a_parameter_of_an_api_names_the_column_that_it_compares() {
    assertThat(ask(API, "since", "2026-01-01"))
        .isInstanceOfSatisfying(
            Asked.Understood.class, u -> assertThat(u.operators()).containsExactly("changed:gte"));
    assertThat(ask(API, "page", "2"))
        .isInstanceOfSatisfying(Asked.Understood.class, u -> assertThat(u.columns()).isEmpty());
  }

  @Test
  void what_is_not_declared_is_not_understood() {
    assertThat(ask(API, "debug", "1")).isInstanceOf(Asked.NotUnderstood.class);
    assertThat(ask(TABLE, "debug", "1")).isInstanceOf(Asked.NotUnderstood.class);
    assertThat(
            ask(
                ACall.to(new StoreAddress.Folder("data", ""), "x.csv").as(Format.CSV).target(),
                "x",
                "1"))
        .isInstanceOf(Asked.NotUnderstood.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "*/*|JSON",
        "text/csv|CSV",
        "text/*|CSV",
        "text/csv;q=0.5, application/json|JSON",
        "application/json;q=0.1, text/csv;q=0.9|CSV",
        "application/geo+json|GEOJSON",
        "text/html, application/xhtml+xml, */*;q=0.8|JSON",
        "application/json;q=0, */*|CSV"
      })
  void the_best_accepted_format_is_chosen(String accept, Format format) {
    assertThat(Asked.of(TABLE, Map.of(), Optional.of(accept)))
        .isInstanceOfSatisfying(
            Asked.Understood.class, u -> assertThat(u.format()).isEqualTo(format));
  }

  @Test
  void json_is_good_enough_a_name_for_geojson_and_xml_is_not() {
    assertThat(Asked.of(API, Map.of(), Optional.of("application/json")))
        .isInstanceOf(Asked.Understood.class);
    assertThat(Asked.of(API, Map.of(), Optional.of("application/xml")))
        .isInstanceOfSatisfying(
            Asked.NotUnderstood.class,
            n -> assertThat(n.refusal().type()).isEqualTo(ProblemType.NOT_ACCEPTABLE));
  }

  @Test
  void a_format_by_name_beats_the_header() {
    assertThat(Asked.of(TABLE, Map.of("format", List.of("csv")), Optional.of("application/json")))
        .isInstanceOfSatisfying(
            Asked.Understood.class, u -> assertThat(u.format()).isEqualTo(Format.CSV));
  }
}
