package org.octroi.obligation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.octroi.obligation.Obligations.Mask.How;
import org.octroi.obligation.Obligations.Operator;
import org.octroi.vocabulary.Format;

class JsonShapingTest {

  @Test
  void only_declared_and_visible_columns_go_out() {
    String out =
        Shaped.rowsOf("a", "b")
            .at("")
            .showing("a")
            .of(Format.JSON, "[{\"a\":\"1\",\"b\":\"2\",\"c\":\"3\"}, {\"b\":null}]");

    assertThat(out).isEqualTo("[{\"a\":\"1\"},{}]");
  }

  @Test
  void around_the_records_only_the_way_to_them_is_kept() {
    String out =
        Shaped.rowsOf("a")
            .at("data.items")
            .where("a", Operator.EQ, "1")
            .of(
                Format.JSON,
                """
                {"total": 2, "data": {"count": 2, "items": [{"a":"1"},{"a":"2"}],
                 "items2": [{"a":"2"}]}, "next": {"items": [{"a": "2"}]}}\
                """);

    assertThat(out).isEqualTo("{\"data\":{\"items\":[{\"a\":\"1\"}]}}");
  }

  @Test
  void a_column_may_lie_deeper_and_what_lies_beside_it_stays_back() {
    String out =
        Shaped.rowsOf("place.lon", "name")
            .at("")
            .showing("place.lon", "name")
            .of(
                Format.JSON,
                "[{\"name\":\"x\",\"place\":{\"lon\":-1.60,\"lat\":48.1,\"who\":{\"a\":1}}}]");

    assertThat(out).isEqualTo("[{\"name\":\"x\",\"place\":{\"lon\":-1.60}}]");
  }

  @Test
  void what_is_declared_deeper_decides_over_what_is_declared_above() {
    String out =
        Shaped.rowsOf("place", "place.lat")
            .at("")
            .showing("place")
            .of(Format.JSON, "[{\"place\":{\"lon\":1,\"lat\":2}}]");

    assertThat(out).isEqualTo("[{\"place\":{\"lon\":1}}]");
  }

  @Test
  void masks_stand_in_the_place_of_values() {
    String out =
        Shaped.rowsOf("gone", "street")
            .column("lon", Catalogue.Type.NUMBER)
            .at("")
            .masking("gone", How.NULL, 0)
            .masking("street", How.GENERALISE, 3)
            .masking("lon", How.ROUND, 2)
            .of(
                Format.JSON,
                "[{\"gone\":\"x\",\"street\":\"é12 rue\",\"lon\":-1.235},{\"lon\":\"none\"}]");

    assertThat(out)
        .isEqualTo("[{\"gone\":null,\"street\":\"é12****\",\"lon\":-1.24},{\"lon\":null}]");
  }

  @Test
  void equal_values_have_equal_hashes_and_no_other_key_gives_them() {
    Shaped shaped =
        Shaped.rowsOf().column("n", Catalogue.Type.NUMBER).at("").masking("n", How.HASH, 0);

    String out = shaped.of(Format.JSON, "[{\"n\":1.0},{\"n\":1},{\"n\":2}]");

    String[] hashes = out.replaceAll("[^0-9a-f,]", "").split(",", -1);
    assertThat(hashes[0]).hasSize(32).isEqualTo(hashes[1]).isNotEqualTo(hashes[2]);
    assertThatThrownBy(
            () ->
                Shapings.of(
                    Format.JSON, shaped.obligations(), shaped.catalogue(), new byte[0], Shaped.NOW))
        .isInstanceOf(UnshapeableException.class);
  }

  @Test
  void numbers_compare_as_numbers_and_texts_by_code_point() {
    Shaped shaped =
        Shaped.rowsOf("t")
            .column("n", Catalogue.Type.NUMBER)
            .at("")
            .where("n", Operator.GTE, "9")
            .where("t", Operator.GT, "\uFFFD");

    String out =
        shaped.of(
            Format.JSON,
            "[{\"n\":10,\"t\":\"\uD83D\uDE00\"},{\"n\":\"9.0\",\"t\":\"\uD83D\uDE00\"},"
                + "{\"n\":8,\"t\":\"\uD83D\uDE00\"},{\"n\":10,\"t\":\"a\"}]");

    assertThat(out)
        .isEqualTo("[{\"n\":10,\"t\":\"\uD83D\uDE00\"},{\"n\":\"9.0\",\"t\":\"\uD83D\uDE00\"}]");
  }

