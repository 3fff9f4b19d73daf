package org.octroi.licence;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.octroi.licence.TextChecks.Finding;
import org.octroi.licence.TextChecks.Quote;
import org.octroi.vocabulary.Bilingual;

/** Where text and terms disagree: each rule with a text that breaks it and one that does not. */
class TextChecksTest {

  private static final String FR = "Le réutilisateur peut utiliser les données. ";
  private static final String EN = "The reuser may use the data. ";

  private static Terms terms(String... words) {
    TreeSet<String> permissions = new TreeSet<>(Set.of("use"));
    TreeSet<String> prohibitions = new TreeSet<>();
    TreeSet<String> duties = new TreeSet<>();
    for (String word : words) {
      switch (word) {
        case "commercialize", "derive" -> prohibitions.add(word);
        case "compensate", "shareAlike", "attribute" -> duties.add(word);
        default -> permissions.add(word);
      }
    }
    return new Terms(permissions, prohibitions, duties);
  }

  private static List<Finding> findings(Terms terms, String fr, String en) {
    return TextChecks.builtIn()
        .findings(
            new WorkingDraft.Content(
                new Bilingual("Licence", "Licence"),
                terms,
                Optional.of(fr),
                Optional.of(en),
                "fr",
                Optional.empty()));
  }

