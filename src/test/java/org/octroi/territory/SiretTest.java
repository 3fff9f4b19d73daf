package org.octroi.territory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SIRET numbers as INSEE gives them out. */
class SiretTest {

  @ParameterizedTest
  @CsvSource({
    // The DINUM, the city of Rennes, Bordeaux's agglomeration, INSEE's own example.
    "13002526500013, 130025265",
    "21350238800019, 213502388",
    "24330031600011, 243300316",
    "73282932000074, 732829320",
    // La Poste: the head office passes as all do, a post office by the sum of its digits.
    "35600000000048, 356000000",
    "35600000049837, 356000000",
  })
  void an_establishment_belongs_to_its_legal_person(String siret, String siren) {
    assertThat(new Siret(siret).siren().value()).isEqualTo(siren);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "13002526500014",
        "13002526600013",
        "35600000049838",
        "1300252650001",
        "130025265 0013",
        "73282932000075",
      })
  void a_mistyped_digit_is_found(String siret) {
    assertThatThrownBy(() -> new Siret(siret)).isInstanceOf(IllegalArgumentException.class);
  }
}
