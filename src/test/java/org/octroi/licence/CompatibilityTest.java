package org.octroi.licence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.octroi.licence.Compatibility.Combination;
import org.octroi.licence.Compatibility.Part;

/** Which licences go together into one database. */
class CompatibilityTest {

  private static final List<Part> BUILT_IN =
      BuiltInLicences.all().entrySet().stream()
          .map(one -> new Part(one.getKey(), true, one.getValue()))
          .toList();

  private final Compatibility compatibility = Compatibility.builtIn();

  private static Part builtIn(String name) {
    return new Part(name, true, BuiltInLicences.terms(name).orElseThrow());
  }

  private static Part own(String name, Set<String> permissions, String... duties) {
    return new Part(
        name,
        false,
        new Terms(new TreeSet<>(permissions), new TreeSet<>(), new TreeSet<>(List.of(duties))));
  }

  private Combination combine(Part... parts) {
    return compatibility.combine(List.of(parts));
  }

  @ParameterizedTest
  @CsvSource({
    "etalab-2.0 ODbL-1.0, ODbL-1.0",
    "etalab-2.0 CC-BY-4.0, CC-BY-4.0 CC-BY-SA-4.0",
    "etalab-2.0 CC-BY-SA-4.0, CC-BY-SA-4.0",
    "CC0-1.0 PDDL-1.0," + " CC0-1.0 PDDL-1.0 etalab-2.0 ODbL-1.0 CC-BY-4.0 CC-BY-SA-4.0 ODC-By-1.0",
    "CC0-1.0 ODC-By-1.0, ODC-By-1.0",
    "etalab-2.0 etalab-2.0, etalab-2.0 ODbL-1.0 CC-BY-4.0 CC-BY-SA-4.0 ODC-By-1.0"
  })
  void these_go_together_and_the_result_may_be_under(String licences, String results) {
    Combination answer =
        combine(
            Arrays.stream(licences.split(" "))
                .map(CompatibilityTest::builtIn)
                .toArray(Part[]::new));

    assertThat(answer.allowed()).isTrue();
    assertThat(answer.results()).containsExactlyInAnyOrder(results.split(" "));
  }

  @ParameterizedTest
  @CsvSource({
    "ODbL-1.0, CC-BY-SA-4.0",
    "ODbL-1.0, CC-BY-4.0",
    "ODC-By-1.0, CC-BY-4.0",
    "licence-mobilites, ODbL-1.0"
  })
  void two_that_each_want_the_result_for_themselves_do_not_go_together(String one, String other) {
    Combination answer = combine(builtIn(one), builtIn(other));

    assertThat(answer.allowed()).isFalse();
    assertThat(answer.results()).isEmpty();
    assertThat(answer.because()).hasSize(2);
    assertThat(answer.says().fr()).startsWith("Non");
    assertThat(answer.says().en()).startsWith("No");
  }

  @Test
  void the_order_of_the_licences_changes_nothing() {
    for (Part one : BUILT_IN) {
      for (Part other : BUILT_IN) {
        assertThat(combine(one, other).results())
            .containsExactlyInAnyOrderElementsOf(combine(other, one).results());
      }
    }
  }

  @Test
  void an_own_licence_without_sale_takes_open_data_in_and_keeps_the_result() {
    Part own =
        own("rennes:research", Set.of("use", "reproduce", "distribute", "derive"), "attribute");

    assertThat(combine(own, builtIn("etalab-2.0")).results()).containsExactly("rennes:research");
    assertThat(combine(own, builtIn("ODbL-1.0")).results()).isEmpty();
  }

  @Test
  void an_own_licence_that_grants_no_derivation_goes_together_with_none() {
    Combination answer = combine(own("rennes:look", Set.of("use", "read")), builtIn("CC0-1.0"));

    assertThat(answer.allowed()).isFalse();
    assertThat(answer.because().getFirst().terms())
        .extracting(LicenceAnswer.Cited::kind, LicenceAnswer.Cited::action)
        .containsExactly(tuple(LicenceAnswer.Kind.SILENCE, "derive"));
  }

  @Test
  void each_row_quotes_the_very_words_of_its_licence() {
    assertThat(compatibility.rows())
        .hasSize(7)
        .allSatisfy(
            row -> {
              String file =
                  row.licence().equals("etalab-2.0")
                      ? "texts/etalab-2.0.fr.md"
                      : "texts/" + row.licence() + ".en.txt";
              assertThat(plain(LicenceFiles.text(file))).contains(plain(row.quotes()));
              assertThat(row.results()).contains(row.licence());
              assertThat(BuiltInLicences.all().keySet()).containsAll(row.results());
            });
  }

  private static String plain(String text) {
    return text.replace('’', '\'').replaceAll("\\s+", " ");
  }
}
