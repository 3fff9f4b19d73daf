package org.octroi.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which passwords a guesser comes to soon. */
class GuessesTest {

  private final Guesses guesses = new Guesses();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "123456789012",
        "Password1234!",
        "P@ssw0rd12345",
        "qwertyuiop12",
        "azertyuiop123",
        "motdepasse2026",
        "Bienvenue2026",
        "rennes35000!",
        "Soleil1998!!",
        "bordeauxbordeaux",
        "aaaaaaaaaaaaaaaa",
        "correct horse battery staple",
        "octroi123456",
        "anabelle.berthier",
        "berthier1984",
      })
  void what_leaks_words_years_and_names_make_is_found(String password) {
    assertThat(guesses.wouldFind(password, List.of("Anabelle.Berthier@example.org", "Ana B.")))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "quiet rivers carry barges",
        "seven bridges over the river",
        "le vieux chat mange une pomme bleue",
        "kT7;w!r2Qz_9",
      })
  void sentences_and_chance_are_not(String password) {
    assertThat(guesses.wouldFind(password, List.of("ana@example.org", "Ana"))).isFalse();
  }

  @Test
  void the_longest_password_is_judged_in_a_moment() {
    long begun = System.nanoTime();

    guesses.wouldFind("aB3".repeat(42), List.of());
    guesses.wouldFind("x".repeat(128), List.of());

    assertThat((System.nanoTime() - begun) / 1_000_000).isLessThan(5_000);
  }
}