  @Test
  void no_value_meets_no_condition_not_even_unequal() {
    String out =
        Shaped.rowsOf("a", "b")
            .at("")
            .where("a", Operator.NE, "x")
            .of(Format.JSON, "[{\"a\":null},{\"b\":\"1\"},{\"a\":{\"x\":1}},{\"a\":\"y\"}]");

    assertThat(out).isEqualTo("[{\"a\":\"y\"}]");
  }

  @Test
  void rows_too_fresh_too_old_or_without_a_time_stay_back() {
    String out =
        Shaped.rowsOf()
            .column("t", Catalogue.Type.TIME)
            .at("")
            .timedBy("t")
            .delayedBy(Duration.ofHours(2))
            .goingBack(Duration.ofDays(10))
            .of(
                Format.JSON,
                """
                [{"t":"2026-03-01T11:00:00+01:00"},{"t":"2026-03-01 10:00:01"},{"t":"2026-02-20"},
                 {"t":"2026-02-19T12:00:00Z"},{"t":"soon"},{}]\
                """);

    assertThat(out)
        .isEqualTo(
            "[{\"t\":\"2026-03-01T11:00:00+01:00\"},{\"t\":\"2026-02-20\"},"
                + "{\"t\":\"2026-02-19T12:00:00Z\"}]");
  }

  @Test
  void a_row_cap_ends_the_answer_well_formed_without_reading_on() {
    Shaping shaping = Shaped.rowsOf("a").at("d.i").atMost(1).shaping(Format.JSON);
    var out = Unpooled.buffer();

    shaping.feed(
        Unpooled.copiedBuffer("{\"d\":{\"i\":[{\"a\":\"1\"},{\"a\":", StandardCharsets.UTF_8), out);

    assertThat(shaping.satisfied()).isTrue();
    shaping.end(out);
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("{\"d\":{\"i\":[{\"a\":\"1\"}]}}");
    assertThat(shaping.rows()).isEqualTo(1);
  }

  @Test
  void ndjson_stays_one_record_a_line() {
    String out =
        Shaped.rowsOf("a")
            .where("a", Operator.NE, "2")
            .of(Format.NDJSON, "{\"a\":\"1\",\"b\":1}\n{\"a\":\"2\"}\r\n{\"a\":\"3\"}");

    assertThat(out).isEqualTo("{\"a\":\"1\"}\n{\"a\":\"3\"}\n");
  }

  @Test
  void a_feature_keeps_its_place_and_its_declared_properties() {
    String out =
        Shaped.rowsOf("name")
            .within(-2, 47, 0, 49)
            .of(
                Format.GEOJSON,
                """
                {"features":[
                 {"id":7,"properties":{"name":"in","secret":1},"bbox":[1],
                  "geometry":{"type":"Point","coordinates":[-1.5,48]}},
                 {"type":"Feature","properties":{"name":"out"},
                  "geometry":{"type":"LineString","coordinates":[[-1.5,48],[1,48]]}},
                 {"properties":{"name":"nowhere"},"geometry":null}],
                 "type":"FeatureCollection","totalFeatures":3}\
                """);

    assertThat(out)
        .isEqualTo(
            "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"geometry\":"
                + "{\"type\":\"Point\",\"coordinates\":[-1.5,48]},"
                + "\"properties\":{\"name\":\"in\"}}]}");
  }

  @Test
  void a_geometry_can_be_hidden_or_rounded_like_a_column() {
    String content =
        "{\"type\":\"FeatureCollection\",\"features\":[{\"geometry\":{\"type\":\"Point\","
            + "\"coordinates\":[-1.2345,48.1239]},\"properties\":{\"geometry\":\"x\",\"a\":\"1\"}}]}";

    assertThat(
            Shaped.rowsOf("a")
                .column("geometry", Catalogue.Type.GEOMETRY)
                .showing("a")
                .of(Format.GEOJSON, content))
        .contains("\"geometry\":null,\"properties\":{\"a\":\"1\"}");
    assertThat(Shaped.rowsOf("a").masking("geometry", How.ROUND, 2).of(Format.GEOJSON, content))
        .contains("\"coordinates\":[-1.23,48.12]");
    assertThat(
            Shaped.rowsOf("a", "x", "y")
                .placedBy("x", "y")
                .showing("a")
                .of(Format.GEOJSON, content))
        .contains("\"geometry\":null");
  }

