package org.octroi.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the charters say of the stores is what the demo's servers have. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DemoChartersTest {

  @TempDir static Path folder;
  private List<JsonNode> charters;

  @BeforeAll
  void write() throws IOException {
    DemoCharters.write(folder.resolve("charters"), 18090, 18091);
    DemoFiles.layOut(folder.resolve("files"));
    charters =
        List.of(
            parse(folder.resolve("charters/rennes.yml")),
            parse(folder.resolve("charters/bordeaux.yml")));
  }

  @Test
  void each_path_is_served_with_each_parameter() {
    Map<String, UpstreamCollection> served = UpstreamCollections.byPath();
    Map<String, Set<String>> parameters =
        served.entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().filters().keySet()));
    Map<String, Set<String>> told =
        distributions("http")
            .collect(
                Collectors.toMap(
                    d ->
                        d.store
                                .at("/http/url")
                                .asString()
                                .substring("http://127.0.0.1:18090".length())
                            + d.fields.path("path").asString(),
                    d -> {
                      Set<String> names = new HashSet<>(names(d.fields.path("parameters")));
                      names.removeAll(Set.of("limit", "offset"));
                      return names;
                    }));
    assertThat(told).isEqualTo(parameters);
  }

  @Test
  void each_table_has_the_columns_that_are_told_of_it() {
    Map<String, List<String>> tables =
        DemoTables.all().stream()
            .collect(
                Collectors.toMap(
                    DemoTables.Table::name,
                    t -> t.columns().stream().map(DemoTables.Column::name).toList()));
    assertThat(
            distributions("sql")
                .collect(
                    Collectors.toMap(
                        d -> d.fields.path("table").asString(),
                        d -> names(d.fields.path("columns")))))
        .isEqualTo(tables);
  }

  @Test
  void each_file_is_there() {
    assertThat(distributions("folder"))
        .hasSize(10)
        .allSatisfy(
            d ->
                assertThat(
                        folder
                            .resolve("files")
                            .resolve(d.store.at("/folder/path").asString())
                            .resolve(d.fields.path("file").asString()))
                    .isRegularFile());
  }

  @Test
  void each_sql_store_is_at_the_port_of_this_start() {
    assertThat(distributions("sql")).allMatch(d -> d.store.at("/sql/port").asInt() == 18091);
  }

  @Test
  void whatever_can_point_to_a_person_is_out_of_the_open_tier() {
    List<String> personal =
        distributions("sql")
            .flatMap(d -> d.fields.path("columns").valueStream())
            .filter(c -> c.path("personal").asBoolean(false))
            .map(c -> c.path("name").asString())
            .toList();
    List<String> open =
        charters
            .get(1)
            .path("tiers")
            .valueStream()
            .filter(t -> t.path("name").asString().equals("open-without-names"))
            .flatMap(t -> t.at("/datasets/classified-installations/columns").valueStream())
            .map(JsonNode::asString)
            .toList();
    assertThat(personal)
        .containsExactly("raisonSociale", "adresse1", "adresse2", "adresse3", "numeroSiret");
    assertThat(open).isNotEmpty().doesNotContainAnyElementsOf(personal);
  }

  @Test
  void the_hash_follows_the_ports(@TempDir Path other) throws IOException {
    String hash = DemoCharters.write(other, 1, 2);
    assertThat(DemoCharters.write(other, 1, 2)).isEqualTo(hash);
    assertThat(DemoCharters.write(other, 1, 3)).isNotEqualTo(hash);
  }

  /** The distributions whose store is of a kind. */
  private Stream<Told> distributions(String kind) {
    return charters.stream()
        .flatMap(
            charter ->
                charter
                    .path("datasets")
                    .valueStream()
                    .flatMap(dataset -> dataset.path("distributions").valueStream())
                    .flatMap(
                        distribution ->
                            charter
                                .path("stores")
                                .valueStream()
                                .filter(s -> s.path("slug").equals(distribution.path("store")))
                                .map(store -> new Told(distribution, store))))
        .filter(told -> told.store.has(kind));
  }

  private static List<String> names(JsonNode list) {
    return list.valueStream().map(item -> item.path("name").asString()).toList();
  }

  private static JsonNode parse(Path file) throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      Object document = new Yaml(new SafeConstructor(new LoaderOptions())).load(reader);
      return new JsonMapper().valueToTree(document);
    }
  }

  private record Told(JsonNode fields, JsonNode store) {}
}