  private static List<String> rules(Terms terms, String fr, String en) {
    return findings(terms, fr, en).stream().map(Finding::rule).toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          fee-not-in-terms|L'usage donne lieu au paiement d'une redevance annuelle
          fee-not-in-terms|La redevance est fixée à l'annexe 1
          fee-not-in-terms|La licence est accordée à titre onéreux
          fee-not-in-terms|Aucun accès n'est ouvert tant que la redevance reste due
          fee-not-in-terms|Les données ne peuvent être réutilisées sans paiement d'une redevance
          fee-not-in-terms|L'accès n'est pas gratuit
          fee-not-in-terms|Ceci ne dispense pas de payer la redevance
          fee-not-in-terms|Les **frais\u00a0de mise à disposition** sont dus
          share-alike-not-in-terms|Les données dérivées sont rediffusées sous la même licence
          share-alike-not-in-terms|Le réutilisateur s'engage à les partager dans les mêmes
          share-alike-not-in-terms|La diffusion n'est permise que dans les mêmes conditions
          attribution-not-in-terms|Il doit mentionner la source des données
          attribution-not-in-terms|Il cite le détenteur et la date
          attribution-not-in-terms|Toute réutilisation sans mention de la source est interdite
          non-commercial-not-in-terms|Il peut les utiliser à des fins non commerciales
          non-commercial-not-in-terms|Tout usage commercial est interdit
          non-commercial-not-in-terms|À l'exclusion de tout usage commercial
          non-commercial-not-in-terms|Est interdite l'utilisation à des fins commerciales
          no-derivatives-not-in-terms|Toute modification est interdite
          no-derivatives-not-in-terms|Elles sont reproduites sans modification
          no-derivatives-not-in-terms|Elles ne peuvent être modifiées
          """)
  void french_words_that_the_terms_do_not_have_are_found(String rule, String sentence) {
    String whole = sentence.endsWith("mêmes") ? sentence + "\nconditions." : sentence + ".";

    assertThat(rules(terms(), FR + whole, EN)).containsExactly(rule);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          La réutilisation est gratuite et sans redevance
          La licence est accordée sans paiement d'une redevance ni frais
          Aucune redevance n'est due
          L'usage n'est pas soumis à redevance
          L'usage ne donne pas lieu au paiement d'une redevance
          Il est exonéré de toute redevance
          Les données sont mises à disposition à ses frais
          Il n'est pas tenu de partager les données dérivées sous la même licence
          Sans obligation de les diffuser dans les mêmes conditions
          Ces droits s'exercent dans les mêmes conditions
          Il n'est pas tenu de mentionner la source
          Elles sont réutilisées sans mention de la paternité
          L'attribution de compétence est au tribunal de Rennes
          Il les utilise à des fins commerciales ou non commerciales
          L'usage, commercial ou non, est libre
          L'usage à des fins non commerciales ou commerciales est libre
          L'usage commercial n'est pas interdit
          Rien n'interdit l'usage commercial
          Les modifications ne sont pas interdites
          Il peut les modifier et les adapter
          """)
  void french_words_that_say_the_opposite_are_not(String sentence) {
    assertThat(rules(terms(), FR + sentence + ".", EN)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          fee-not-in-terms|A yearly fee is payable
          fee-not-in-terms|The reuser pays what the annex says
          fee-not-in-terms|The data may not be used without payment of a fee
          fee-not-in-terms|Access is not free of charge
          fee-not-in-terms|This does not waive the fee
          share-alike-not-in-terms|Derived data must be shared under the same licence
          share-alike-not-in-terms|Share-alike applies
          share-alike-not-in-terms|It may not be passed on except under the same terms
          attribution-not-in-terms|Attribution is required
          attribution-not-in-terms|The reuser must name the source
          attribution-not-in-terms|Reuse without naming the source is prohibited
          non-commercial-not-in-terms|For non-commercial purposes
          non-commercial-not-in-terms|Commercial use is prohibited
          non-commercial-not-in-terms|The data may not be used for commercial purposes
          no-derivatives-not-in-terms|No derivatives
          no-derivatives-not-in-terms|The data must not be modified
          no-derivatives-not-in-terms|Adaptation of the data is not permitted
          """)
  void english_words_that_the_terms_do_not_have_are_found(String rule, String sentence) {
    assertThat(rules(terms(), FR, EN + sentence + ".")).containsExactly(rule);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Reuse is free of charge
          Reuse is free of any fee or royalty
          No fee is due
          There is no charge or payment
          Reuse is without payment of any fee
          The licence is royalty-free
          Reuse is not subject to a fee
          The body in charge of the data is the city
          Derived data need not be shared under the same licence
          There is no obligation to share alike
          No attribution is required
          The reuser is not required to name the source
          For commercial or non-commercial purposes
          Whether or not commercial, use is free
          Not only commercial use is meant
          Commercial use is not prohibited
          The reuser may modify and adapt the data
          """)
  void english_words_that_say_the_opposite_are_not(String sentence) {
    assertThat(rules(terms(), FR, EN + sentence + ".")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "compensate, fee-not-in-text, true, Une redevance est due, A fee is due",
    "shareAlike, share-alike-not-in-text, false, Partage à l'identique, Share alike",
    "attribute, attribution-not-in-text, false, Il cite la source, Name the source",
    "commercialize, non-commercial-not-in-text, false, Usage non commercial, Non-commercial use",
    "derive, no-derivatives-not-in-text, false, Sans modification, No derivatives"
  })
  void terms_that_the_text_is_silent_on_are_found_in_each_language(
      String term, String rule, boolean blocks, String fr, String en) {
    assertThat(findings(terms(term), FR, EN))
        .singleElement()
        .isEqualTo(
            new Finding(
                rule,
                blocks,
                List.of("/text/fr", "/text/en"),
                findings(terms(term), FR, EN).getFirst().says(),
                List.of()));
    assertThat(findings(terms(term), FR + fr + ".", EN))
        .singleElement()
        .satisfies(one -> assertThat(one.pointers()).containsExactly("/text/en"));
    assertThat(findings(terms(term), FR + fr + ".", EN + en + ".")).isEmpty();
  }

  @Test
  void a_text_that_permits_nothing_is_a_warning() {
    assertThat(rules(terms(), "Ne peut rien faire.", "Nothing may not be done."))
        .containsExactly("permission-not-in-text");
  }

  @Test
  void a_text_that_is_missing_blocks() {
    Finding missing =
        TextChecks.builtIn()
            .findings(
                new WorkingDraft.Content(
                    new Bilingual("a", "a"),
                    terms(),
                    Optional.of(FR),
                    Optional.of("  "),
                    "fr",
                    Optional.empty()))
            .getFirst();

    assertThat(missing.rule()).isEqualTo("text-missing");
    assertThat(missing.blocks()).isTrue();
    assertThat(missing.pointers()).containsExactly("/text/en");
  }

  @Test
  void as_many_headings_are_expected_in_both_texts() {
    assertThat(rules(terms(), "# Un\n" + FR + "\n## Deux\n", "# One\n" + EN))
        .containsExactly("headings-differ");
    assertThat(rules(terms(), "# Un\n" + FR + "\n## Deux", "# One\n" + EN + "\n## Two")).isEmpty();
  }

  @Test
  void purposes_of_the_terms_are_named_in_both_texts() {
    Terms research =
        new Terms(
            new TreeSet<>(Set.of("use")),
            new TreeSet<>(),
            new TreeSet<>(),
            List.of(
                new TermConstraint.ForPurposes(
                    "use", new TreeSet<>(Set.of("ResearchAndDevelopment")))));

    assertThat(findings(research, FR + "Pour ResearchAndDevelopment.", EN))
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.rule()).isEqualTo("purpose-not-in-text");
              assertThat(one.pointers()).containsExactly("/text/en");
            });
    assertThat(
            rules(
                research,
                FR + "Pour ResearchAndDevelopment.",
                EN + "For research and development."))
        .isEmpty();
  }

  @Test
  void what_is_permitted_under_circumstances_may_be_prohibited_elsewhere() {
    Terms narrow =
        new Terms(
            new TreeSet<>(Set.of("use", "commercialize")),
            new TreeSet<>(),
            new TreeSet<>(),
            List.of(new TermConstraint.Audience("commercialize", 1000)));

    assertThat(rules(narrow, FR + "Au-delà, l'usage commercial est interdit.", EN)).isEmpty();
  }

  @Test
  void the_words_found_are_quoted_with_their_line() {
    Finding fee =
        findings(
                terms(),
                "# Prix\n\n" + FR + "\nUne **redevance** est due.\n",
                "# Price\n\n" + EN + "\n")
            .getFirst();

    assertThat(fee.quotes()).contains(new Quote("fr", 4, "redevance"), new Quote("en", 1, "Price"));
  }

  @Test
  void the_end_of_a_paragraph_and_of_an_item_end_a_sentence() {
    assertThat(
            rules(
                terms(),
                FR
                    + "\n\n"
                    + "Sont interdits :\n"
                    + "- la revente\n"
                    + "- l'envoi\n\n"
                    + "## Usage commercial\n\n"
                    + "Libre.",
                EN + "\n\n# A\n"))
        .isEmpty();
  }

  @Test
  void the_built_in_texts_and_a_long_text_are_read_in_no_time() {
    String open = LicenceFiles.text("texts/etalab-2.0.fr.md");
    Terms terms = BuiltInLicences.terms("etalab-2.0").orElseThrow();
    long before = System.nanoTime();

    List<String> found = rules(terms, open, LicenceFiles.text("texts/etalab-2.0.en.md"));
    String[] words = new String[40_000];
    Arrays.fill(words, "sans pas ");
    rules(terms, String.join("", words), String.join("", words));

    assertThat(found).doesNotContain("fee-not-in-terms", "non-commercial-not-in-terms");
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(20));
  }
}