  @Test
  void a_geometry_that_is_not_among_the_visible_columns_stays_back_even_if_not_declared() {
    String content =
        "{\"features\":[{\"geometry\":{\"type\":\"Point\",\"coordinates\":[-1.2,48.1]},"
            + "\"properties\":{\"a\":\"1\"}}]}";

    assertThat(Shaped.rowsOf("a").showing("a").of(Format.GEOJSON, content))
        .contains("\"geometry\":null");
    assertThat(Shaped.rowsOf("a").showing("a", "geometry").of(Format.GEOJSON, content))
        .contains("\"geometry\":null");
    assertThat(
            Shaped.rowsOf("a")
                .column("geometry", Catalogue.Type.GEOMETRY)
                .showing("a", "geometry")
                .of(Format.GEOJSON, content))
        .contains("\"coordinates\":[-1.2,48.1]");
    assertThat(Shaped.rowsOf("a").where("a", Operator.EQ, "1").of(Format.GEOJSON, content))
        .contains("\"coordinates\":[-1.2,48.1]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[",
        "{}",
        "{\"i\":{}}",
        "{\"i\":[1]}",
        "{\"i\":[{\"a\":1}",
        "{\"i\":[{\"a\":1}]",
        "{\"i\":[{\"a\":1,\"a\":2}]}",
        "{\"i\":[{\"a\":01}]}",
        "{\"i\":[]}{}",
        "<html>"
      })
  void what_is_not_of_the_declared_form_is_unshapeable(String content) {
    assertThatThrownBy(() -> Shaped.rowsOf("a").at("i").showing("a").of(Format.JSON, content))
        .isInstanceOf(UnshapeableException.class);
  }

  @Test
  void a_record_larger_than_a_mebibyte_is_unshapeable() {
    String part = "{\"x\":\"" + "y".repeat(1000) + "\"},";
    String content = "[{\"a\":[" + part.repeat(1100) + "0]}]";

    assertThatThrownBy(() -> Shaped.rowsOf("a").at("").showing("a").of(Format.JSON, content))
        .isInstanceOf(UnshapeableException.class)
        .hasMessageContaining("1 MiB");
  }

  @Test
  void no_word_of_the_content_is_in_the_failure() {
    assertThatThrownBy(
            () -> Shaped.rowsOf("a").at("").showing("a").of(Format.JSON, "[{\"a\": secret}]"))
        .isInstanceOf(UnshapeableException.class)
        .hasMessageNotContaining("secret");
  }

  @Test
  void an_obligation_on_what_is_not_declared_is_unshapeable() {
    Shaped rows = Shaped.rowsOf("a").at("");
    assertThatThrownBy(() -> Shaped.rowsOf().at("").atMost(1).shaping(Format.JSON))
        .isInstanceOf(UnshapeableException.class);
    assertThatThrownBy(() -> Shaped.rowsOf("a").atMost(1).shaping(Format.JSON))
        .isInstanceOf(UnshapeableException.class);
    assertThatThrownBy(() -> rows.delayedBy(Duration.ofDays(1)).shaping(Format.JSON))
        .isInstanceOf(UnshapeableException.class);
    assertThatThrownBy(() -> Shaped.rowsOf("a").at("").within(0, 0, 1, 1).shaping(Format.JSON))
        .isInstanceOf(UnshapeableException.class);
    assertThatThrownBy(
            () -> Shaped.rowsOf("a").at("").where("z", Operator.EQ, "1").shaping(Format.JSON))
        .isInstanceOf(UnshapeableException.class);
    assertThatThrownBy(() -> Shaped.rowsOf("a").atMost(1).shaping(Format.XML))
        .isInstanceOf(UnshapeableException.class);
  }
}
