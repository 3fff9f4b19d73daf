package org.octroi.obligation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.octroi.obligation.Obligations.Mask.How;
import org.octroi.obligation.Obligations.Operator;
import org.octroi.vocabulary.Format;

class CsvShapingTest {

  @Test
  void hidden_columns_and_rows_stay_back_and_quotes_are_kept_right() {
    String out =
        Shaped.rowsOf("name", "note")
            .column("n", Catalogue.Type.INTEGER)
            .where("n", Operator.GT, "9")
            .of(
                Format.CSV,
                "\uFEFFname,secret,n,note\r\n\"a, \"\"b\"\"\",s,10,\"two\nlines\"\r\nc,s,9,\n");

    assertThat(out).isEqualTo("name,n,note\r\n\"a, \"\"b\"\"\",10,\"two\nlines\"\r\n");
  }

  @Test
  void semicolons_are_told_by_the_header() {
    String out =
        Shaped.rowsOf("a", "b").masking("b", How.NULL, 0).of(Format.CSV, "a;b\n1,5;2\n\n;3");

    assertThat(out).isEqualTo("a;b\r\n1,5;\r\n;\r\n");
  }

  @Test
  void a_lone_empty_field_stays_a_row() {
    assertThat(Shaped.rowsOf("a").masking("a", How.NULL, 0).of(Format.CSV, "a,b\n1,2\n"))
        .isEqualTo("a\r\n\"\"\r\n");
  }

  @Test
  void an_empty_field_is_no_value() {
    assertThat(
            Shaped.rowsOf("a", "b").where("a", Operator.NE, "x").of(Format.CSV, "a,b\n,1\ny,2\n"))
        .isEqualTo("a,b\r\ny,2\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x,y\n1,2\n",
        "a,a\n1,2\n",
        "a,b\n1\n",
        "a,b\n1,2,3\n",
        "a,b\n1\"2,3\n",
        "a,b\n\"1\"2,3\n",
        "a,b\n\"1,3\n",
        "a,b\n1,2\r3,4\n",
      })
  void what_is_no_csv_of_the_declared_columns_is_unshapeable(String content) {
    assertThatThrownBy(() -> Shaped.rowsOf("a").atMost(9).of(Format.CSV, content))
        .isInstanceOf(UnshapeableException.class);
  }

  @Test
  void a_record_larger_than_a_mebibyte_is_unshapeable() {
    String content = "a,b\n\"" + "x".repeat(1 << 20) + "\",1\n";

    assertThatThrownBy(() -> Shaped.rowsOf("a").atMost(9).of(Format.CSV, content))
        .isInstanceOf(UnshapeableException.class);
  }
}
