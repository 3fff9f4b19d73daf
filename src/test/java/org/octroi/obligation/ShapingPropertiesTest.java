package org.octroi.obligation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.octroi.obligation.Obligations.Mask.How;
import org.octroi.obligation.Obligations.Operator;
import org.octroi.vocabulary.Format;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * For random content in random pieces, the output is that of reading the whole, filtering and
 * writing; and no value that is hidden or masked is anywhere in it.
 */
class ShapingPropertiesTest {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String HIDDEN = "HIDDEN\u00e9\uD83D\uDE00";
  private static final int SEEDS = 300;

  static List<Long> seeds() {
    List<Long> seeds = new ArrayList<>();
    for (long seed = 0; seed < SEEDS; seed++) {
      seeds.add(seed);
    }
    return seeds;
  }

  private static Shaped rules(long cap) {
    return Shaped.rowsOf("name", "masked", "hidden", "deep.kept", "deep.hidden")
        .column("n", Catalogue.Type.NUMBER)
        .showing("name", "masked", "deep.kept", "n")
        .masking("masked", How.NULL, 0)
        .where("n", Operator.GTE, "0")
        .atMost(cap);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void random_json_in_random_pieces_comes_out_as_by_the_reference(long seed) {
    Random random = new Random(seed);
    int cap = random.nextInt(1, 20);
    ArrayNode records = JSON.createArrayNode();
    ArrayNode expected = JSON.createArrayNode();
    for (int i = random.nextInt(15); i > 0; i--) {
      ObjectNode record = randomRecord(random);
      records.add(record);
      if (expected.size() < cap && record.path("n").isNumber() && record.get("n").asInt() >= 0) {
        expected.add(reference(record));
      }
    }
    ObjectNode document = JSON.createObjectNode();
    document.put("count", HIDDEN);
    document.putObject("data").put("beside", HIDDEN).set("items", records);
    document.putObject("after").putArray("items").addObject().put("name", HIDDEN);
    String content =
        random.nextBoolean()
            ? document.toString()
            : JSON.writerWithDefaultPrettyPrinter().writeValueAsString(document);

    String out = rules(cap).at("data.items").inPieces(Format.JSON, content, random);

    ObjectNode whole = JSON.createObjectNode();
    whole.putObject("data").set("items", expected);
    assertThat(out).isEqualTo(whole.toString()).doesNotContain("HIDDEN");
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void random_csv_in_random_pieces_comes_out_as_by_the_reference(long seed) throws IOException {
    Random random = new Random(seed);
    int cap = random.nextInt(1, 20);
    char separator = random.nextBoolean() ? ',' : ';';
    CSVFormat format =
        CSVFormat.RFC4180
            .builder()
            .setDelimiter(separator)
            .setRecordSeparator(random.nextBoolean() ? "\n" : "\r\n")
            .get();
    StringWriter content = new StringWriter();
    try (CSVPrinter printer = new CSVPrinter(content, format)) {
      printer.printRecord("name", "hidden", "n", "masked", "unknown");
      for (int i = random.nextInt(15); i > 0; i--) {
        printer.printRecord(
            text(random), HIDDEN, random.nextInt(-5, 20), "M" + HIDDEN, HIDDEN + text(random));
      }
    }
    List<List<String>> expected = new ArrayList<>();
    try (CSVParser parser =
        CSVParser.parse(
            new StringReader(content.toString()),
            format.builder().setHeader().setSkipHeaderRecord(true).get())) {
      for (CSVRecord record : parser) {
        if (expected.size() < cap && new BigDecimal(record.get("n")).signum() >= 0) {
          expected.add(List.of(record.get("name"), record.get("n"), ""));
        }
      }
    }

    String out = rules(cap).inPieces(Format.CSV, content.toString(), random);

    try (CSVParser parser =
        CSVParser.parse(
            new StringReader(out), CSVFormat.RFC4180.builder().setDelimiter(separator).get())) {
      List<List<String>> rows = parser.stream().map(CSVRecord::toList).toList();
      assertThat(rows.getFirst()).containsExactly("name", "n", "masked");
      assertThat(rows.subList(1, rows.size())).isEqualTo(expected);
    }
    assertThat(out).doesNotContain("HIDDEN");
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void damaged_content_is_refused_or_still_hides_what_is_hidden(long seed) {
    Random random = new Random(seed);
    StringBuilder content = new StringBuilder("[");
    for (int i = 0; i < 5; i++) {
      content.append(i == 0 ? "" : ",").append(randomRecord(random));
    }
    content.append(']');
    content.deleteCharAt(random.nextInt(content.length()));

    try {
      String out = rules(9).at("").inPieces(Format.JSON, content.toString(), random);
      // A lost letter may make another name or value, never show a column that is hidden.
      assertThat(out).doesNotContain("HIDDEN");
    } catch (UnshapeableException refused) {
      assertThat(refused.what()).doesNotContain("HIDDEN");
    }
  }

  private static ObjectNode randomRecord(Random random) {
    ObjectNode record = JSON.createObjectNode();
    List<Runnable> members =
        new ArrayList<>(
            List.of(
                () -> record.put("name", text(random)),
                () -> record.put("masked", HIDDEN),
                () -> record.put("hidden", HIDDEN),
                () -> record.put("unknown", HIDDEN),
                () -> record.put("n", random.nextInt(-5, 20)),
                () -> record.putArray("array").add(HIDDEN).addObject().put("name", HIDDEN),
                () ->
                    record
                        .putObject("deep")
                        .put("hidden", HIDDEN)
                        .put("kept", text(random))
                        .put("unknown", HIDDEN)));
    java.util.Collections.shuffle(members, random);
    members.forEach(
        member -> {
          if (random.nextInt(6) > 0) {
            member.run();
          }
        });
    return record;
  }

  private static ObjectNode reference(ObjectNode record) {
    ObjectNode shown = JSON.createObjectNode();
    for (var member : record.properties()) {
      JsonNode value = member.getValue();
      switch (member.getKey()) {
        case "name", "n" -> shown.set(member.getKey(), value);
        case "masked" -> shown.putNull("masked");
        case "deep" -> shown.putObject("deep").set("kept", value.get("kept"));
        default -> {
          // Not visible, or not declared.
        }
      }
    }
    return shown;
  }

  private static String text(Random random) {
    String letters = "ab,;\"\n\r'é\u4e2d\uD83D\uDE00 \\/";
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(8); i > 0; i--) {
      int at = random.nextInt(letters.length());
      if (!Character.isSurrogate(letters.charAt(at))) {
        text.append(letters.charAt(at));
      } else {
        text.append("\uD83D\uDE00");
      }
    }
    return text.toString();
  }
}
