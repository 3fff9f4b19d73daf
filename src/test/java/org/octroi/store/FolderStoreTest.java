package org.octroi.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.DateFormatter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.octroi.obligation.Catalogue;
import org.octroi.obligation.Obligations.Operator;
import org.octroi.vocabulary.Format;

class FolderStoreTest {

  private static final String ROWS = "name,n\nOne,1\nTwo,2\nThree,3\n";

  @TempDir private Path folder;
  private AGate gate;

  @BeforeEach
  void start() throws IOException {
    Path root = Files.createDirectories(folder.resolve("root/city"));
    Files.writeString(root.resolve("rows.csv"), ROWS);
    Files.writeString(root.resolve("empty.csv"), "");
    Files.writeString(folder.resolve("outside.csv"), "name,n\nsecret,1\n");
    Files.createSymbolicLink(root.resolve("link.csv"), folder.resolve("outside.csv"));
    Files.createSymbolicLink(root.resolve("up"), folder);
    gate = new AGate(List.of(), Map.of("data", folder.resolve("root")), null);
  }

  @AfterEach
  void stop() {
    gate.close();
  }

  private static ACall file(String name) {
    return ACall.to(new StoreAddress.Folder("data", "city"), name)
        .as(Format.CSV)
        .column("name", Catalogue.Type.TEXT)
        .column("n", Catalogue.Type.INTEGER);
  }

  @Test
  void a_file_passes_whole_with_its_validators() {
    Heard heard = gate.fetch(file("rows.csv")).whole();

    assertThat(heard.text()).isEqualTo(ROWS);
    assertThat(heard.answer().status()).isEqualTo(200);
    assertThat(heard.answer().length()).hasValue(ROWS.length());
    assertThat(heard.answer().entityTag()).isPresent();
    assertThat(heard.answer().lastModified()).isPresent();
    assertThat(heard.answer().headers()).containsEntry("accept-ranges", "bytes");
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=0-3,name,bytes 0-3/27",
    "bytes=5-5,n,bytes 5-5/27",
    "bytes=-3,',3\n',bytes 24-26/27",
    "bytes=24-,',3\n',bytes 24-26/27",
    "bytes=24-900,',3\n',bytes 24-26/27",
  })
  void a_single_range_is_given(String range, String part, String where) {
    Heard heard = gate.fetch(file("rows.csv").sending("range", range)).whole();

    assertThat(heard.answer().status()).isEqualTo(206);
    assertThat(heard.text()).isEqualTo(part);
    assertThat(heard.answer().headers()).containsEntry("content-range", where);
    assertThat(heard.answer().length()).hasValue(part.length());
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=27-", "bytes=-0", "bytes=100-200"})
  void a_range_beyond_the_end_is_not_satisfiable(String range) {
    Heard heard = gate.fetch(file("rows.csv").sending("range", range)).whole();

    assertThat(heard.answer().status()).isEqualTo(416);
    assertThat(heard.answer().headers()).containsEntry("content-range", "bytes */27");
    assertThat(heard.text()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=0-1,3-4", "bytes=3-1", "items=0-1", "bytes=", "bytes=-"})
  void a_range_that_makes_no_sense_here_is_left_aside(String range) {
    Heard heard = gate.fetch(file("rows.csv").sending("range", range)).whole();

    assertThat(heard.answer().status()).isEqualTo(200);
    assertThat(heard.text()).isEqualTo(ROWS);
  }

  @Test
  void who_has_the_file_is_told_so() {
    StoreAnswer first = gate.fetch(file("rows.csv")).whole().answer();
    String tag = first.entityTag().orElseThrow();
    String date = DateFormatter.format(Date.from(first.lastModified().orElseThrow()));

    assertThat(status(file("rows.csv").sending("if-none-match", "\"x\", W/" + tag))).isEqualTo(304);
    assertThat(status(file("rows.csv").sending("if-none-match", "\"x\""))).isEqualTo(200);
    assertThat(status(file("rows.csv").sending("if-modified-since", date))).isEqualTo(304);
    assertThat(status(file("rows.csv").sending("range", "bytes=0-0").sending("if-range", tag)))
        .isEqualTo(206);
    assertThat(status(file("rows.csv").sending("range", "bytes=0-0").sending("if-range", "\"x\"")))
        .isEqualTo(200);
  }

  private int status(ACall call) {
    return gate.fetch(call).whole().answer().status();
  }

  @Test
  void a_head_has_the_length_and_no_body() {
    Heard heard = gate.fetch(file("rows.csv").headOnly()).whole();

    assertThat(heard.answer().length()).hasValue(ROWS.length());
    assertThat(heard.text()).isEmpty();
  }

  @Test
  void an_empty_file_is_an_empty_answer() {
    assertThat(gate.fetch(file("empty.csv")).whole().answer().length()).hasValue(0);
  }

  @Test
  void obligations_shape_a_file_and_take_its_validators_and_ranges() {
    Heard heard =
        gate.fetch(
                file("rows.csv")
                    .showing("name")
                    .where("n", Operator.GT, "1")
                    .sending("range", "bytes=0-3"))
            .whole();

    assertThat(heard.text()).isEqualTo("name\r\nTwo\r\nThree\r\n");
    assertThat(heard.rows()).isEqualTo(2);
    assertThat(heard.answer().status()).isEqualTo(200);
    assertThat(heard.answer().entityTag()).isEmpty();
    assertThat(heard.answer().lastModified()).isEmpty();
    assertThat(heard.answer().shaped()).isTrue();
  }

  @Test
  void a_format_without_a_transformer_is_unshapeable() {
    assertThat(gate.fetch(file("rows.csv").as(Format.ZIP).atMost(1)).failure())
        .isInstanceOf(StoreFailure.Unshapeable.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "link.csv",
        "../../outside.csv",
        "up/outside.csv",
        "/etc/hostname",
        "missing.csv",
        ".",
        "a\u0000b"
      })
  void what_is_not_a_file_below_the_root_is_not_given(String name) {
    Heard heard = gate.fetch(file(name));

    assertThat(heard.failure()).isInstanceOf(StoreFailure.Unavailable.class);
    assertThat(heard.text()).isEmpty();
  }

  @Test
  void an_unknown_root_is_unavailable() {
    assertThat(
            gate.fetch(ACall.to(new StoreAddress.Folder("other", ""), "x").as(Format.CSV))
                .failure())
        .isInstanceOf(StoreFailure.Unavailable.class);
  }

  @Test
  void a_file_takes_no_parameters() {
    assertThat(gate.fetch(file("rows.csv").asking("x", "1")).failure())
        .isInstanceOf(StoreFailure.Refused.class);
  }
}
